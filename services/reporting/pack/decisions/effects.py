"""How far the effect of a decision has come."""

from __future__ import annotations

from contracts.events.decisions import Outcome
from domain.calendar import Calendar
from domain.register.decisions import AGREED, Decision
from services.reporting.pack.document import Cell, Tone
from services.reporting.pack.effects import Titled, effect_in_words
from services.reporting.pack.wording import plain_date, sentence

_UNAGREED = {
    Outcome.NOT_AGREED: "the board did not agree to it",
    Outcome.DEFERRED: "the board deferred it",
    Outcome.NOTED: "the board only noted it",
}


def effect_of(decision: Decision, titled: Titled, calendar: Calendar) -> Cell:
    """Return what a decision brings about, and how far that has come."""
    if decision.effect is None:
        return Cell("None.")
    text = sentence(effect_in_words(decision.effect, titled))
    if decision.carried_out_at is not None:
        on = plain_date(calendar.local_date(decision.carried_out_at))
        return Cell(text, f"carried out on {on}", Tone.GOOD)
    if decision.refused_because is not None:
        return Cell(text, f"could not be carried out: {decision.refused_because}", Tone.BAD)
    if decision.outcome not in AGREED:
        return Cell(text, f"not carried out: {_UNAGREED[decision.outcome]}")
    if decision.superseded_by is not None:
        return Cell(text, f"not carried out: superseded by {decision.superseded_by}")
    return Cell(text, "waits for ratification", Tone.CAUTION)
