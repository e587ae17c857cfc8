"""Deciding on the item that the system puts on an agenda for a breach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from contracts.events.board import AgendaItemAdded, BreachNoted, ItemKind
from domain.register import Register
from domain.register.board import MEETINGS, AgendaItem, Meeting, MeetingState, held_or_due
from domain.register.commitments import COMMITMENTS, Commitment
from domain.register.partners import PARTNERS
from services.programme.board.commands import NoteBreach
from services.programme.core import lookup
from services.programme.core.decider import Context, Facts, Refused, decides

FIRST_NUMBER = 101
"""Items of the system's own are numbered from here, so that they take no number a secretary planned."""

_LONGEST_TITLE = 200


@decides(NoteBreach)
def note(register: Register, command: NoteBreach, context: Context) -> Facts:
    meeting = _meeting_for(register, lookup.find(MEETINGS, register, command.meeting))
    commitment = lookup.find(COMMITMENTS, register, command.commitment)
    partner = lookup.find(PARTNERS, register, command.partner)
    breach = BreachNoted(commitment=commitment.reference, partner=partner.code, periods=command.periods)
    if _is_on(meeting, breach):
        return []
    return [
        AgendaItemAdded(
            meeting=meeting.reference,
            item=next(free_numbers(meeting)),
            kind=ItemKind.DECISION,
            title=_title(commitment, breach),
            about=commitment.reference,
            recommendation=_recommendation(partner.name, commitment, breach),
            owner=partner.code,
            breach=breach,
        )
    ]


def moving_on(register: Register, cancelled: Meeting) -> list[AgendaItemAdded]:
    """Return the items of breaches that go from a cancelled meeting to the next one's agenda, where there is one yet.

    Without one the breach is announced again at the next cut-off.
    """
    following = meeting_in_place_of(register, cancelled)
    if following is None:
        return []
    breaches = [item for item in cancelled.items.values() if item.breach is not None]
    items = [item for item in breaches if not _is_on(following, item.breach)]
    return [_put_on(following, item, number) for item, number in zip(items, free_numbers(following), strict=False)]


def _put_on(meeting: Meeting, item: AgendaItem, number: int) -> AgendaItemAdded:
    return AgendaItemAdded(
        meeting=meeting.reference,
        item=number,
        kind=item.kind,
        title=item.title,
        about=item.about,
        recommendation=item.recommendation,
        owner=item.owner,
        breach=item.breach,
    )


def _is_on(meeting: Meeting, breach: BreachNoted | None) -> bool:
    """Say whether a breach stands on an agenda already, whichever periods it was noted for."""
    noted = (item.breach for item in meeting.items.values() if item.breach is not None)
    return breach is not None and any(
        (each.commitment, each.partner) == (breach.commitment, breach.partner) for each in noted
    )


def meeting_in_place_of(register: Register, cancelled: Meeting) -> Meeting | None:
    """Return the next meeting that is scheduled, to which what a cancelled one would have dealt with goes."""
    later = (each for each in held_or_due(register) if each.state is MeetingState.SCHEDULED)
    return next((each for each in later if each is not cancelled and each.date >= cancelled.date), None)


def free_numbers(meeting: Meeting) -> Iterator[int]:
    """Yield the numbers that an item may have which no secretary planned."""
    given = meeting.items.keys() | meeting.removed.keys()
    return (number for number in count(FIRST_NUMBER) if number not in given)


def _meeting_for(register: Register, meeting: Meeting) -> Meeting:
    """Return the meeting, or, where it can take no items any more, the next one that can."""
    if meeting.state in (MeetingState.SCHEDULED, MeetingState.IN_PROGRESS):
        return meeting
    later = (
        each for each in held_or_due(register) if each.state is MeetingState.SCHEDULED and each.date >= meeting.date
    )
    found = next(later, None)
    if found is None:
        raise Refused(
            "meeting", f"{meeting.reference} is {meeting.state} and no later meeting is scheduled; schedule one"
        )
    return found


def _title(commitment: Commitment, breach: BreachNoted) -> str:
    start, end = f"Breach by {breach.partner}: ", f" ({commitment.reference})"
    room = _LONGEST_TITLE - len(start) - len(end)
    title = commitment.title if len(commitment.title) <= room else f"{commitment.title[: room - 1]}…"
    return f"{start}{title}{end}"


def _recommendation(partner: str, commitment: Commitment, breach: BreachNoted) -> str:
    periods = " and ".join(breach.periods)
    return (
        f"{partner} has not fully met the core commitment “{commitment.title}” in {periods}. "
        f"The board is asked to agree with {partner} how and by when it will be met, or to grant a derogation."
    )
