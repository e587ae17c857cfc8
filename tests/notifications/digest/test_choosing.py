"""Who is told what waits: where several things do, at the pace that they chose, and where something is new."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.notifications.digest.choosing import Told, to_tell
from services.notifications.digest.waiting import Digest, Thing, WaitingToday
from services.runtime.access.sessions.email_choice import Pace

MONDAY = date(2014, 10, 13)
ADA = "LAP-U001"
RETURN = Thing(
    what="Return for 2014-15 Q2",
    href="/return/LAP/2014-15-Q2/BRE",
    state="Not begun",
    by="by Friday 17 October, in 4 days",
    due=date(2014, 10, 17),
)
ACTION = Thing(what="Action: tell", href="/board/LAP/actions/A01", state="Due soon", by="", due=date(2014, 10, 14))
RATIFY = Thing(what="Ratify: it", href="/board/LAP/decisions/D01", state="Awaits your committee", by="", due=None)


def told(
    *things: Thing,
    on: date = MONDAY,
    pace: Pace | None = Pace.DAILY,
    last: Digest | None = None,
    reminded_of: frozenset[str] = frozenset(),
    is_working_day: bool = True,
    begins_week: bool | None = None,
) -> bool:
    """Say whether Ada is told of these things."""
    begins = on == MONDAY if begins_week is None else begins_week
    today = WaitingToday(on=on, is_working_day=is_working_day, begins_week=begins, people={ADA: things})
    paces = {} if pace is None else {ADA: pace}
    return to_tell(today, paces, {ADA: Told(last, reminded_of)}) == {ADA: things}


def digest(*things: Thing, on: date = MONDAY) -> Digest:
    return Digest(on=on, waiting={ADA: things})


def test_two_things_are_told_and_one_is_not() -> None:
    assert told(RETURN, ACTION)
    assert not told(RETURN)


@pytest.mark.parametrize(
    ("pace", "days"),
    [(Pace.DAILY, (0, 1, 2, 3, 4)), (Pace.WEEKLY, (0,)), (Pace.NEVER, ()), (None, ())],
    ids=["daily", "weekly", "never", "nobody who can be reached"],
)
def test_it_comes_on_the_days_of_the_pace_that_was_chosen(pace: Pace | None, days: tuple[int, ...]) -> None:
    week = [MONDAY + timedelta(days) for days in range(7)]
    came = [told(RETURN, ACTION, on=day, pace=pace, is_working_day=day.weekday() < 5) for day in week]
    assert came == [day in days for day in range(7)]


def test_where_monday_is_a_holiday_the_week_begins_on_tuesday() -> None:
    tuesday = MONDAY + timedelta(1)
    assert told(RETURN, ACTION, on=tuesday, pace=Pace.WEEKLY, begins_week=True)
    assert not told(RETURN, ACTION, on=MONDAY, pace=Pace.WEEKLY, is_working_day=False, begins_week=False)


def test_what_was_told_already_is_told_again_only_beside_something_new() -> None:
    tuesday = MONDAY + timedelta(1)
    in_other_words = RETURN.model_copy(update={"by": "by Friday 17 October, in 3 days", "state": "1 of 4 answered"})
    assert not told(in_other_words, ACTION, on=tuesday, last=digest(RETURN, ACTION))
    assert not told(RETURN, ACTION, on=tuesday, last=digest(RETURN, ACTION, RATIFY))
    assert told(RETURN, ACTION, RATIFY, on=tuesday, last=digest(RETURN, ACTION))


def test_that_something_has_become_overdue_is_new() -> None:
    wednesday = MONDAY + timedelta(2)
    assert told(RETURN, ACTION, on=wednesday, last=digest(RETURN, ACTION))
    assert not told(RETURN, ACTION, on=wednesday + timedelta(1), last=digest(RETURN, ACTION, on=wednesday))


def test_a_return_of_which_somebody_was_reminded_today_is_no_news() -> None:
    reminded_of = frozenset({RETURN.href})
    assert not told(RETURN, ACTION, last=digest(ACTION), reminded_of=reminded_of)
    assert told(RETURN, ACTION, last=digest(ACTION))
    assert told(RETURN, ACTION, reminded_of=reminded_of)
