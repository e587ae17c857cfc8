"""Previews of packs: each is made once however many ask for it, few at a time, and none whose askers have all gone.

To make one takes seconds of a processor.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import Request

from services.reporting.packs import MadePack, Plan
from services.runtime.base.problems import Problem

Files = Mapping[str, bytes]
Key = tuple[str, str, int]
"""Partnership, meeting and the version of the log that it is made from."""

_KEPT = 4
_KEPT_SECONDS = 30.0  # one preview is opened in several forms, and time alone may change it
_WAITING_FOR_EACH = 4
_COME_AGAIN_SECONDS = 10


class AskerGone(Exception):
    """Whoever asked has hung up."""


@dataclass(eq=False)
class _PreviewInMaking:
    """One preview that is being made, or waits to be."""

    askers: int = 0
    outcome: asyncio.Future[Files] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Previews:
    """Makes previews with ``make``, at most ``at_a_time`` at a time. Used from one event loop."""

    def __init__(self, make: Callable[[Plan], MadePack], at_a_time: int) -> None:
        self._make = make
        self._most = at_a_time * (1 + _WAITING_FOR_EACH)
        self._makers = ThreadPoolExecutor(at_a_time, thread_name_prefix="previews")
        self._room = asyncio.Semaphore(at_a_time)
        self._making: dict[Key, _PreviewInMaking] = {}
        self._kept: OrderedDict[Key, tuple[float, Files]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def files(self, request: Request, version: int, plan: Plan) -> Files:
        """Return the files of a preview, which may be one that others have asked for a moment ago.

        Raises NothingRecorded; AskerGone where whoever asks hangs up; Problem 503 where too many others wait already.
        """
        key = (plan.partnership, plan.notice.reference, version)
        if (kept := self._kept.get(key)) is not None and kept[0] > self._now():
            return kept[1]
        making = self._making.get(key) or self._begin(key, plan)
        making.askers += 1
        leaving = asyncio.create_task(_hung_up(request))
        try:
            either: set[asyncio.Future[Any]] = {making.outcome, leaving}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not making.outcome.done():
                raise AskerGone
            return making.outcome.result()
        finally:
            leaving.cancel()
            making.askers -= 1

    def _begin(self, key: Key, plan: Plan) -> _PreviewInMaking:
        if len(self._making) >= self._most:
            raise Problem(
                503,
                "More previews are being made than can be had in good time. Try again in a moment.",
                slug="overloaded",
                headers={"Retry-After": str(_COME_AGAIN_SECONDS)},
            )
        making = self._making[key] = _PreviewInMaking()
        task = asyncio.create_task(self._carry_out(key, plan, making))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return making

    async def _carry_out(self, key: Key, plan: Plan, making: _PreviewInMaking) -> None:
        """Make one in its turn, unless nobody waits for it by then."""
        try:
            async with self._room:
                if making.askers == 0:
                    return
                made = await asyncio.get_running_loop().run_in_executor(self._makers, partial(self._make, plan))
                self._keep(key, made.files)
                making.outcome.set_result(made.files)
        except Exception as error:  # noqa: BLE001 - it is told to whoever asked
            making.outcome.set_exception(error)
            making.outcome.exception()  # nobody may be left to be told
        finally:
            del self._making[key]

    def _keep(self, key: Key, files: Files) -> None:
        self._kept[key] = (self._now() + _KEPT_SECONDS, files)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
