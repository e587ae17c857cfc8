"""Who may vote on an item, and whether an outcome agrees with the votes. Source: domain.md, section 6."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts.events.board import Vote
from contracts.events.decisions import Outcome, Votes
from domain.register import Register
from domain.register.board import Meeting
from domain.register.decisions import AGREED, casting_vote
from services.programme.board.seats import seats_at, without_vote
from services.programme.core.decider import Refused
from services.programme.partnership.lookup import find_person


def check_votes(register: Register, meeting: Meeting, item: int, votes: Votes, outcome: Outcome) -> None:
    """Raise Refused where somebody voted without a vote or twice, or where the outcome is not that of the votes."""
    seats = seats_at(register, meeting)
    silent = without_vote(meeting, item)
    present = meeting.attendance.present if meeting.attendance else ()
    voted: set[str] = set()
    for field, person_id in _each(votes):
        find_person(register, person_id, field)
        if person_id in voted:
            raise Refused(field, f"{person_id} stands in the vote twice; each has one vote")
        if person_id not in present:
            raise Refused(field, f"{person_id} was not present at {meeting.reference} and has no vote")
        if person_id not in seats:
            raise Refused(field, f"{person_id} was there neither as a member of the board nor in a member's place")
        if person_id in silent:
            raise Refused(field, f"{person_id} declared an interest in item {item} and has no vote on it")
        voted.add(person_id)
    _check_outcome(register, votes, outcome, meeting.date)


def carried(register: Register, votes: Votes, on: date) -> bool:
    """Say whether a majority of the votes cast was in favour; on a tie the chair's own vote decides."""
    if votes.is_tie:
        return casting_vote(register, votes, on) is Vote.FOR
    return len(votes.in_favour) > len(votes.against)


def _check_outcome(register: Register, votes: Votes, outcome: Outcome, on: date) -> None:
    was_carried = carried(register, votes, on)
    result = _result(register, votes, on)
    if outcome in AGREED and not was_carried:
        raise Refused("outcome", f"{result}; so it was not carried, and the outcome is not_agreed")
    if outcome is Outcome.NOT_AGREED and was_carried:
        raise Refused("outcome", f"{result}; so it was carried, and the outcome is agreed or agreed_as_amended")


def _result(register: Register, votes: Votes, on: date) -> str:
    """Return the vote in words, and what decides it."""
    counted = f"{len(votes.in_favour)} for, {len(votes.against)} against, {len(votes.abstained)} abstained"
    if not votes.in_favour and not votes.against:
        return f"nobody voted for or against ({counted})"
    if not votes.is_tie:
        side = "for" if len(votes.in_favour) > len(votes.against) else "against"
        return f"the vote was {counted}: a majority {side}"
    cast = casting_vote(register, votes, on)
    if cast is None:
        return f"the vote was {counted}: a tie, and the chair, whose vote would decide it, did not vote for or against"
    return f"the vote was {counted}: a tie, which the chair's casting vote {cast} decides"


def _each(votes: Votes) -> Iterator[tuple[str, str]]:
    for name, people in (("for", votes.in_favour), ("against", votes.against), ("abstained", votes.abstained)):
        for number, person_id in enumerate(people):
            yield f"vote.{name}[{number}]", person_id
