"""In one minute: what was decided and has not happened."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.register.decisions import ACTIONS, DECISIONS
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.decisions.ratification import awaiting
from services.reporting.pack.minute import NAMED, Finding

LONGEST_TEXT = 80


def undone(briefing: Briefing) -> Finding | None:
    """Return what failed, what is overdue, and what partners have still to ratify."""
    found = list(_undone(briefing))
    if found:
        verb = "has" if len(found) == 1 else "have"
        text = f"of what was decided, {len(found)} {verb} not happened: {wording.listed_up_to(NAMED, found)}"
        return Finding(text, "decisions")
    is_decided = bool(briefing.now.by_number(ACTIONS))
    return Finding("no action is overdue", "decisions", is_well=True) if is_decided else None


def _undone(briefing: Briefing) -> Iterator[str]:
    for decision in briefing.now.by_number(DECISIONS):
        if decision.refused_because is not None and briefing.is_news(decision.refused_at):
            yield f"{_named(decision.reference, decision.text)} (its effect failed)"
    for action in briefing.now.by_number(ACTIONS):
        if briefing.now.action_status(action) == "overdue":
            owner, due = briefing.now.partner_name(action.owner), wording.plain_date(action.due)
            yield f"{_named(action.reference, action.text)} ({owner}, due {due})"
    for decision in awaiting(briefing):
        if decision.awaits_partners:
            since = wording.plain_date(decision.effective_on)
            yield f"{_named(decision.reference, decision.text)} (to be ratified by partners since {since})"


def _named(reference: str, text: str) -> str:
    """Return a matter by its reference, with its text where that can be read in passing."""
    text = text.strip().rstrip(".")
    return f"{reference} {text}" if len(text) <= LONGEST_TEXT else reference
