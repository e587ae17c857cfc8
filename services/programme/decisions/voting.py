"""Who may vote on an item, and whether an outcome agrees with the votes. Source: domain.md, section 6."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events.decisions import Outcome, Votes
from contracts.events.partnership import Role
from contracts.register import Register
from contracts.register.board import Meeting
from contracts.register.decisions import AGREED
from services.programme import lookup
from services.programme.board.seats import seats_at, without_vote
from services.programme.rulings import Refused


def check_votes(register: Register, meeting: Meeting, item: int, votes: Votes, outcome: Outcome) -> None:
    """Raise Refused where somebody voted without a vote or twice, or where the outcome is not that of the votes."""
    seats = seats_at(register, meeting)
    silent = without_vote(meeting, item)
    present = meeting.attendance.present if meeting.attendance else ()
    voted: set[str] = set()
    for field, person_id in _each(votes):
        lookup.person(register, person_id, field)
        if person_id in voted:
            raise Refused(field, f"{person_id} stands in the vote twice; each has one vote")
        if person_id not in present:
            raise Refused(field, f"{person_id} was not present at {meeting.reference} and has no vote")
        if person_id not in seats:
            raise Refused(field, f"{person_id} was there neither as a member of the board nor in a member's place")
        if person_id in silent:
            raise Refused(field, f"{person_id} declared an interest in item {item} and has no vote on it")
        voted.add(person_id)
    _check_outcome(register, votes, outcome)


def carried(register: Register, votes: Votes) -> bool:
    """Say whether a majority of the votes cast was in favour; on a tie the chair's own vote decides."""
    in_favour, against = len(votes.in_favour), len(votes.against)
    if in_favour != against:
        return in_favour > against
    return any(Role.CHAIR in register.people[each].roles for each in votes.in_favour)


def _check_outcome(register: Register, votes: Votes, outcome: Outcome) -> None:
    result = f"{len(votes.in_favour)} for, {len(votes.against)} against, {len(votes.abstained)} abstained"
    majority = carried(register, votes)
    if outcome in AGREED and not majority:
        raise Refused(
            "outcome", f"{outcome} needs a majority of the votes cast, and the vote was {result}; it is not_agreed"
        )
    if outcome is Outcome.NOT_AGREED and majority:
        raise Refused("outcome", f"the vote was {result}, which is a majority; the outcome is agreed")


def _each(votes: Votes) -> Iterator[tuple[str, str]]:
    for name, people in (("for", votes.in_favour), ("against", votes.against), ("abstained", votes.abstained)):
        for number, person_id in enumerate(people):
            yield f"vote.{name}[{number}]", person_id
