"""Deciding on written procedures: decisions between meetings."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.board import (
    Vote,
    WrittenProcedureAnswered,
    WrittenProcedureClosed,
    WrittenProcedureOpened,
)
from contracts.events.decisions import DecisionRecorded, Outcome, Votes
from domain.register import Register
from domain.register.board import PROCEDURES, WrittenProcedure
from domain.register.decisions import DECISIONS
from services.programme.board.commands import AnswerWrittenProcedure, CloseWrittenProcedure, OpenWrittenProcedure
from services.programme.board.seats import gone_by, is_quorum, may_sit, seats_answered
from services.programme.core import lookup
from services.programme.core.dates import check_local_time
from services.programme.core.decider import Context, Facts, Refused, decides
from services.programme.decisions.carrying_out import check_effect
from services.programme.decisions.consequences import EffectiveDecision, ratifying, taking_effect
from services.programme.partnership.lookup import find_person


@decides(OpenWrittenProcedure)
def open_procedure(register: Register, command: OpenWrittenProcedure, context: Context) -> Facts:
    reference = lookup.free(PROCEDURES, register, command.code)
    check_local_time(register, command.closes.date(), command.closes.time(), "closes")
    calendar = register.calendar
    closes_at = calendar.instant(command.closes.date(), command.closes.time())
    if closes_at <= context.now:
        now = calendar.local(context.now)
        raise Refused("closes", f"{command.closes:%Y-%m-%dT%H:%M} has passed; it is {now:%Y-%m-%dT%H:%M} now")
    effect = command.effect.as_fact() if command.effect else None
    if command.about is not None:
        _check_about(register, command.about)
        if effect is not None:
            raise Refused("effect", f"the effect is that of {command.about}, which it would ratify; leave effect out")
    if effect is not None:
        check_effect(register, effect, context)
    return [
        WrittenProcedureOpened(
            procedure=reference,
            title=command.title,
            text=command.text,
            closes_at=closes_at,
            about=command.about,
            effect=effect,
        )
    ]


@decides(AnswerWrittenProcedure)
def answer(register: Register, command: AnswerWrittenProcedure, context: Context) -> Facts:
    procedure = _open(register, command.procedure)
    if context.now >= procedure.closes_at:
        raise Refused(
            "procedure",
            f"{procedure.reference} took answers until {_local(register, procedure)}; all that is left is to close it",
        )
    person = find_person(register, command.person or context.actor)
    if not may_sit(person, register.calendar.local_date(context.now)):
        raise Refused("person", f"{person.id} is neither a member of the board nor a substitute; only they answer")
    return [WrittenProcedureAnswered(procedure=procedure.reference, person=person.id, answer=command.answer)]


@decides(CloseWrittenProcedure)
def close(register: Register, command: CloseWrittenProcedure, context: Context) -> Facts:
    procedure = _open(register, command.procedure)
    if context.now < procedure.closes_at:
        raise Refused(
            "procedure", f"{procedure.reference} takes answers until {_local(register, procedure)}; close it then"
        )
    closes_on = register.calendar.local_date(procedure.closes_at)
    seats = seats_answered(register, procedure.answers, closes_on)
    counting = {seat.person for seat in seats}
    counted = {person: vote for person, vote in procedure.answers.items() if person in counting}
    quorate = is_quorum(register.partnership.rules_on(closes_on), seats, gone_by(register, closes_on))
    votes = list(counted.values())
    passed = quorate and votes.count(Vote.FOR) > votes.count(Vote.AGAINST)
    closed = WrittenProcedureClosed(procedure=procedure.reference, quorate=quorate, passed=passed)
    return [closed, *_outcome(register, command, procedure, counted, closed, context)]


def _outcome(
    register: Register,
    command: CloseWrittenProcedure,
    procedure: WrittenProcedure,
    counted: dict[str, Vote],
    closed: WrittenProcedureClosed,
    context: Context,
) -> Facts:
    """Return what comes of a closed procedure: a ratified recommendation, or a decision of its own."""
    if procedure.about is not None:
        if command.decision is not None:
            raise Refused(
                "decision",
                f"{procedure.reference} is about {procedure.about} and becomes none itself; leave decision out",
            )
        return ratifying(register, procedure.about, procedure.reference, context) if closed.passed else []
    if not closed.passed and command.decision is None:
        return []
    reference = command.decision or DECISIONS.next_reference(register.code, register.decisions)
    lookup.free(DECISIONS, register, reference, "decision")
    recorded = _decision(procedure, reference, counted, closed)
    if not closed.passed:
        return [recorded]
    standing = EffectiveDecision(reference, procedure.effect, None, register.calendar.local_date(context.now))
    return [recorded, *taking_effect(register, standing, context)]


def _decision(
    procedure: WrittenProcedure, reference: str, counted: dict[str, Vote], closed: WrittenProcedureClosed
) -> Fact:
    def those(vote: Vote) -> tuple[str, ...]:
        return tuple(person for person, answer in counted.items() if answer is vote)

    return DecisionRecorded(
        decision=reference,
        procedure=procedure.reference,
        outcome=Outcome.AGREED if closed.passed else Outcome.NOT_AGREED,
        text=procedure.text,
        votes=Votes(in_favour=those(Vote.FOR), against=those(Vote.AGAINST), abstained=those(Vote.ABSTAIN)),
        quorate=closed.quorate,
        effect=procedure.effect,
    )


def _check_about(register: Register, reference: str) -> None:
    decision = lookup.find(DECISIONS, register, reference, "about")
    if not decision.is_recommended or decision.superseded_by is not None:
        raise Refused("about", f"{reference} is not a recommendation that waits to be ratified; leave about out")


def _open(register: Register, reference: str) -> WrittenProcedure:
    procedure = lookup.find(PROCEDURES, register, reference)
    if procedure.closed_at is not None:
        raise Refused("procedure", f"{reference} has been closed; open another one for what is still to be decided")
    return procedure


def _local(register: Register, procedure: WrittenProcedure) -> str:
    return f"{register.calendar.local(procedure.closes_at):%Y-%m-%dT%H:%M}"
