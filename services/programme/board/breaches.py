"""Deciding on the item that the system puts on an agenda for a breach."""

from __future__ import annotations

from itertools import count

from contracts.events.board import AgendaItemAdded, BreachNoted, ItemKind
from contracts.register import Register
from contracts.register.board import Meeting, MeetingState, held_or_due
from contracts.register.commitments import Commitment
from services.programme import lookup
from services.programme.board.commands import NoteBreach
from services.programme.rulings import Context, Facts, Refused, decides

FIRST_NUMBER = 101
"""Items of the system's own are numbered from here, so that they take no number a secretary planned."""

_LONGEST_TITLE = 200


@decides(NoteBreach)
def note(register: Register, command: NoteBreach, context: Context) -> Facts:
    meeting = _meeting_for(register, lookup.meeting(register, command.meeting))
    commitment = lookup.commitment(register, command.commitment)
    partner = lookup.partner(register, command.partner)
    breach = BreachNoted(commitment=commitment.reference, partner=partner.code, periods=command.periods)
    if any(item.breach == breach for item in meeting.items.values()):
        return []
    given = meeting.items.keys() | meeting.removed.keys()
    return [
        AgendaItemAdded(
            meeting=meeting.reference,
            item=next(number for number in count(FIRST_NUMBER) if number not in given),
            kind=ItemKind.DECISION,
            title=_title(commitment, breach),
            about=commitment.reference,
            recommendation=_recommendation(partner.name, commitment, breach),
            owner=partner.code,
            breach=breach,
        )
    ]


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
