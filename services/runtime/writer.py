"""The one writer of a database: a thread that commits whatever work is waiting as one group.

Forcing a commit to the disk costs far more than the work itself, so work that arrives while a commit is under way
waits and shares the next one. Each piece of work has a savepoint of its own and fails alone; only a failed commit
fails the whole group. Replicas that wait for each other's locks are parted by the database, which fails one of them:
that piece of work is done again with the next group.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from services.runtime.failpoints import reached

T = TypeVar("T")
AfterCommit = Callable[[Sequence[object]], None]

_GROUP_LIMIT = 256
_TRIES_FOR_A_LOCK = 5
_NO_LOCK = frozenset({"40001", "40P01", "55P03"})  # serialisation failed, deadlock detected, lock not available
_READ_ONLY = "25006"
# What SQLite says where not the statement is at fault: busy, locked, out of memory, read-only, input or output failed,
# full, cannot be opened.
_SQLITE_TROUBLES = frozenset({5, 6, 7, 8, 10, 13, 14})
_NOTES = "notes of the group"
_log = structlog.get_logger(__name__)


class Overloaded(Exception):
    """So much work is waiting to be written that more is turned away. Try again in a moment."""


class Unavailable(Exception):
    """The database could not be written to or read. What was asked may be asked again."""


@dataclass(slots=True)
class _Work:
    effect: Callable[[Connection], Any]
    undone: Callable[[], None] | None
    outcome: Future[Any] = field(default_factory=Future)
    tries: int = 0


class _GroupLost(Exception):
    """The transaction of a group cannot go on; ``reason`` is a sentence for people."""


class Writer:
    """Owns the writing connection. Work is done in the order in which it was handed in, but for what has to wait for
    another replica's locks.
    """

    def __init__(self, engine: Engine, name: str, waiting_limit: int, committed: AfterCommit) -> None:
        self._engine = engine
        self._waiting_limit = waiting_limit
        self._committed = committed
        self._waiting: SimpleQueue[_Work | None] = SimpleQueue()
        self._again: list[_Work] = []
        self._closing = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name=f"writer of {name}", daemon=True)
        self._thread.start()

    def submit(self, effect: Callable[[Connection], T], undone: Callable[[], None] | None) -> Future[T]:
        """Hand in work. Raises Overloaded when too much is waiting, Unavailable once closed."""
        if current_thread() is self._thread:
            raise RuntimeError(
                "work that runs in the writer thread would wait for itself; use the connection it was given"
            )
        if self._waiting.qsize() >= self._waiting_limit:
            raise Overloaded("too many changes are waiting to be stored; try again in a moment")
        work = _Work(effect, undone)
        with self._closing:  # nothing may be handed in behind the last piece of work
            if self._closed:
                raise Unavailable("the database has been closed; the service is stopping")
            self._waiting.put(work)
        return work.outcome

    def close(self) -> None:
        """Finish what is waiting and end the thread."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        last = False
        while not last or self._again:
            again, self._again = self._again, []
            group, last = (again, last) if again else self._next_group()
            if group:
                self._write(group)

    def _next_group(self) -> tuple[list[_Work], bool]:
        """Wait for work; return all that is there, up to the limit, and whether the writer is to end after it."""
        group: list[_Work] = []
        work = self._waiting.get()
        while work is not None:
            if work.outcome.set_running_or_notify_cancel():
                group.append(work)
            if len(group) == _GROUP_LIMIT:
                return group, False
            try:
                work = self._waiting.get_nowait()
            except Empty:
                return group, False
        return group, True

    def _write(self, group: list[_Work]) -> None:
        done: list[tuple[_Work, Any]] = []
        failed: list[tuple[_Work, Exception]] = []
        try:
            notes = self._commit(group, done, failed)
        except Exception as reason:  # noqa: BLE001 - whatever it is, nobody may be left waiting
            self._give_up(group, done, failed, reason)
            return
        reached("database.committed")
        self._committed(notes)
        for work, result in done:
            work.outcome.set_result(result)
        for work, error in failed:
            self._fail(work, error)

    def _fail(self, work: _Work, error: Exception) -> None:
        """Tell of an error; where another replica was in the way, do the work again instead."""
        work.tries += 1
        if (trouble := _trouble_of(error)) is None:
            work.outcome.set_exception(error)
        elif getattr(trouble.orig, "sqlstate", None) in _NO_LOCK and work.tries < _TRIES_FOR_A_LOCK:
            self._again.append(work)
        else:
            self._engine.dispose()  # a connection to what was read-only stays so
            work.outcome.set_exception(_unavailable(trouble))

    def _commit(
        self, group: list[_Work], done: list[tuple[_Work, Any]], failed: list[tuple[_Work, Exception]]
    ) -> list[object]:
        """Do the group's work and commit it; return the notes that it left."""
        with self._engine.begin() as connection:
            notes: list[object] = []
            connection.info[_NOTES] = notes
            for work in group:
                left_before = len(notes)
                _control(connection, "SAVEPOINT work")
                try:
                    done.append((work, work.effect(connection)))
                except Exception as error:  # noqa: BLE001 - it is the caller's, who gets it
                    _control(connection, "ROLLBACK TO SAVEPOINT work")
                    del notes[left_before:]
                    failed.append((work, error))
                else:
                    _control(connection, "RELEASE SAVEPOINT work")
        return notes

    def _give_up(
        self,
        group: list[_Work],
        done: list[tuple[_Work, Any]],
        failed: list[tuple[_Work, Exception]],
        reason: Exception,
    ) -> None:
        """Tell all whose work is gone; memory that ran ahead of the database is thrown away, latest first."""
        _log.warning("a group of changes was not stored", changes=len(group), reason=str(reason))
        for work, _ in reversed(done):
            _undo(work)
        own_errors = {id(work): error for work, error in failed}
        for work in group:
            work.outcome.set_exception(own_errors.get(id(work)) or _unavailable(reason))


def leave_note(connection: Connection, note: object) -> None:
    """Have ``note`` handed to those who wait for commits, if and when the work that is being done is committed."""
    notes: list[object] | None = connection.info.get(_NOTES)
    if notes is not None:
        notes.append(note)


def _control(connection: Connection, statement: str) -> None:
    """Run a savepoint statement on the driver itself: it happens twice per change, and so is ten times faster."""
    if connection.invalidated:
        raise _GroupLost("the connection to the database was lost")
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(statement)
    except Exception as error:
        connection.invalidate()
        raise _GroupLost(f"the transaction could not go on: {error}") from error


def _trouble_of(error: BaseException | None) -> DBAPIError | None:
    """Return the database's own trouble that an error is or came of; None where the work itself is at fault."""
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__
    if error is None:
        return None
    if isinstance(error.orig, sqlite3.Error):
        return error if error.orig.sqlite_errorcode & 0xFF in _SQLITE_TROUBLES else None
    own = isinstance(error, OperationalError) or getattr(error.orig, "sqlstate", None) == _READ_ONLY
    return error if own else None


def _undo(work: _Work) -> None:
    if work.undone is None:
        return
    try:
        work.undone()
    except Exception:  # noqa: BLE001 - the others must be told all the same
        _log.exception("a change that was not stored could not be taken back from memory")


def _unavailable(reason: Exception) -> Unavailable:
    problem = str(reason).splitlines()[0] if str(reason) else type(reason).__name__
    error = Unavailable(f"the database did not acknowledge the change ({problem}); send it again with the same key")
    error.__cause__ = reason
    return error
