"""Clocks: aware, in UTC, and never going back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.runtime.base.clock import SteppedClock, SystemClock, running_from

NINE = datetime(2014, 10, 3, 9, 0, tzinfo=UTC)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_stepped_clock_stands_where_it_was_put() -> None:
    clock = SteppedClock(NINE)

    clock.move_to(NINE + timedelta(days=2))

    assert clock.now() == clock.now() == NINE + timedelta(days=2)


def test_a_stepped_clock_does_not_go_back() -> None:
    clock = SteppedClock(NINE)

    with pytest.raises(ValueError, match="cannot go back"):
        clock.move_to(NINE - timedelta(seconds=1))

    assert clock.now() == NINE


def test_an_instant_of_another_zone_is_read_in_utc() -> None:
    summer_time = timezone(timedelta(hours=1))

    assert SteppedClock(datetime(2014, 7, 1, 10, 0, tzinfo=summer_time)).now() == datetime(2014, 7, 1, 9, 0, tzinfo=UTC)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        SteppedClock(datetime(2014, 7, 1, 10, 0))  # noqa: DTZ001 - that is the point


def test_a_running_clock_goes_on_from_where_it_was_set() -> None:
    clock = running_from(NINE)

    first, second = clock.now(), clock.now()

    assert NINE <= first <= second < NINE + timedelta(minutes=1)
