"""Dates in texts for people are in words, whatever wrote them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis.strategies import dates, sampled_from

from domain.wording.dates import plain_date, with_dates_in_words


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("done on 2015-10-02; it stays", "done on 2 October 2015; it stays"),
        ("until 2014-08-29T17:00.", "until 29 August 2014, 17:00."),
        ("2014-02-30 is no day", "2014-02-30 is no day"),
        ("the quarter 2014-15 Q2, or 2014-15", "the quarter 2014-15 Q2, or 2014-15"),
        ("LAP-2014-15-Q2-BRE and X-2014-10-01", "LAP-2014-15-Q2-BRE and X-2014-10-01"),
        ("on 2014-10-26T01:30+01:00", "on 2014-10-26T01:30+01:00"),
    ],
)
def test_iso_dates_are_put_into_words_and_nothing_else_is(text: str, written: str) -> None:
    assert with_dates_in_words(text) == written


@given(dates(date(1900, 1, 1), date(2199, 12, 31)), sampled_from(["{}", "({})", "from {}, {}", "“{}”.", "{};"]))
def test_every_day_is_put_into_words_wherever_it_stands(day: date, around: str) -> None:
    written = with_dates_in_words(around.replace("{}", day.isoformat()))
    assert written == around.replace("{}", plain_date(day))
