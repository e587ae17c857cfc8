"""The letter about a decision whose effect could not be carried out."""

from __future__ import annotations

from contracts.events.decisions import EffectRefused
from services.notifications.letters.letter import Detail, Letter, Link, Material


def failed_effect_letter(material: Material) -> Letter:
    """Return the word to the secretary, with the reason why."""
    fact = EffectRefused.model_validate(material.notice.details)
    return Letter(
        subject=f"{fact.decision} could not be carried out – {material.partnership.name}",
        heading=f"The effect of {fact.decision} could not be carried out",
        opening=(
            "The decision stands, but what it was to bring about has become impossible.",
            "Nothing was changed. The next board pack will say so.",
        ),
        facts=(Detail("Decision", fact.decision), Detail("Why", fact.reason)),
        link=Link("See how the partnership stands", material.home),
        closing=("If it is still wanted, the board can take a further decision that fits how things stand now.",),
        why=material.why,
    )
