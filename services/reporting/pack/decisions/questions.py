"""What decisions of a meeting without a quorum ask the board: to ratify them."""

from __future__ import annotations

from domain.register.board import AgendaItem
from domain.register.decisions import Decision
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.decisions.ratification import to_ratify, told
from services.reporting.pack.question import Question

RECOMMENDATION = (
    "Ratify it, by a decision with a quorum on an agenda item that is about {0}, or by a written procedure about {0}."
)


def ratifications(briefing: Briefing) -> list[Question]:
    """Return the decisions that the board is to ratify and is not asked about otherwise."""
    return [_question(briefing, each) for each in to_ratify(briefing)]


def _question(briefing: Briefing, decision: Decision) -> Question:
    item = _item(briefing, decision)
    owner = None if item is None else item.owner
    further = ", once the partners named have ratified it too" if decision.awaits_partners else ""
    return Question(
        label=decision.reference,
        title=decision.text,
        recommendation=RECOMMENDATION.format(decision.reference),
        owner="Not named" if owner is None else briefing.now.partner_name(owner),
        effect=f"If ratified{further}: {briefing.effect(decision.effect)}",
        about=decision.reference,
        asks=decision.effect,
        known=told(briefing, decision),
    )


def _item(briefing: Briefing, decision: Decision) -> AgendaItem | None:
    meeting = briefing.register.meetings.get(decision.meeting or "")
    return None if meeting is None or decision.item is None else meeting.items.get(decision.item)
