"""What happened to a meeting or a written procedure, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.board import (
    AgendaItemAdded,
    AgendaItemAmended,
    AgendaItemRemoved,
    AttendanceAmended,
    ChangeRequested,
    InterestDeclared,
    InterestWithdrawn,
    MeetingCancelled,
    MeetingClosed,
    MeetingMoved,
    MeetingOpened,
    MeetingScheduled,
    WrittenProcedureAnswered,
    WrittenProcedureClosed,
    WrittenProcedureOpened,
)
from domain.wording.board import FOLLOWS
from domain.wording.dates import long_date
from domain.wording.decisions import effect_in_words
from domain.wording.happened.sentences import Named
from domain.wording.numbers import count
from domain.wording.sentences import sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about a meeting or a procedure in a sentence or two; empty for one about something else."""
    return ""


@happened.register
def _(fact: MeetingScheduled, named: Named) -> str:
    return f"The meeting was scheduled for {_when(fact)}."


@happened.register
def _(fact: MeetingMoved, named: Named) -> str:
    return f"The meeting is now on {_when(fact)}."


@happened.register
def _(fact: MeetingCancelled, named: Named) -> str:
    return f"The meeting was cancelled. {sentence(fact.reason)}"


@happened.register
def _(fact: AgendaItemAdded, named: Named) -> str:
    return f"Item {fact.item}, “{fact.title}”, was put on the agenda{' for a breach' if fact.breach else ''}."


@happened.register
def _(fact: ChangeRequested, named: Named) -> str:
    who = "The board is asked" if fact.owner is None else f"{named(fact.owner)} asks the board"
    effect = effect_in_words(fact.effect, named)
    return f"{who} for a change, item {fact.item} of {fact.meeting}: {effect}. {sentence(fact.recommendation)}"


@happened.register
def _(fact: AgendaItemAmended, named: Named) -> str:
    return f"Item {fact.item}, “{fact.title}”, was amended."


@happened.register
def _(fact: AgendaItemRemoved, named: Named) -> str:
    return f"Item {fact.item} was taken off the agenda. {sentence(fact.reason)}"


@happened.register
def _(fact: MeetingOpened, named: Named) -> str:
    return f"The meeting began, with {count(len(fact.present), 'person', 'people')} present."


@happened.register
def _(fact: InterestDeclared, named: Named) -> str:
    return f"An interest in item {fact.item} was declared. {sentence(fact.nature)} {FOLLOWS[fact.follows]}."


@happened.register
def _(fact: InterestWithdrawn, named: Named) -> str:
    return f"An interest declared in item {fact.item} was taken back. {sentence(fact.reason)}"


@happened.register
def _(fact: AttendanceAmended, named: Named) -> str:
    return f"Who is there was put right: {count(len(fact.present), 'person', 'people')} present."


@happened.register
def _(fact: MeetingClosed, named: Named) -> str:
    return "The meeting ended."


@happened.register
def _(fact: WrittenProcedureOpened, named: Named) -> str:
    return "The text was put to the members."


@happened.register
def _(fact: WrittenProcedureAnswered, named: Named) -> str:
    return "An answer was recorded."


@happened.register
def _(fact: WrittenProcedureClosed, named: Named) -> str:
    if fact.passed:
        return "The procedure closed: it passed."
    return "The procedure closed: it did not pass." if fact.quorate else "The procedure closed without a quorum."


def _when(fact: MeetingScheduled | MeetingMoved) -> str:
    return f"{long_date(fact.date)}, {fact.time:%H:%M}{f', {fact.place}' if fact.place else ''}"
