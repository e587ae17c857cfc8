"""Doing something at a set rate, however long each time takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def at_rate(rate: float, seconds: float, start: Callable[[int], Awaitable[None]]) -> None:
    """Begin ``start(n)`` for n = 0, 1, … at ``rate`` a second for so many seconds, then wait for all to end.

    None waits for the one before it: what falls behind is begun late and all at once, as the world would have it.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    running: set[asyncio.Future[None]] = set()
    for number in range(int(rate * seconds)):
        wait = began + number / rate - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        task = asyncio.ensure_future(start(number))
        running.add(task)
        task.add_done_callback(running.discard)
    if running:
        await asyncio.gather(*running)
