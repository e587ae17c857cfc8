"""Answers kept by idempotency key, so that a request sent twice is carried out once and answered the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Column, Connection, MetaData, String, Table, Text, bindparam, delete, select
from sqlalchemy.exc import IntegrityError

from services.runtime.store.bulk import BulkInsert
from services.runtime.store.columns import Instant
from services.runtime.store.driver import Prepared

metadata = MetaData()
answers = Table(
    "answers",
    metadata,
    Column("scope", String(200), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    # When to forget it goes by the machine's clock, whatever clock the partnership runs on.
    Column("answered_at", Instant, nullable=False, index=True),
)

_answer_to = Prepared(
    select(answers.c.request_hash, answers.c.answer).where(
        answers.c.scope == bindparam("scope"), answers.c.key == bindparam("key")
    )
)
_insert_answers = BulkInsert(answers)


class KeyReused(Exception):
    """The key was used before with another request."""


class KeyTaken(Exception):
    """Another replica has answered a request with this key in the meantime: recall its answer."""


class Remembered(NamedTuple):
    """What was asked (a hash of the request) and what was answered (JSON)."""

    request_hash: str
    answer: str


def recall(connection: Connection, scope: str, key: str) -> Remembered | None:
    """Return what is remembered under ``key`` within ``scope`` (a caller, say), None when it is new."""
    row = _answer_to(connection, scope=scope, key=key).fetchone()
    return None if row is None else Remembered(*row)


def answer_to(connection: Connection, scope: str, key: str, request_hash: str) -> str | None:
    """Return the answer given before to this same request. Raises KeyReused where the key stood for another one."""
    remembered = recall(connection, scope, key)
    if remembered is None:
        return None
    if remembered.request_hash != request_hash:
        raise KeyReused(f"the idempotency key {key!r} was used before with another request; choose a new key")
    return remembered.answer


def remember(connection: Connection, scope: str, key: str, request_hash: str, answer_json: str) -> None:
    """Keep the answer, in the transaction of what it answers. Raises KeyTaken when another replica was first."""
    try:
        _insert_answers(connection, [(scope, key, request_hash, answer_json, datetime.now(UTC))])
    except IntegrityError as error:
        raise KeyTaken("an idempotency key has just been used") from error


def forget(connection: Connection, before: datetime) -> int:
    """Drop answers given before an instant, and return how many."""
    return connection.execute(delete(answers).where(answers.c.answered_at < before)).rowcount
