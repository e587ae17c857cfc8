"""Schedule status is computed from baseline, forecast and actual dates. Source: domain.md section 5."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.projects import MilestoneAdded, MilestoneCompleted, MilestoneReforecast, ProjectProposed, Stage
from domain.figures.schedule import (
    MilestoneStatus,
    ScheduleStatus,
    forecast_before,
    is_done_late,
    milestone_status,
    schedule_status,
)
from domain.register.projects import Milestone
from tests.domain.history import History

BASELINE = date(2014, 9, 1)
BEFORE, AFTER = date(2014, 8, 1), date(2014, 12, 1)


def milestone(forecast: date = BASELINE, baseline: date | None = BASELINE, actual: date | None = None) -> Milestone:
    history = History("BRE").told(
        "2014-04-01",
        ProjectProposed(
            project="LAP-P01",
            title="Catalogue",
            purpose="",
            lead="BRE",
            stage=Stage.IN_DELIVERY,
            tolerance_days=14,
        ),
        MilestoneAdded(
            milestone="LAP-P01-M01", title="Live", owner="BRE", forecast=baseline or forecast, baseline=baseline
        ),
    )
    if baseline and forecast != baseline:
        history.told("2014-05-01", MilestoneReforecast(milestone="LAP-P01-M01", forecast=forecast, reason="Late data."))
    if actual:
        history.told("2014-06-01", MilestoneCompleted(milestone="LAP-P01-M01", actual=actual))
    return history.register().milestones["LAP-P01-M01"]


@pytest.mark.parametrize(
    ("forecast", "expected"),
    [
        (date(2014, 8, 20), MilestoneStatus.GREEN),
        (date(2014, 9, 1), MilestoneStatus.GREEN),
        (date(2014, 9, 2), MilestoneStatus.AMBER),
        (date(2014, 9, 15), MilestoneStatus.AMBER),
        (date(2014, 9, 16), MilestoneStatus.RED),
    ],
)
def test_slip_is_judged_against_the_tolerance(forecast: date, expected: MilestoneStatus):
    assert milestone_status(milestone(forecast), BEFORE) is expected


def test_a_milestone_is_overdue_from_the_day_after_its_forecast():
    assert milestone_status(milestone(), BASELINE) is MilestoneStatus.GREEN
    assert milestone_status(milestone(), date(2014, 9, 2)) is MilestoneStatus.OVERDUE


def test_a_milestone_without_a_baseline_is_not_judged_whatever_its_forecast():
    assert milestone_status(milestone(baseline=None), AFTER) is MilestoneStatus.NOT_BASELINED


def test_a_milestone_is_done_from_its_actual_date_on():
    done = milestone(actual=date(2014, 8, 20))
    assert milestone_status(done, date(2014, 8, 19)) is MilestoneStatus.GREEN
    assert milestone_status(done, date(2014, 8, 20)) is MilestoneStatus.DONE


@pytest.mark.parametrize(
    ("actual", "late"), [(date(2014, 9, 15), False), (date(2014, 9, 16), True), (date(2014, 8, 1), False)]
)
def test_done_is_late_after_baseline_and_tolerance(actual: date, late: bool):
    assert is_done_late(milestone(actual=actual), AFTER) is late


def test_done_without_a_baseline_is_never_late():
    assert not is_done_late(milestone(baseline=None, actual=date(2014, 11, 1)), AFTER)


@pytest.mark.parametrize(
    ("milestones", "on", "expected"),
    [
        ([], BEFORE, ScheduleStatus.NONE),
        ([milestone(baseline=None)], AFTER, ScheduleStatus.NONE),
        ([milestone()], BEFORE, ScheduleStatus.GREEN),
        ([milestone(), milestone(date(2014, 9, 5))], BEFORE, ScheduleStatus.AMBER),
        ([milestone(date(2014, 9, 5)), milestone(date(2014, 10, 1))], BEFORE, ScheduleStatus.RED),
        ([milestone(), milestone(baseline=None)], AFTER, ScheduleStatus.RED),
        ([milestone(actual=date(2014, 8, 1)), milestone(baseline=None)], AFTER, ScheduleStatus.GREEN),
    ],
)
def test_a_project_is_as_its_worst_open_milestone(milestones: list[Milestone], on: date, expected: ScheduleStatus):
    assert schedule_status(milestones, on) is expected


def forecast(first: str, second: str, *facts: MilestoneCompleted) -> tuple[str, ...]:
    """Return what M02 is forecast before where it needs M01, on 1 August; each is given by its forecast."""
    history = History("BRE").told(
        "2014-04-01",
        ProjectProposed(
            project="LAP-P01", title="Catalogue", purpose="", lead="BRE", stage=Stage.IDEA, tolerance_days=14
        ),
        MilestoneAdded(milestone="LAP-P01-M01", title="First", owner="BRE", forecast=date.fromisoformat(first)),
        MilestoneAdded(
            milestone="LAP-P01-M02",
            title="Second",
            owner="BRE",
            forecast=date.fromisoformat(second),
            depends_on=("LAP-P01-M01",),
        ),
        *facts,
    )
    register = history.register()
    return forecast_before(register, register.milestones["LAP-P01-M02"], BEFORE)


@pytest.mark.parametrize(
    ("first", "second", "facts", "before"),
    [
        ("2014-10-02", "2014-10-01", (), ("LAP-P01-M01",)),
        ("2014-10-01", "2014-10-01", (), ()),
        ("2014-09-30", "2014-10-01", (), ()),
        ("2014-10-02", "2014-10-01", (("LAP-P01-M01", "2014-08-01"),), ()),
        ("2014-10-02", "2014-10-01", (("LAP-P01-M01", "2014-08-02"),), ("LAP-P01-M01",)),
        ("2014-10-02", "2014-10-01", (("LAP-P01-M02", "2014-07-01"),), ()),
    ],
)
def test_an_open_milestone_is_marked_that_is_forecast_before_an_open_one_it_needs(first, second, facts, before):
    done = [MilestoneCompleted(milestone=each, actual=date.fromisoformat(on)) for each, on in facts]
    assert forecast(first, second, *done) == before
