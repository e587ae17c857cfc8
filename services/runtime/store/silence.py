"""A database that has gone silent: it is there and says nothing, so that no error comes of any question.

A host stands still, a network swallows what is sent, a commit waits for a standby that is away. Whoever waits is told
so after some seconds, and whoever comes meanwhile at once. What merely takes long is not silence: another question is
answered meanwhile.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Engine, TextClause
from sqlalchemy.exc import DBAPIError

from services.runtime.base.trouble import Trouble, in_words

T = TypeVar("T")

_PATIENCE_SECONDS = 5.0
_ANSWER_SECONDS = 3.0
_STEPS = 6
_PAUSE_SECONDS = 0.5


class Silent(Exception):
    """The database is silent. The message says for how long, and what was last heard."""


class Silence:
    """Asks one short question of a database, again and again, once somebody has waited for long, until it is answered.

    The answer is all that counts. May be used from several event loops.
    """

    def __init__(self, engine: Engine, question: TextClause, nothing: str, database: str) -> None:
        """``nothing`` says what silence is, as in "it has answered nothing". The engine keeps no connections."""
        self._engine = engine
        self._question = question
        self._nothing = nothing
        self._trouble = Trouble(
            __name__,
            "the database is silent",
            "the database is silent no more",
            database=database,
            question=str(question),
        )
        self._one_asks = Lock()
        self._asked: Future[None] | None = None
        self._asked_at = 0.0
        self._unheard: Future[None] | None = None
        """The answer for which somebody listened in vain for as long as it may take."""
        self._last_heard = ""
        self._closed = Event()

    @property
    def reason(self) -> str | None:
        """Say that it is silent, and for how long; None where it is not, as far as is known."""
        if self._asked is None or self._asked.done() or self._asked is not self._unheard:
            return None
        return f"{self._nothing} for {monotonic() - self._asked_at:.0f} seconds{self._last_heard}"

    async def unless(self, outcome: asyncio.Future[T]) -> T:
        """Return what comes of ``outcome``. Raises Silent where the database is silent; nobody then waits for it."""
        try:
            self._check()
            while not outcome.done():
                await asyncio.wait({outcome}, timeout=_PATIENCE_SECONDS)
                if not outcome.done():
                    await self._listen_beside(outcome)
                    self._check()
            return outcome.result()
        finally:
            outcome.cancel()

    def close(self) -> None:
        """Ask no more."""
        self._closed.set()

    def _check(self) -> None:
        if (reason := self.reason) is not None:
            self._trouble.met(self._nothing)
            raise Silent(reason)

    async def _listen_beside(self, outcome: asyncio.Future[T]) -> None:
        """Listen until something comes, in steps: who stood still hears in the next step what came meanwhile."""
        asked = self._ask()
        either: set[asyncio.Future[Any]] = {outcome, asyncio.wrap_future(asked)}
        for _ in range(_STEPS):
            came, _ = await asyncio.wait(either, timeout=_ANSWER_SECONDS / _STEPS, return_when=asyncio.FIRST_COMPLETED)
            if came:
                return
        self._unheard = asked

    def _ask(self) -> Future[None]:
        """Return the answer that is waited for, by whomever."""
        with self._one_asks:
            if self._asked is None or self._asked.done():
                self._asked, self._asked_at, self._last_heard = Future(), monotonic(), ""
                # A thread of its own: those of a pool would be lacking elsewhere.
                Thread(target=self._listen, args=(self._asked,), name="listens to a database", daemon=True).start()
            return self._asked

    def _listen(self, asked: Future[None]) -> None:
        while not self._closed.is_set():
            try:
                with self._engine.begin() as connection:
                    connection.execute(self._question)
            except DBAPIError as error:
                self._last_heard = f" ({in_words(error)})"
                self._closed.wait(_PAUSE_SECONDS)
            else:
                break
        asked.set_result(None)
        self._trouble.over()
