"""A wait in a test lasts for as long as anything moves, and not for ever."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import httpx
import nats.errors
import pytest

from tests.parts.waiting import Patience, processor_seconds, until, until_now

STILL = 0.05


class Clock:
    """The clock of a wait, which stands where a test puts it however long the machine takes."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("tests.parts.waiting.time", clock)
    return clock


async def test_what_holds_is_not_waited_for_and_what_nothing_moves_towards_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.parts.waiting.Patience.__init__.__kwdefaults__", {"still": STILL, "longest": 60.0})
    await until(lambda: True)
    with pytest.raises(AssertionError, match="the last e-mail did not come about, and nothing moves any more"):
        await until(lambda: False, what="the last e-mail")


async def test_a_question_that_was_not_answered_in_time_is_asked_again() -> None:
    answers = iter([nats.errors.TimeoutError(), httpx.ReadTimeout("no answer"), False, True])

    async def asked() -> bool:
        return answered()

    def answered() -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    await until(asked)
    answers = iter([TimeoutError(), True])
    until_now(answered)
    assert list(answers) == []


def test_patience_lasts_for_as_long_as_anything_moves(clock: Clock) -> None:
    steps = iter(range(1000))
    patience = Patience(lambda: next(steps), still=STILL)
    for _ in range(5):
        clock.now += STILL
        assert patience.lasts()


def test_patience_ends_when_nothing_moves_any_more(clock: Clock) -> None:
    patience = Patience(lambda: "at rest", still=STILL)
    assert patience.lasts()
    clock.now += STILL
    assert not patience.lasts()


def test_patience_ends_at_last_whatever_moves(clock: Clock) -> None:
    steps = iter(range(1000))
    patience = Patience(lambda: next(steps), still=60, longest=STILL)
    assert patience.lasts()
    clock.now += STILL
    assert not patience.lasts()


def test_who_waits_long_looks_seldom_but_never_after_more_than_a_tenth_of_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # once as it begins to wait, and then at each look
    clock = iter((0.0, 0.0, 0.1, 1.0, 1.5, 60.0))
    monkeypatch.setattr("tests.parts.waiting.time", SimpleNamespace(monotonic=lambda: next(clock)))
    patience = Patience()
    assert [patience.pause for _ in range(4)] == pytest.approx([0.01, 0.05, 0.075, 0.1])


def test_the_work_of_a_process_and_of_those_below_it_is_seen() -> None:
    busy = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**7))']); input()"
    with subprocess.Popen([sys.executable, "-c", busy], stdin=subprocess.PIPE) as process:
        while processor_seconds(process.pid) < 0.1:
            assert process.poll() is None
        process.communicate(b"\n")
    assert processor_seconds(os.getpid()) > 0
