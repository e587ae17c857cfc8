"""The collection of a quarter's returns: who owes one, who has submitted it, and whether that was in time."""

from __future__ import annotations

import pytest

from contracts.events.returns import ReturnSubmitted
from domain.figures.returns import partner_returns, return_collection
from tests.domain.history import CALENDAR, History, at

QUARTER = CALENDAR.quarter("2014-15 Q1")
IN_TIME, TOO_LATE = "2014-07-02", "2014-09-01"


@pytest.mark.parametrize(("day", "is_late"), [(IN_TIME, False), (TOO_LATE, True)])
def test_a_return_that_came_after_the_deadline_is_late(day: str, is_late: bool) -> None:
    register = History("BRE").told(day, ReturnSubmitted(partner="BRE", quarter=QUARTER.label)).register()
    [its] = partner_returns(register, return_collection(register, at("2014-10-01"), QUARTER), at("2014-10-01"))
    assert its.submitted_at == at(day)
    assert its.is_late is is_late


@pytest.mark.parametrize(("day", "is_late"), [(IN_TIME, False), (TOO_LATE, True)])
def test_a_return_that_has_not_come_is_late_once_the_deadline_has_passed(day: str, is_late: bool) -> None:
    register = History("BRE").register()
    [its] = partner_returns(register, return_collection(register, at(day), QUARTER), at(day))
    assert its.submitted_at is None
    assert its.is_late is is_late


def test_a_return_that_was_in_time_stays_so_however_often_it_is_submitted_again() -> None:
    history = History("BRE")
    for day in (IN_TIME, TOO_LATE):
        history.told(day, ReturnSubmitted(partner="BRE", quarter=QUARTER.label))
    register = history.register()
    [its] = partner_returns(register, return_collection(register, at(TOO_LATE), QUARTER), at(TOO_LATE))
    assert (its.submitted_at, its.is_late) == (at(IN_TIME), False)
