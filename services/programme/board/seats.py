"""Who sits on the board at an item, and whether that is a quorum. Source: domain.md, sections 6 and 10.

A seat is a board member who is there, or the person in its place; nobody fills two. It counts for every partner of the
member whose seat it is. Who is a member, and for whom, is judged by the date of the meeting, or of the day on which a
written procedure closes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from contracts.events.board import InterestFollows
from contracts.events.partnership import BoardRules, Role
from domain.register import Register
from domain.register.board import Meeting
from domain.register.people import BOARD_ROLES, Person

_NO_VOTE = frozenset({InterestFollows.SPEAKS_NO_VOTE, InterestFollows.WITHDRAWS})
_NO_SEAT = frozenset({InterestFollows.WITHDRAWS})
_SITTING = BOARD_ROLES | {Role.SUBSTITUTE}


@dataclass(frozen=True, slots=True)
class Seat:
    """A filled seat: by whom, and for which partners it counts."""

    person: str
    partners: tuple[str, ...]


def seats_at(register: Register, meeting: Meeting, item: int | None = None) -> dict[str, Seat]:
    """Return the seats filled at a meeting, by person; at an item, without those who withdrew from it."""
    if meeting.attendance is None:
        return {}
    members = (register.people[each] for each in meeting.attendance.present)
    seats = {each.id: own_seat(each, meeting.date) for each in members if each.is_on_board_on(meeting.date)}
    for absent, present in meeting.attendance.substitutes.items():
        seats[present] = Seat(present, own_seat(register.people[absent], meeting.date).partners)
    withdrawn = declared(meeting, item, _NO_SEAT)
    return {person: seat for person, seat in seats.items() if person not in withdrawn}


def without_vote(meeting: Meeting, item: int) -> set[str]:
    """Return who may not vote on an item, as they declared an interest in it."""
    return declared(meeting, item, _NO_VOTE)


def declared(meeting: Meeting, item: int | None, what: Collection[InterestFollows]) -> set[str]:
    """Return who declared an interest in an item from which one of ``what`` follows."""
    return {each.person for each in meeting.interests if each.item == item and each.follows in what}


def seats_answered(register: Register, answered: Collection[str], on: date) -> list[Seat]:
    """Return the seats that have answered a written procedure which closes on the date ``on``.

    A substitute answers for a member of its own partner that has not answered, if there is one left.
    """
    people = [register.people[each] for each in answered]
    seats = [own_seat(each, on) for each in people if each.is_on_board_on(on)]
    silent = [each for each in register.people.values() if each.is_on_board_on(on) and each.id not in answered]
    for person in people:
        if not person.is_on_board_on(on) and may_sit(person, on):
            member = next((each for each in silent if _share_a_partner(person, each, on)), None)
            if member is not None:
                silent.remove(member)
                seats.append(Seat(person.id, own_seat(member, on).partners))
    return seats


def is_quorum(rules: BoardRules, seats: Collection[Seat], gone: Collection[str] = ()) -> bool:
    """Say whether enough seats, of enough different partners and of all those named, are filled.

    ``gone`` are the partners that have left by then: none of them needs to be there.
    """
    partners = {partner for seat in seats for partner in seat.partners}
    return (
        len(seats) >= rules.quorum_count
        and len(partners) >= rules.quorum_partners
        and partners.issuperset(set(rules.must_attend).difference(gone))
    )


def gone_by(register: Register, day: date) -> frozenset[str]:
    """Return the partners that have left by ``day``."""
    return frozenset(code for code, partner in register.partners.items() if partner.has_left_by(day))


def may_sit(person: Person, on: date) -> bool:
    """Say whether a person may sit on the board that day: as a member, or in a member's place."""
    return not _SITTING.isdisjoint(person.roles_on(on))


def own_seat(member: Person, on: date) -> Seat:
    """Return the seat of a member of the board that day."""
    return Seat(member.id, member.partners_on(on, BOARD_ROLES))


def _share_a_partner(substitute: Person, member: Person, on: date) -> bool:
    theirs, members = substitute.partners_on(on, {Role.SUBSTITUTE}), own_seat(member, on).partners
    return theirs == members == () or not set(theirs).isdisjoint(members)
