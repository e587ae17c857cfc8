"""Retrying: pauses double up to a longest, one trouble is told once, and a cancelled task ends at once."""

from __future__ import annotations

import asyncio

import pytest

from services.runtime.base import retry as retrying
from services.runtime.base.retry import Backoff, keep_doing, retry, steadily
from services.runtime.base.trouble import Trouble
from tests.parts.waiting import until
from tests.runtime.logged import logged


class Failing:
    """Work that fails so many times before it succeeds."""

    def __init__(self, failures: int, reason: str = "the disk is full") -> None:
        self.failures = failures
        self.reason = reason
        self.tries = 0

    async def __call__(self) -> int:
        self.tries += 1
        if self.tries <= self.failures:
            raise OSError(self.reason)
        return self.tries


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, none of which is waited for."""
    made: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        made.append(seconds)
        await sleep(0)

    monkeypatch.setattr(retrying, "sleep", note)
    return made


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(0.5, 3.0)
    assert [backoff.pause(failures) for failures in range(1, 6)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert backoff.pause(10_000_000) == 3.0
    assert [steadily(2.0).pause(failures) for failures in (1, 7)] == [2.0, 2.0]


async def test_what_fails_is_tried_until_it_succeeds(pauses: list[float]) -> None:
    reasons: list[str] = []
    work = Failing(4)

    assert await retry(work, Backoff(0.5, 3.0), lambda reason: reasons.append(str(reason))) == 5

    assert pauses == [0.5, 1.0, 2.0, 3.0]
    assert reasons == ["the disk is full"] * 4


async def test_a_failure_that_is_not_worth_another_try_ends_it(pauses: list[float]) -> None:
    def failed(reason: Exception) -> None:
        raise LookupError("give the name of a file") from reason

    work = Failing(4)
    with pytest.raises(LookupError, match="name of a file"):
        await retry(work, steadily(1.0), failed)
    assert (work.tries, pauses) == (1, [])


async def test_after_work_that_went_well_for_a_while_the_pauses_begin_anew(
    pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: by this clock the third try goes well for ten seconds before it fails, the others fail at once
    readings = iter([0.0, 0.0, 1.0, 1.0, 2.0, 12.0, 13.0, 13.0, 14.0])
    monkeypatch.setattr(retrying, "monotonic", lambda: next(readings))

    await retry(Failing(4), Backoff(0.5, 3.0), lambda _reason: None)

    assert pauses == [0.5, 1.0, 0.5, 1.0]


async def test_what_is_done_again_and_again_tells_of_one_trouble_once_and_of_its_end() -> None:
    with logged() as log:
        work = Failing(5)
        trouble = Trouble("test", "it was held up", "it gets on again")

        async def work_once() -> None:
            await work()

        doing = asyncio.create_task(keep_doing(work_once, trouble, steadily(0.001), every=0.001))
        await until(lambda: work.tries >= 10)
        doing.cancel()
        await asyncio.wait([doing])
    assert [entry["event"] for entry in log.entries] == ["it was held up", "it gets on again"]


@pytest.mark.parametrize("failures", [0, 1_000], ids=["between two rounds", "in the middle of a pause"])
async def test_it_ends_at_once_when_it_is_cancelled(failures: int) -> None:
    work = Failing(failures)

    async def work_once() -> None:
        await work()

    trouble = Trouble("test", "it was held up", "it gets on again")
    doing = asyncio.create_task(keep_doing(work_once, trouble, steadily(3600.0), every=3600.0))
    await until(lambda: work.tries == 1)

    doing.cancel()

    await asyncio.wait([doing])
    assert doing.cancelled()
    assert work.tries == 1
