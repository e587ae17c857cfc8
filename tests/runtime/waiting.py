"""Waiting for something that happens on its own."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 10.0) -> None:
    """Return once ``condition`` holds; fail when it does not within ``seconds``."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        holds = condition()
        if await holds if inspect.isawaitable(holds) else holds:
            return
        assert asyncio.get_running_loop().time() < deadline, f"did not come about within {seconds} seconds"
        await asyncio.sleep(0.01)
