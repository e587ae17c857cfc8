"""A service's own database: synchronous SQLAlchemy in worker threads, one writer with group commit, many readers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from services.runtime.base.trouble import in_words
from services.runtime.store.engines import (
    listening_engine,
    overwrite_deleted,
    parse,
    reading_engine,
    renew,
    writing_engine,
)
from services.runtime.store.last_commit import LastCommit, last_commit_of
from services.runtime.store.silence import Silence, Silent
from services.runtime.store.writer import TOUCH, AfterCommit, Overloaded, Unavailable, Writer, unacknowledged

__all__ = ["Database", "Overloaded", "Unavailable"]

T = TypeVar("T")


class Database:
    """One database. ``write`` and ``read`` take a function of a connection and run it in a thread.

    A function given to ``write`` must not catch a database error and go on: it is the unit that fails. It may be called
    more than once, each time as if it had not been called before.
    """

    def __init__(self, url: str, *, waiting_limit: int = 2_000, readers: int = 4, secure_delete: bool = False) -> None:
        """Connect to ``url`` (sqlite:///file or postgresql://…). Raises ValueError where it is neither.

        An SQLite file is closed to others; NotPrivate is raised where it is somebody else's. ``secure_delete``
        overwrites what is deleted in one.
        """
        parsed = self._url = parse(url)
        self.dialect: str = parsed.get_backend_name()
        self.file = Path(parsed.database or "") if self.dialect == "sqlite" else None
        self._reading = reading_engine(parsed, readers, secure_delete=secure_delete)
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix=f"reader of {parsed.database}")
        self._writing = writing_engine(parsed, secure_delete=secure_delete)
        self._last_commit: LastCommit = last_commit_of(parsed)
        self._after_commit: list[AfterCommit] = []
        self._writer = Writer(self._writing, str(parsed.database), waiting_limit, self._tell_committed, self._renew)
        silences = _silences(parsed)
        self._no_answer: Silence | None = silences[0]
        self._no_change: Silence | None = silences[1]

    async def write(
        self,
        effect: Callable[[Connection], T],
        *,
        undone: Callable[[], None] | None = None,
    ) -> T:
        """Run ``effect`` in the writer thread and return its result once it is committed to the disk.

        Raises what ``effect`` raised (nothing of it is stored then), Overloaded, or Unavailable when the commit
        failed; in that last case ``undone`` has been called, in the writer thread, if ``effect`` had returned.
        A commit whose connection was lost on the way, or that a silent database was asked for, may be carried out all
        the same.
        """
        outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._writer.submit(effect, undone, outcome)
        try:
            return await (outcome if self._no_change is None else self._no_change.unless(outcome))
        except Silent as why:
            raise unacknowledged(why) from None

    def write_sync(self, effect: Callable[[Connection], T], *, undone: Callable[[], None] | None = None) -> T:
        """Do what ``write`` does for a caller that is not asynchronous: wait here."""
        return self.hand_in(effect, undone=undone).result()

    def hand_in(self, effect: Callable[[Connection], T], *, undone: Callable[[], None] | None = None) -> Future[T]:
        """Do what ``write`` does without waiting: return what will come of it."""
        outcome: Future[T] = Future()
        self._writer.submit(effect, undone, outcome)
        return outcome

    async def read(self, question: Callable[[Connection], T]) -> T:
        """Run ``question`` on a connection that sees one state of the database throughout, and return its answer.

        Raises Overloaded, or Unavailable where the database cannot be read.
        """
        read = partial(copy_context().run, self.read_sync, question)
        answer = asyncio.get_running_loop().run_in_executor(self._readers, read)
        try:
            return await (answer if self._no_answer is None else self._no_answer.unless(answer))
        except Silent as why:
            raise _unreadable(why) from None

    def read_sync(self, question: Callable[[Connection], T]) -> T:
        """Do what ``read`` does in the caller's own thread."""
        with _unavailable_if_lost(), self._connected_reader() as connection:
            return question(connection)

    async def last_commit(self) -> object:
        """Return what stands for the last commit that can be seen, whichever process made it.

        Where that cannot be found out, nothing is equal to it. It is called from one event loop alone.
        """
        if self._no_answer is None:
            return await self._last_commit.seen()
        try:
            return await self._no_answer.unless(asyncio.ensure_future(self._last_commit.seen()))
        except Silent:
            return object()

    @property
    def trouble(self) -> str | None:
        """Why the last change could not be stored, by the database's fault; None where it was."""
        silence = None if self._no_change is None else self._no_change.reason
        return silence or self._writer.trouble.reason

    async def touch(self) -> None:
        """Find out whether the database accepts changes again. Raises Overloaded or Unavailable."""
        await self.write(lambda _connection: None)

    def after_commit(self, call: AfterCommit) -> None:
        """Have ``call`` called in the writer thread after each commit, with the notes that the work left on its way.

        It must return at once and never raise.
        """
        self._after_commit.append(call)

    def not_after_commit(self, call: AfterCommit) -> None:
        """Have ``call`` called no more."""
        self._after_commit.remove(call)

    def overwrite_deleted(self) -> bool:
        """Leave nothing of what was deleted in an SQLite file or beside it; False while somebody is in the way.

        In PostgreSQL that is for VACUUM, and for whoever keeps its logs and copies.
        """
        return overwrite_deleted(self._url)

    def close(self) -> None:
        """Store what is waiting, then let go of the database."""
        for silence in (self._no_answer, self._no_change):
            if silence is not None:
                silence.close()
        self._writer.close()
        self._readers.shutdown()
        self._last_commit.let_go()
        self._reading.dispose()
        self._writing.dispose()

    def _connected_reader(self) -> Connection:
        try:
            return self._reading.connect()
        except PoolExhausted as error:
            raise Overloaded("too many readers are waiting for the database; try again in a moment") from error
        except OperationalError as error:
            raise _unreadable(error) from error

    def _renew(self) -> None:
        """Let go of all connections after a trouble.

        Those that a process has to a SQLite file share what the first of them was allowed to: as long as one is there
        that was made while the file was read-only, all that come after it are. And each that is closed while another
        is there leaves its file handle behind until that one is closed too.
        """
        self._last_commit.let_go()
        for engine in (self._writing, self._reading):
            renew(engine)

    def _tell_committed(self, notes: Sequence[object]) -> None:
        for call in tuple(self._after_commit):
            call(notes)


@contextmanager
def _unavailable_if_lost() -> Iterator[None]:
    """Turn a connection that was lost into Unavailable; a mistake in the question stays what it is."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _unreadable(error) from error
        raise


def _unreadable(why: BaseException) -> Unavailable:
    return Unavailable(f"the database cannot be read at present ({in_words(why)})")


def _silences(url: URL) -> tuple[Silence, Silence] | tuple[None, None]:
    """Return what listens whether a server answers questions and whether it takes changes; a file always does."""
    if url.get_backend_name() == "sqlite":
        return None, None
    engine, name = listening_engine(url), str(url.database)
    return (
        Silence(engine, text("SELECT 1"), "it has answered nothing", name),
        Silence(engine, text(TOUCH["postgresql"]), "it has confirmed no change", name),
    )
