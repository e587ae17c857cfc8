"""Commands go first: reading waits until they have had nine times as long, or have left time unused."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from services.runtime.base.precedence import Precedence


class Time:
    """A clock that goes on while somebody sleeps; ``then`` is done at its instant, on the way."""

    def __init__(self) -> None:
        self.now = 100.0
        self._to_do: list[tuple[float, Callable[[], None]]] = []

    def then(self, after: float, do: Callable[[], None]) -> None:
        self._to_do.append((self.now + after, do))
        self._to_do.sort(key=lambda each: each[0])

    async def sleep(self, seconds: float) -> None:
        self.go_on(seconds)

    def go_on(self, seconds: float) -> None:
        end = self.now + seconds
        while self._to_do and self._to_do[0][0] <= end:
            self.now, do = self._to_do.pop(0)
            do()
        self.now = end


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def precedence(time: Time) -> Precedence:
    return Precedence(lambda: time.now, time.sleep)


async def waited(precedence: Precedence, time: Time) -> float:
    """Return how long reading had to wait for its turn."""
    began = time.now
    await precedence.repaid()
    return time.now - began


async def test_reading_waits_for_nobody_where_no_command_is_in_hand(precedence: Precedence, time: Time) -> None:
    time.go_on(1.0)
    precedence.owe(0.1)
    assert await waited(precedence, time) == 0


async def test_while_commands_are_in_hand_reading_has_a_tenth_of_the_time(precedence: Precedence, time: Time) -> None:
    precedence.count_commands(+16)
    precedence.owe(0.02)
    assert await waited(precedence, time) == pytest.approx(9 * 0.02, abs=0.005)


async def test_what_is_made_at_the_same_time_is_owed_together(precedence: Precedence, time: Time) -> None:
    precedence.count_commands(+16)
    precedence.owe(0.02)
    precedence.owe(0.03)
    assert await waited(precedence, time) == pytest.approx(9 * 0.05, abs=0.005)


async def test_time_that_commands_leave_unused_is_for_reading(precedence: Precedence, time: Time) -> None:
    """Commands are in hand for a millisecond in eight."""

    def come_and_go() -> None:
        precedence.count_commands(+1)
        time.then(0.001, lambda: precedence.count_commands(-1))
        time.then(0.008, come_and_go)

    come_and_go()
    time.go_on(0.1)
    precedence.owe(0.06)
    assert 0.06 < await waited(precedence, time) < 0.09


async def test_the_moment_until_clients_send_their_next_command_is_not_unused(
    precedence: Precedence, time: Time
) -> None:
    """Commands are in hand for 20 milliseconds, then their clients are gone for 10."""

    def come_and_go() -> None:
        precedence.count_commands(+16)
        time.then(0.02, lambda: precedence.count_commands(-16))
        time.then(0.03, come_and_go)

    come_and_go()
    time.go_on(1.0)
    precedence.owe(0.02)
    assert await waited(precedence, time) == pytest.approx(9 * 0.02, abs=0.01)


async def test_a_command_that_waits_for_its_caller_for_a_moment_ends_no_spell(
    precedence: Precedence, time: Time
) -> None:
    def come_and_go() -> None:
        for after, number in ((0.0, +1), (0.02, -1), (0.0201, +1), (0.0202, -1)):
            time.then(after, partial(precedence.count_commands, number))
        time.then(0.03, come_and_go)

    come_and_go()
    time.go_on(1.0)
    precedence.owe(0.02)
    assert await waited(precedence, time) == pytest.approx(9 * 0.02, abs=0.01)


async def test_reading_goes_on_at_once_where_commands_come_to_a_lull(precedence: Precedence, time: Time) -> None:
    precedence.count_commands(+1)
    time.go_on(0.01)
    precedence.owe(1.0)
    time.then(0.5, lambda: precedence.count_commands(-1))
    assert 0.5 < await waited(precedence, time) < 0.7


async def test_nobody_waits_for_commands_for_longer_than_two_seconds(precedence: Precedence, time: Time) -> None:
    precedence.count_commands(+1)
    precedence.owe(60.0)
    assert 2.0 <= await waited(precedence, time) < 2.1
