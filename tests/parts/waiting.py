"""Waiting for something that happens on its own: for as long as anything moves.

A busy machine may take ten times as long for everything. So a wait gives up only when nothing has moved for long, or
when it has gone on for so long that what moves cannot be what is waited for. A question that was not answered in time,
as the libraries of NATS and HTTP have it, is asked again.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx

from services.runtime.base.health import Readiness
from services.runtime.messaging.follower import Follower

STILL_SECONDS = 90.0
LONGEST_SECONDS = 900.0
_LOOK_SECONDS = 0.01
_SELDOM_SECONDS = 0.1
_UNANSWERED = (TimeoutError, httpx.TimeoutException)

Moved = Callable[[], object]
"""Returns what changes as things go on: a count, a position, the size of a log."""


def _nothing_to_see() -> None:
    return None


class Patience:
    """Lasts for ``still`` seconds after ``moved`` last returned something new, and never longer than ``longest``."""

    def __init__(
        self, moved: Moved = _nothing_to_see, *, still: float = STILL_SECONDS, longest: float = LONGEST_SECONDS
    ) -> None:
        self._moved = moved
        self._still = still
        self._ends = time.monotonic() + longest
        self._seen = moved()
        self._began = self._since = time.monotonic()

    def lasts(self) -> bool:
        """Look at what moves, and say whether to wait on."""
        seen, now = self._moved(), time.monotonic()
        if seen != self._seen:
            self._seen, self._since = seen, now
        return now - self._since < self._still and now < self._ends

    @property
    def pause(self) -> float:
        """For how many seconds to wait until the next look: a twentieth of what has passed, within limits."""
        return min(max(_LOOK_SECONDS, (time.monotonic() - self._began) / 20), _SELDOM_SECONDS)


async def until(
    condition: Callable[[], bool | Awaitable[bool]], moved: Moved = _nothing_to_see, *, what: object = "it"
) -> None:
    """Return once ``condition`` holds; fail where it does not and nothing moves any more."""
    patience = Patience(moved)
    while True:
        with suppress(*_UNANSWERED):
            holds = condition()
            if await holds if inspect.isawaitable(holds) else holds:
                return
        assert patience.lasts(), f"{what} did not come about, and nothing moves any more"
        await asyncio.sleep(patience.pause)


def until_now(condition: Callable[[], bool], moved: Moved = _nothing_to_see, *, what: object = "it") -> None:
    """Do the same in a thread that may be held up."""
    patience = Patience(moved)
    while True:
        with suppress(*_UNANSWERED):
            if condition():
                return
        assert patience.lasts(), f"{what} did not come about, and nothing moves any more"
        time.sleep(patience.pause)


async def caught_up(follower: Follower, partnership: str, version: int) -> None:
    """Wait until a follower has taken in so much; fail where it stands still before."""
    await until(
        lambda: follower.position(partnership).version >= version,
        lambda: (follower.position(partnership), follower.lag()),
        what=f"version {version} of {partnership}",
    )


async def ready(ask: Callable[[], Awaitable[Readiness]]) -> Readiness:
    """Return what the checks of a process find once all is well. A check that took too long is asked again."""
    patience = Patience()
    while not (said := await ask()).ready:
        assert patience.lasts(), said
        await asyncio.sleep(patience.pause)
    return said


async def answered_ready(client: httpx.AsyncClient) -> Readiness:
    """Return the same as ``/health/ready`` answers it."""

    async def ask() -> Readiness:
        return Readiness.model_validate((await client.get("/health/ready", timeout=STILL_SECONDS)).json())

    return await ready(ask)


def processor_seconds(process: int) -> float:
    """Return the processor time that a process and all below it have used, the ended ones among these included."""
    ticks = 0
    for number in (process, *_below(process)):
        try:
            fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        ticks += sum(int(fields[place]) for place in (11, 12, 13, 14))
    return ticks / 100


def _below(process: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*children, *(each for child in children for each in _below(child))]
