"""What the breaches of core commitments ask the board: those of one partner together."""

from __future__ import annotations

from contracts.references import short
from domain import wording
from services.reporting.pack.board.agenda import agenda
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.commitments.breaches import by_partner
from services.reporting.pack.commitments.record import record_in_words, record_of_partner
from services.reporting.pack.minute import NAMED
from services.reporting.pack.question import Question

RECOMMENDATION = "Agree how and by when it will be met, or grant a derogation."
EFFECT = "None by itself: a derogation ends a breach for its periods, a recovery action is tracked."


def breaches(briefing: Briefing) -> list[Question]:
    """Return a question for each partner in breach: the one with the most breaches first."""
    found = by_partner(briefing.now.breaches)
    return [_question(briefing, partner, commitments) for partner, commitments in found.items()]


def _question(briefing: Briefing, partner: str, commitments: list[str]) -> Question:
    name = briefing.now.partner_name(partner)
    failed = wording.listed_up_to(NAMED, map(briefing.short, commitments))
    return Question(
        label=_label(briefing, partner),
        title=f"{name}: breach of {failed}",
        recommendation=RECOMMENDATION,
        owner=name,
        effect=EFFECT,
        known=(
            *(record_in_words(briefing, commitment, partner) for commitment in commitments[:NAMED]),
            record_of_partner(briefing, partner),
        ),
        see="matrix",
        brief=wording.listed(short(briefing.register.code, each) for each in commitments),
    )


def _label(briefing: Briefing, partner: str) -> str:
    """Return the numbers of the items that the system put on the agenda for the partner's breaches."""
    numbers = [str(each.number) for each in agenda(briefing) if each.breach and each.breach.partner == partner]
    if not numbers:
        return "Breach"
    return f"Item {numbers[0]}" if len(numbers) == 1 else f"Items {wording.listed(numbers)}"
