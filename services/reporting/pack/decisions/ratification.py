"""Decisions that still have to be ratified: by a quorum, or by partners' own committees."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.register.board import AgendaItem
from domain.register.decisions import DECISIONS, Decision
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Detail, Matter

RECOMMENDATION = (
    "Ratify it, by a decision with a quorum on an agenda item that is about {0}, or by a written procedure about {0}."
)


def awaiting(briefing: Briefing) -> list[Decision]:
    """Return the decisions that are recommended only, or that partners have still to ratify, by number."""
    return [each for each in briefing.now.by_number(DECISIONS) if each.awaits_ratification]


def to_ratify(briefing: Briefing) -> list[Decision]:
    """Return the decisions without a quorum that the board is to ratify, other than those that it is asked already.

    An item of this meeting's agenda, or a written procedure that is open, asks for the decision that it is about.
    """
    meeting = briefing.register.meetings.get(briefing.notice.reference)
    items = () if meeting is None else meeting.items.values()
    procedures = (each for each in briefing.register.procedures.values() if each.closed_at is None)
    asked = {each.about for each in items} | {each.about for each in procedures}
    return [each for each in awaiting(briefing) if each.is_recommended and each.reference not in asked]


def asked_for(briefing: Briefing, decision: Decision) -> Matter:
    """Return what the board is asked to ratify, as an entry of its own."""
    item = _item(briefing, decision)
    owner = None if item is None else item.owner
    taken = f"{where(decision)}, on {wording.plain_date(decision.effective_on)}, without a quorum"
    return Matter(
        decision.reference,
        decision.text,
        (
            Detail("Agreed", Cell(taken)),
            Detail("Recommendation", Cell(RECOMMENDATION.format(decision.reference))),
            Detail("Owner", Cell("Not named" if owner is None else briefing.now.partner_name(owner))),
            Detail("Effect", Cell(f"If ratified: {briefing.effect(decision.effect)}", _further(decision))),
        ),
    )


def waiting(briefing: Briefing, decision: Decision) -> Matter:
    """Return who has ratified a decision, who has not, and since when it waits."""
    return Matter(decision.reference, decision.text, tuple(_waiting(briefing, decision)))


def where(decision: Decision) -> str:
    """Return where a decision was taken: ``LAP-B02, item 3``, or the written procedure."""
    return decision.procedure or f"{decision.meeting}, item {decision.item}"


def _item(briefing: Briefing, decision: Decision) -> AgendaItem | None:
    meeting = briefing.register.meetings.get(decision.meeting or "")
    return None if meeting is None or decision.item is None else meeting.items.get(decision.item)


def _further(decision: Decision) -> str:
    return "once the partners named have ratified it too" if decision.awaits_partners else ""


def _waiting(briefing: Briefing, decision: Decision) -> Iterator[Detail]:
    since = wording.plain_date(decision.effective_on)
    waited = wording.days((briefing.now.on - decision.effective_on).days)
    yield Detail("Since", Cell(f"{since} ({waited})"))
    if decision.is_recommended:
        yield Detail("Needs", Cell("A quorate meeting or a written procedure: it was agreed without a quorum."))
    rule = decision.rule
    if rule is not None:
        have = [
            f"{briefing.now.partner_name(code)} on {wording.plain_date(on)}"
            for code, on in sorted(decision.ratifications.items())
        ]
        have_not = [briefing.now.partner_name(code) for code in rule.partners if code not in decision.ratifications]
        yield Detail("Needed", Cell(f"{rule.needed} of {wording.count(len(rule.partners), 'partner')} named"))
        yield Detail("Have ratified", Cell(wording.listed(have, "no partner yet")))
        yield Detail(
            "Have not ratified", Cell(wording.listed(have_not, "no partner"), f"since {since}" if have_not else "")
        )
    yield Detail("Effect", Cell(briefing.effect(decision.effect)))
