"""The one writer of a database: a thread that commits whatever work is waiting as one group.

Forcing a commit to the disk costs far more than the work itself, so work that arrives while a commit is under way
waits and shares the next one. Each piece of work can be taken back and fails alone; only a failed commit fails the
whole group. Replicas that wait for each other's locks are parted by the database, which fails one of them:
that piece of work is done again with the next group.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from services.runtime.base.failpoints import reached
from services.runtime.base.trouble import Trouble, in_words
from services.runtime.store import commit_notes
from services.runtime.store.change import Change, Inseparable

T = TypeVar("T")
AfterCommit = Callable[[Sequence[object]], None]

_GROUP_LIMIT = 256
_TRIES_FOR_A_LOCK = 5
_NO_LOCK = frozenset({"40001", "40P01", "55P03"})  # serialisation failed, deadlock detected, lock not available
_READ_ONLY = "25006"
TOUCH = {
    "sqlite": "PRAGMA user_version = 0",  # writes the file's first page, whatever stood there
    # Waited for at its commit, on the disk and at a standby: to have a number is not enough for that.
    "postgresql": "SELECT pg_logical_emit_message(true, 'concordat', '')",
}
# What SQLite says where not the statement is at fault: busy, locked, out of memory, read-only, input or output failed,
# full, cannot be opened.
_SQLITE_TROUBLES = frozenset({5, 6, 7, 8, 10, 13, 14})
_log = structlog.get_logger(__name__)


class Overloaded(Exception):
    """So much work is waiting to be written that more is turned away. Try again in a moment."""


class Unavailable(Exception):
    """The database could not be written to or read. What was asked may be asked again."""


def unacknowledged(reason: BaseException) -> Unavailable:
    """Return what somebody is told whose change may have been stored or not."""
    return Unavailable(
        f"the database did not acknowledge the change ({in_words(reason)}); send it again with the same key"
    )


Awaited = Future[T] | asyncio.Future[T]
"""What waits for the outcome of work: a thread, or a task in an event loop."""


@dataclass(slots=True)
class _Work:
    effect: Callable[[Connection], Any]
    undone: Callable[[], None] | None
    outcome: Awaited[Any]
    tries: int = 0
    context: Context = field(default_factory=copy_context)
    """That of whoever hands it in: what the work logs, or begins, belongs to what they do."""

    @property
    def is_wanted(self) -> bool:
        """Whether somebody still waits for it, before it is begun."""
        if isinstance(self.outcome, Future):
            return self.outcome.set_running_or_notify_cancel()
        return not self.outcome.cancelled()


@dataclass(frozen=True, slots=True)
class _Told:
    """What somebody is to be told."""

    outcome: Awaited[Any]
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        if self.outcome.cancelled():
            return
        if self.error is not None:
            self.outcome.set_exception(self.error)
        else:
            self.outcome.set_result(self.result)


class Writer:
    """Owns the writing connection. Work is done in the order in which it was handed in, but for what has to wait for
    another replica's locks.
    """

    def __init__(
        self, engine: Engine, name: str, waiting_limit: int, committed: AfterCommit, renew: Callable[[], None]
    ) -> None:
        """``renew`` is called after a trouble of the database: no connection made before it is to be used again."""
        self._engine = engine
        self._renew = renew
        self.trouble = Trouble(
            __name__, "the database accepts no changes", "the database accepts changes again", database=name
        )
        self._waiting_limit = waiting_limit
        self._committed = committed
        self._waiting: SimpleQueue[_Work | None] = SimpleQueue()
        self._again: list[_Work] = []
        self._keeps = engine.dialect.name == "sqlite"
        self._kept: Connection | None = None
        self._closing = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name=f"writer of {name}", daemon=True)
        self._thread.start()

    def submit(
        self,
        effect: Callable[[Connection], T],
        undone: Callable[[], None] | None,
        outcome: Awaited[T],
    ) -> None:
        """Hand in work; ``outcome`` is set once it is stored or has failed.

        Raises Overloaded when too much is waiting, Unavailable once closed.
        """
        if current_thread() is self._thread:
            raise RuntimeError(
                "work that runs in the writer thread would wait for itself; use the connection it was given"
            )
        if self._waiting.qsize() >= self._waiting_limit:
            raise Overloaded("too many changes are waiting to be stored; try again in a moment")
        work = _Work(effect, undone, outcome)
        with self._closing:  # nothing may be handed in behind the last piece of work
            if self._closed:
                raise Unavailable("the database has been closed; the service is stopping")
            self._waiting.put(work)

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
        self._let_go()

    def _next_group(self) -> tuple[list[_Work], bool]:
        """Wait for work; return all that is there, up to the limit, and whether the writer is to end after it."""
        group: list[_Work] = []
        work = self._waiting.get()
        while work is not None:
            if work.is_wanted:
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
        except Inseparable:
            self._one_by_one(group, done)
            return
        except Exception as reason:  # noqa: BLE001 - whatever it is, nobody may be left waiting
            self._give_up(group, done, failed, reason)
            return
        reached("database.committed")
        if done:
            self.trouble.over()
        self._committed(notes)
        told = [_Told(work.outcome, result) for work, result in done]
        for work, error in failed:
            if (failure := self._failure(work, error)) is not None:
                told.append(_Told(work.outcome, error=failure))
        _tell(told)

    def _failure(self, work: _Work, error: Exception) -> Exception | None:
        """Return what to tell of an error; None where another replica was in the way and the work is done again."""
        work.tries += 1
        if (trouble := _trouble_of(error)) is None:
            return error
        if getattr(trouble.orig, "sqlstate", None) in _NO_LOCK and work.tries < _TRIES_FOR_A_LOCK:
            self._again.append(work)
            return None
        self._let_go()
        self._renew()
        return self._refused(trouble)

    def _refused(self, reason: Exception) -> Unavailable:
        """Note that the database is at fault, and return what those whose work it was are told."""
        self.trouble.met(in_words(reason))
        error = unacknowledged(reason)
        error.__cause__ = reason
        return error

    def _commit(
        self, group: list[_Work], done: list[tuple[_Work, Any]], failed: list[tuple[_Work, Exception]]
    ) -> list[object]:
        """Do the group's work and commit it; return the notes that it left."""
        with self._connected() as connection, connection.begin() as transaction:
            if self.trouble.reason is not None:  # only what has to be written shows that it is over
                connection.execute(text(TOUCH[connection.dialect.name]))
            notes = commit_notes.begin(connection)
            for work in group:
                noted = len(notes)
                change = None if len(group) == 1 else Change(connection)
                try:
                    done.append((work, work.context.run(work.effect, connection)))
                except Exception as error:  # noqa: BLE001 - it is the caller's, who gets it
                    del notes[noted:]
                    failed.append((work, error))
                    (transaction.rollback if change is None else change.take_back)()
                else:
                    if change is not None:
                        change.keep()
        return notes

    def _connected(self) -> AbstractContextManager[Connection]:
        """Return a connection, to be let go of after the group.

        That to a file is kept: letting go of it and taking it up again would hold up those who wait for a commit.
        """
        if not self._keeps:
            return self._engine.connect()
        if self._kept is None:
            self._kept = self._engine.connect()
        return nullcontext(self._kept)

    def _let_go(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _one_by_one(self, group: list[_Work], done: list[tuple[_Work, Any]]) -> None:
        """Do again, each by itself, what cannot be parted: who was at fault then fails alone."""
        for work, _ in reversed(done):
            _undo(work)
        for work in group:
            self._write([work])

    def _give_up(
        self,
        group: list[_Work],
        done: list[tuple[_Work, Any]],
        failed: list[tuple[_Work, Exception]],
        reason: Exception,
    ) -> None:
        """Tell all whose work is gone; memory that ran ahead of the database is thrown away, latest first."""
        self._let_go()
        self._renew()
        for work, _ in reversed(done):
            _undo(work)
        own_errors = {id(work): error for work, error in failed if _trouble_of(error) is None}
        _tell(_Told(work.outcome, error=own_errors.get(id(work)) or self._refused(reason)) for work in group)


def _tell(told: Iterable[_Told]) -> None:
    """Tell everybody, each event loop in one turn: to wake one takes longer than to write an event."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Told]] = defaultdict(list)
    for each in told:
        if isinstance(each.outcome, Future):
            each.tell()
        else:
            by_loop[each.outcome.get_loop()].append(each)
    for loop, its in by_loop.items():
        with suppress(RuntimeError):  # a loop that has been closed: nobody waits any more
            loop.call_soon_threadsafe(_tell_all, its)


def _tell_all(told: Iterable[_Told]) -> None:
    for each in told:
        each.tell()


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
        _log.exception("a change that was not stored could not be undone in memory")
