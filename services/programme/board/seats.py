"""Who sits on the board at an item, and whether that is a quorum. Source: domain.md, section 6.

A seat is a board member who is there, or the person in its place; nobody fills two. A substitute counts for the
partner of the member whose seat it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from contracts.events.board import InterestFollows
from contracts.events.partnership import BoardRules, Role
from contracts.register import Register
from contracts.register.board import Meeting
from contracts.register.partnership import Person

_NO_VOTE = frozenset({InterestFollows.SPEAKS_NO_VOTE, InterestFollows.WITHDRAWS})
_NO_SEAT = frozenset({InterestFollows.WITHDRAWS})


@dataclass(frozen=True, slots=True)
class Seat:
    """A filled seat: by whom, and for which partner it counts."""

    person: str
    partner: str | None


def seats_at(register: Register, meeting: Meeting, item: int | None = None) -> dict[str, Seat]:
    """Return the seats filled at a meeting, by person; at an item, without those who withdrew from it."""
    if meeting.attendance is None:
        return {}
    members = (register.people[each] for each in meeting.attendance.present)
    seats = {member.id: Seat(member.id, member.partner) for member in members if member.is_on_board}
    for absent, present in meeting.attendance.substitutes.items():
        seats[present] = Seat(present, register.people[absent].partner)
    withdrawn = declared(meeting, item, _NO_SEAT)
    return {person: seat for person, seat in seats.items() if person not in withdrawn}


def without_vote(meeting: Meeting, item: int) -> set[str]:
    """Return who may not vote on an item, as they declared an interest in it."""
    return declared(meeting, item, _NO_VOTE)


def declared(meeting: Meeting, item: int | None, what: Collection[InterestFollows]) -> set[str]:
    """Return who declared an interest in an item from which one of ``what`` follows."""
    return {each.person for each in meeting.interests if each.item == item and each.follows in what}


def seats_answered(register: Register, answered: Collection[str]) -> list[Seat]:
    """Return the seats that have answered a written procedure.

    A substitute answers for a member of its own partner that has not answered, if there is one left.
    """
    people = [register.people[each] for each in answered]
    seats = [Seat(each.id, each.partner) for each in people if each.is_on_board]
    silent = _silent_members(register.people, answered)
    for person in people:
        if not person.is_on_board and silent.get(person.partner, 0) > 0:
            silent[person.partner] -= 1
            seats.append(Seat(person.id, person.partner))
    return seats


def is_quorum(rules: BoardRules, seats: Collection[Seat]) -> bool:
    """Say whether enough seats, of enough different partners and of all those named, are filled."""
    partners = {seat.partner for seat in seats if seat.partner is not None}
    return (
        len(seats) >= rules.quorum_count
        and len(partners) >= rules.quorum_partners
        and partners.issuperset(rules.must_attend)
    )


def may_sit(person: Person) -> bool:
    """Say whether a person may sit on the board: as a member, or in a member's place."""
    return person.is_on_board or Role.SUBSTITUTE in person.roles


def _silent_members(people: Mapping[str, Person], answered: Collection[str]) -> dict[str | None, int]:
    silent: dict[str | None, int] = {}
    for person in people.values():
        if person.is_on_board and person.id not in answered:
            silent[person.partner] = silent.get(person.partner, 0) + 1
    return silent
