"""Decisions that still have to be ratified: by a quorum, or by partners' own committees."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.register.decisions import DECISIONS, Decision
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Detail, Matter


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


def told(briefing: Briefing, decision: Decision) -> tuple[str, ...]:
    """Return where a decision was taken; of one that waits, since when and which partners have ratified it."""
    outcome, on = wording.OUTCOMES[decision.outcome], wording.plain_date(decision.effective_on)
    taken = f"{outcome} at {where(decision)}, on {on}{'' if decision.quorate else ', without a quorum'}"
    if not decision.awaits_ratification:
        return (f"{taken}.",)
    waits = f"{taken}; it has waited for {_waited(briefing, decision)}."
    rule = decision.rule
    if rule is None:
        return (waits,)
    have = wording.listed(map(briefing.now.partner_name, sorted(decision.ratifications)), "none")
    return waits, f"Partners named that have ratified it: {have}; {rule.needed} of {len(rule.partners)} must."


def waiting(briefing: Briefing, decision: Decision) -> Matter:
    """Return who has ratified a decision, who has not, and since when it waits."""
    return Matter(decision.reference, decision.text, tuple(_waiting(briefing, decision)))


def where(decision: Decision) -> str:
    """Return where a decision was taken: ``LAP-B02, item 3``, or the written procedure."""
    return decision.procedure or f"{decision.meeting}, item {decision.item}"


def _waited(briefing: Briefing, decision: Decision) -> str:
    return wording.days((briefing.now.on - decision.effective_on).days)


def _waiting(briefing: Briefing, decision: Decision) -> Iterator[Detail]:
    since = wording.plain_date(decision.effective_on)
    yield Detail("Since", Cell(f"{since} ({_waited(briefing, decision)})"))
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
