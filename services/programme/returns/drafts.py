"""Drafts of returns: what people have typed and not submitted yet, one a partner and quarter, line by line.

A draft is no fact: it is kept beside the log, seen by its partner alone, and gone once it was submitted, or a year
after it was typed. Whoever types says which answers they had seen: these give way. What somebody else typed meanwhile
stays beside it until a person chooses. So a line has one answer, or several of which one is to be chosen.

The secretary, who acts on a partner's behalf, has a draft apart: what a partner types is its own until it submits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    distinct,
    func,
    insert,
    select,
    update,
)

from services.programme.returns.form.answer import Answer
from services.runtime.store.columns import Instant

KEPT_FOR = timedelta(days=365)
FORMER_COLLEAGUE = ""
"""Who typed something and was erased since."""

metadata = MetaData()
_answers = Table(
    "draft_answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("partnership", String(64), nullable=False),
    Column("quarter", String(32), nullable=False),
    Column("partner", String(64), nullable=False),
    Column("by_office", Boolean, nullable=False),
    Column("line", String(128), nullable=False),
    Column("choice", String(32), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("base", Text, nullable=False),
    Column("was", Text, nullable=False),
    Column("typed_by", String(64), nullable=False),
    Column("typed_at", Instant, nullable=False),
    Index("draft_answers_of_return", "partnership", "quarter", "partner"),
    sqlite_autoincrement=True,  # no number is given again: by them a page says what it has shown
)


class ReturnOf(NamedTuple):
    """Whose return it is, and for which quarter (its label); ``by_office`` where the secretary fills it in for them."""

    partnership: str
    quarter: str
    partner: str
    by_office: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into a line: upon which facts (``base``), and in words what those were."""

    answer: Answer
    base: str
    was: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftAnswer(Typed):
    """The same as it is kept, under a number of its own."""

    id: int
    line: str


class DraftChanged(Exception):
    """The draft is not what whoever submits it has seen: somebody changed or submitted it meanwhile."""


_READ = (
    select(_answers).where(*(_answers.c[name] == bindparam(name) for name in ReturnOf._fields)).order_by(_answers.c.id)
)


def read(connection: Connection, of: ReturnOf) -> list[DraftAnswer]:
    """Return all answers of a draft, in the order in which they were typed."""
    return [_answer(row) for row in connection.execute(_READ, of._asdict())]


def save(connection: Connection, of: ReturnOf, line: str, typed: Typed, seen: Collection[int]) -> None:
    """Keep what somebody typed, in the place of what they had seen there and of their own.

    The answer of somebody else that they had not seen stays beside it, unless it says the same.
    """
    _delete(connection, of, line, (_answers.c.id.in_(list(seen))) | (_answers.c.typed_by == typed.by))
    others = [each for each in read(connection, of) if each.line == line]
    if any((each.answer, each.base) == (typed.answer, typed.base) for each in others):
        return
    connection.execute(
        insert(_answers).values(
            partnership=of.partnership,
            quarter=of.quarter,
            partner=of.partner,
            by_office=of.by_office,
            line=line,
            choice=typed.answer.choice,
            fields=dict(typed.answer.fields),
            base=typed.base,
            was=typed.was,
            typed_by=typed.by,
            typed_at=typed.at,
        )
    )


def discard(connection: Connection, of: ReturnOf, line: str, seen: Collection[int]) -> None:
    """Drop the answers of a line that somebody has seen."""
    _delete(connection, of, line, _answers.c.id.in_(list(seen)))


def submitted(connection: Connection, of: ReturnOf, answers: Sequence[DraftAnswer]) -> None:
    """Drop a draft whose answers are recorded in this transaction. Raises DraftChanged where it has others by now."""
    ids = [each.id for each in answers]
    dropped = connection.execute(delete(_answers).where(_of(of), _answers.c.id.in_(ids))).rowcount
    if dropped != len(ids) or read(connection, of):
        raise DraftChanged(f"somebody changed the draft of {of.partner} for {of.quarter} meanwhile")


def lines_answered(connection: Connection, partnership: str) -> dict[tuple[str, str], int]:
    """Return how many lines have an answer, by quarter and partner, of each draft that partners have."""
    count = func.count(distinct(_answers.c.line))
    question = (
        select(_answers.c.quarter, _answers.c.partner, count)
        .where(_answers.c.partnership == partnership, _answers.c.by_office.is_(False))
        .group_by(_answers.c.quarter, _answers.c.partner)
    )
    return {(quarter, partner): number for quarter, partner, number in connection.execute(question)}


def forget_person(connection: Connection, partnership: str, person: str) -> None:
    """Keep what a person typed, and forget that it was they."""
    connection.execute(
        update(_answers)
        .where(_answers.c.partnership == partnership, _answers.c.typed_by == person)
        .values(typed_by=FORMER_COLLEAGUE)
    )


def forget(connection: Connection, before: datetime) -> int:
    """Drop what was typed before an instant, and return how many answers that was."""
    return connection.execute(delete(_answers).where(_answers.c.typed_at < before)).rowcount


def _delete(connection: Connection, of: ReturnOf, line: str, which: ColumnElement[bool]) -> None:
    connection.execute(delete(_answers).where(_of(of), _answers.c.line == line, which))


def _of(of: ReturnOf) -> ColumnElement[bool]:
    return (
        (_answers.c.partnership == of.partnership)
        & (_answers.c.quarter == of.quarter)
        & (_answers.c.partner == of.partner)
        & (_answers.c.by_office == of.by_office)
    )


def _answer(row: Row[Any]) -> DraftAnswer:
    return DraftAnswer(
        answer=Answer(row.choice, row.fields),
        base=row.base,
        was=row.was,
        by=row.typed_by,
        at=row.typed_at,
        id=row.id,
        line=row.line,
    )
