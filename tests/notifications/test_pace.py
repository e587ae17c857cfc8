"""No more e-mails begin within a minute than are allowed; a burst up to that goes at once."""

from __future__ import annotations

import asyncio

import pytest

from services.notifications.queue import rate_limit
from services.notifications.queue.rate_limit import RateLimit


async def begin(paced: RateLimit, count: int) -> float:
    """Begin ``count`` e-mails and return how many seconds that took."""
    started = asyncio.get_running_loop().time()
    for _ in range(count):
        await paced.room()
        paced.count()
    return asyncio.get_running_loop().time() - started


async def test_a_burst_up_to_the_limit_waits_for_nothing() -> None:
    with pytest.raises(StopIteration):  # as a coroutine that gives way to nothing
        begin(RateLimit(5), 5).send(None)


async def test_the_next_one_waits_until_the_first_is_a_minute_old(monkeypatch: pytest.MonkeyPatch) -> None:
    # given minutes that are short
    monkeypatch.setattr(rate_limit, "_MINUTE", 0.3)
    # then
    assert await begin(RateLimit(5), 6) > 0.25
    assert await begin(RateLimit(5), 11) > 0.55
