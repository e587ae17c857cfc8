"""A disk that is full, or file handles that are used up: not ready, said once, and well again when that is over."""

from __future__ import annotations

import errno
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert
from sqlalchemy.exc import OperationalError

from services.runtime.base.health import file_handles_check
from services.runtime.base.trouble import Trouble, in_words
from services.runtime.store.checks import database_check
from services.runtime.store.database import Database, Unavailable
from tests.parts.tables import make_tables
from tests.runtime.logged import logged

metadata = MetaData()
numbers = Table("numbers", metadata, Column("number", Integer, primary_key=True))


@contextmanager
def limited(what: int, limit: int) -> Iterator[None]:
    """Have the system refuse this process more, as it does where there is none left."""
    before = resource.getrlimit(what)
    resource.setrlimit(what, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(what, before)


def add(number: int) -> object:
    return lambda connection: connection.execute(insert(numbers).values(number=number))


async def test_a_full_disk_is_not_ready_and_is_said_once(tmp_path: Path) -> None:
    with logged() as log:
        # given
        database = Database(f"sqlite:///{tmp_path}/concordat.db")
        make_tables(database, metadata)
        check = database_check("programme", database)
        assert (await check.probe()).ok

        # when: no file may grow, and people try again and again, and some of them change nothing
        with limited(resource.RLIMIT_FSIZE, 0):
            for number in range(5):
                with pytest.raises(Unavailable) as told:
                    await database.write(add(number))  # type: ignore[arg-type]
                with pytest.raises(Unavailable):
                    await database.write(_nothing)
            full = await check.probe()
        over = await check.probe()
        await database.write(add(7))  # type: ignore[arg-type]
        database.close()

    # then
    assert (full.ok, over.ok) == (False, True)
    assert full.message.startswith("It cannot be used at present: ")
    assert "sqlite3" not in str(told.value)
    assert [entry["event"] for entry in log.entries if "database" in entry["event"]] == [
        "the database accepts no changes",
        "the database accepts changes again",
    ]


def _nothing(_connection: Connection) -> None:
    """Change nothing."""


async def test_a_process_without_file_handles_is_not_ready() -> None:
    check = file_handles_check()
    with limited(resource.RLIMIT_NOFILE, 0):
        none_left = await check.probe()
    assert (none_left.ok, (await check.probe()).ok) == (False, True)
    assert none_left.message == "None is left (Too many open files); the limit on open files says how many there are."


def test_a_trouble_is_told_once_for_each_reason_until_it_is_over() -> None:
    with logged() as log:
        trouble = Trouble("test", "it goes wrong", "it goes well", where="here")
        for _ in range(2):
            for reason in ("full", "away", "full"):
                trouble.met(reason)
            trouble.met(OSError("first line\nand more"))
            trouble.over()
            trouble.over()
    told = [(entry["event"], entry.get("reason"), entry["where"]) for entry in log.entries]
    once = [("it goes wrong", reason, "here") for reason in ("full", "away", "first line")]
    assert told == 2 * [*once, ("it goes well", None, "here")]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EROFS, "Read-only file system", "/data/nats/lock"), "/data/nats/lock: Read-only file system"),
        (OSError(errno.ECONNREFUSED, "Connection refused"), "Connection refused"),
        (OSError("nothing can listen at 127.0.0.1"), "nothing can listen at 127.0.0.1"),
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error")), "disk I/O error"),
        (KeyError(), "KeyError"),
    ],
)
def test_what_the_system_or_a_database_said_is_told_in_its_own_words(error: Exception, said: str) -> None:
    assert in_words(error) == said
