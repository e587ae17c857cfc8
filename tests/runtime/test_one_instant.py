"""Several SQLite files are copied as they were at one instant, while others write to all of them."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from services.runtime.store.one_instant import TooBusy, copy_at_one_instant
from tests.parts.waiting import until_now

NAMES = ("log", "consumer", "consumer-of-the-consumer", "reader")
ROUNDS = 6


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Files in each of which stands the last number that was written."""
    made = [tmp_path / f"{name}.db" for name in NAMES]
    for file in made:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY, filling BLOB)")
            connection.execute("INSERT INTO numbers VALUES (0, zeroblob(1000000))")  # so that a copy takes a while
    return made


@contextmanager
def written_in_a_circle(files: list[Path]) -> Iterator[list[int]]:
    """Write each number into one file after the other, and the next one only once it is in all; yield the last."""
    last, over = [0], threading.Event()

    def write() -> None:
        with ExitStack() as stack:
            connections = [
                stack.enter_context(closing(sqlite3.connect(file, isolation_level=None, timeout=30))) for file in files
            ]
            for connection in connections:
                connection.execute("PRAGMA synchronous=OFF")
            for number in count(1):
                for connection in connections:
                    connection.execute("INSERT INTO numbers (number) VALUES (?)", (number,))
                last[0] = number
                if over.is_set():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield last
    finally:
        over.set()
        writer.join()


def numbers_in(copies: list[Path]) -> list[int]:
    found = []
    for copy in copies:
        with closing(sqlite3.connect(copy)) as connection:
            [[integrity]] = connection.execute("PRAGMA integrity_check").fetchall()
            assert integrity == "ok"
            found += connection.execute("SELECT max(number) FROM numbers").fetchone()
    return found


def test_no_copy_is_ahead_of_one_that_its_file_followed(files: list[Path], tmp_path: Path) -> None:
    seen = set()
    with written_in_a_circle(files) as last:
        for number in range(ROUNDS):
            copies = [tmp_path / f"{number}-{file.name}" for file in files]
            before = last[0]
            copy_at_one_instant(dict(zip(files, copies, strict=True)))
            found = numbers_in(copies)
            # At any instant the files have the same number, or the first ones have the next one already.
            assert found == sorted(found, reverse=True)
            assert found[0] - found[-1] <= 1
            assert before <= found[0]
            seen.add(found[0])
            until_now(lambda found=found: last[0] > found[0], what="the next number")
    assert len(seen) == ROUNDS, "nothing was written while copies were made"


def test_a_copy_is_one_file_and_nothing_is_left_beside_the_files(files: list[Path], tmp_path: Path) -> None:
    copy_at_one_instant({files[0]: tmp_path / "copy.db"})
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(["copy.db", *(each.name for each in files)])


def test_who_writes_for_long_is_not_waited_for_while_others_are_held(files: list[Path], tmp_path: Path) -> None:
    # given: the last file is being written to
    with closing(sqlite3.connect(files[-1], isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        copying = threading.Thread(target=_copied_in_time, args=(files, tmp_path))
        copying.start()
        # when, then: the first one can be written to all the same, again and again
        with closing(sqlite3.connect(files[0], isolation_level=None, timeout=0)) as writer:
            for number in range(1, 4):
                until_now(partial(_written, writer, number), what=f"the number {number}")
                time.sleep(0.3)
        assert copying.is_alive()
        busy.execute("ROLLBACK")
    copying.join()
    assert numbers_in([tmp_path / f"copy-{file.name}" for file in files]) == [3, 0, 0, 0]


def _written(writer: sqlite3.Connection, number: int) -> bool:
    """Write a number, unless the file is held: SQLite's own waiting looks seldom, and may miss all moments between."""
    try:
        writer.execute("INSERT INTO numbers (number) VALUES (?)", (number,))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _copied_in_time(files: list[Path], folder: Path) -> None:
    copy_at_one_instant({file: folder / f"copy-{file.name}" for file in files})


def test_no_instant_without_a_writer_is_told_of(files: list[Path], tmp_path: Path) -> None:
    with closing(sqlite3.connect(files[1], isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        with pytest.raises(TooBusy):
            copy_at_one_instant({file: tmp_path / f"copy-{file.name}" for file in files}, patience=0)
    assert not (tmp_path / "copy-log.db").exists()
