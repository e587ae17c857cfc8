"""Who is asked to the board's meetings: whoever holds a role that is asked on a meeting's date. Who no longer does is
told so, and their calendar entry taken back.

What somebody was told last of a meeting stands in the queue of deliveries. A meeting's sequence rises with each change
that a calendar has to follow, so that the later word wins wherever both arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from domain.register.people import Person
from services.notifications.intake import known_people, notices, read_model, recipients
from services.notifications.intake.notices import NoticeKind, Recipient, Told, asked_to
from services.notifications.intake.read_model import MeetingRecord
from services.notifications.intake.recipients import RecipientState
from services.notifications.queue import deliveries


def after_change_of_meeting(connection: Connection, partnership: str, reference: str, now: datetime) -> list[Told]:
    """Return what people are told of a meeting that is new, or not what it was; nothing of one that is past."""
    of = read_model.partnership(connection, partnership)
    meeting = read_model.meeting(connection, partnership, reference)
    if of is None or meeting is None:
        return []
    told = recipients.states(connection, partnership, reference)
    deliveries.overtake(connection, partnership, NoticeKind.INVITATION, reference, now)
    if meeting.starts_at(of) <= now or (meeting.is_cancelled and of.was_imported_since(meeting.recorded_at)):
        return []
    people = known_people.people(connection, partnership)
    return [*_withdrawals(partnership, meeting, people, told), notices.of_meeting(partnership, meeting, people)]


def after_change_of_people(
    connection: Connection, partnership: str, recorded_at: datetime, now: datetime
) -> Iterator[Told]:
    """Yield the invitations of those who are to be asked to a meeting ahead by now, and the word to those who no longer
    are.
    """
    of = read_model.partnership(connection, partnership)
    if of is None:
        return
    meetings = read_model.meetings(connection, partnership)
    ahead = [each for each in meetings if not each.is_cancelled and each.starts_at(of) > now]
    people = known_people.people(connection, partnership) if ahead else []
    for meeting in ahead:
        yield from _brought_up_to_date(connection, partnership, meeting, people, recorded_at, now)


def _brought_up_to_date(
    connection: Connection,
    partnership: str,
    meeting: MeetingRecord,
    people: list[Person],
    recorded_at: datetime,
    now: datetime,
) -> Iterator[Told]:
    told = recipients.states(connection, partnership, meeting.reference)
    asked = {each.id: each for each in asked_to(meeting, people)}
    leavers = [person for person, each in told.items() if each.is_invited and person not in asked]
    joiners = [each for person, each in asked.items() if person not in told or not told[person].is_invited]
    deliveries.overtake(connection, partnership, NoticeKind.INVITATION, meeting.reference, now, leavers)
    if any(told[person].has_entry for person in leavers) or any(each.id in told for each in joiners):
        meeting = read_model.raise_sequence(connection, partnership, meeting.reference, recorded_at)
    yield from _withdrawals(partnership, meeting, people, told)
    if joiners:
        yield notices.of_meeting(partnership, meeting, joiners)


def _withdrawals(
    partnership: str, meeting: MeetingRecord, people: Iterable[Person], told: Mapping[str, RecipientState]
) -> Iterator[Told]:
    """Yield the word to those who may have a meeting in their calendar and are asked no longer."""
    asked = {each.id for each in asked_to(meeting, people)}
    gone = [
        Recipient(person, each.role, each.partners)
        for person, each in told.items()
        if each.has_entry and person not in asked
    ]
    if gone and not meeting.is_cancelled:
        yield notices.of_withdrawal(partnership, meeting, gone)
