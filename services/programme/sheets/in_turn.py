"""Files are read and written one after the other, by a thread of their own: many at once keep nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

_ONE = ThreadPoolExecutor(1, thread_name_prefix="spreadsheets")


async def in_turn(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what ``work`` returns, done in that thread once its turn has come. Raises what it raises."""
    return await asyncio.wrap_future(_ONE.submit(work, *args, **kwargs))
