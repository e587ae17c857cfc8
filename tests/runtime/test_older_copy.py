"""A log is compared with its stream: of each partnership, and at the price of one question to its database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy import Connection, insert

from contracts.envelope import Recorded
from services.runtime.messaging.older_copy import OlderCopy
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from tests.parts.seals import EPOCH, keyring
from tests.parts.tables import make_tables
from tests.parts.waiting import until
from tests.runtime.ledger import run_of
from tests.runtime.stream_contents import put

CODES = [f"Q{number:02d}" for number in range(70)]
"""More than are asked about at once."""


def hold(store: EventStore, database: Database, logs: list[list[Recorded]]) -> None:
    """Have a log that was begun with the epoch under which the stream was filled."""

    def append(connection: Connection) -> None:
        connection.execute(store.epochs.delete())
        connection.execute(insert(store.epochs), {"epoch": EPOCH})
        for log in logs:
            store.append(connection, log)

    make_tables(database, store.metadata)
    database.write_sync(append)


async def test_a_log_is_compared_with_its_stream_in_one_question_to_its_database(
    database: Database, connection: Client, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given the last of many partnerships lacks an event, and another is further than the stream
    logs = {code: run_of(2, code) for code in CODES}
    for log in logs.values():
        await put(connection, stream, log)
    store = EventStore("programme")
    kept = {**logs, CODES[-1]: logs[CODES[-1]][:1], CODES[0]: run_of(3, CODES[0])}
    hold(store, database, [*kept.values()])
    questions: list[Callable[..., Any]] = []
    read = database.read

    def counted(question: Callable[..., Any]) -> Awaitable[Any]:
        questions.append(question)
        return read(question)

    monkeypatch.setattr(database, "read", counted)
    copy = OlderCopy(database, store, connection, keyring(stream), may_be_new=False)

    async def looked() -> bool:
        await copy.look()
        return True

    # when
    await until(looked)

    # then
    assert list(copy.lacks) == [CODES[-1]]
    assert "ends with event 1, and event 2 was sent" in (copy.lacking(CODES[-1]) or "")
    assert len(questions) == 1
