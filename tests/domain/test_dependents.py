"""What depends on a milestone, and by how much it would come too early."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.projects import MilestoneAdded, MilestoneCompleted, MilestoneDropped, ProjectProposed, Stage
from domain.figures.dependents import dependents_of
from domain.register import Register
from tests.domain.history import History

TODAY = date(2014, 6, 1)


def planned(*more: object) -> Register:
    """A chain of three, M01 to M03, and M04, which needs both ends of it and has a week to spare."""
    history = History("BRE").told(
        "2014-04-02",
        ProjectProposed(
            project="LAP-P01", title="Catalogue", purpose="", lead="BRE", stage=Stage.IN_DELIVERY, tolerance_days=14
        ),
    )
    for code, forecast, needs in (
        ("M01", date(2014, 9, 1), ()),
        ("M02", date(2014, 10, 1), ("M01",)),
        ("M03", date(2014, 11, 1), ("M02",)),
        ("M04", date(2014, 11, 8), ("M01", "M03")),
    ):
        depends_on = tuple(f"LAP-P01-{each}" for each in needs)
        history.told(
            "2014-04-03",
            MilestoneAdded(
                milestone=f"LAP-P01-{code}", title=code, owner="BRE", forecast=forecast, depends_on=depends_on
            ),
        )
    return history.told("2014-05-01", *more).register()


def short(register: Register, forecast: date, milestone: str = "M01") -> dict[str, int]:
    moved = register.milestones[f"LAP-P01-{milestone}"]
    return {each.milestone.title: each.days_short for each in dependents_of(register, moved, forecast, TODAY)}


@pytest.mark.parametrize(
    ("forecast", "days"),
    [
        (date(2014, 9, 1), {"M02": 0, "M03": 0, "M04": 0}),
        (date(2014, 10, 1), {"M02": 0, "M03": 0, "M04": 0}),
        (date(2014, 10, 11), {"M02": 10, "M03": 0, "M04": 0}),
        (date(2014, 11, 5), {"M02": 35, "M03": 4, "M04": 0}),
        (date(2014, 11, 10), {"M02": 40, "M03": 9, "M04": 2}),
    ],
)
def test_each_is_short_of_the_days_that_all_it_needs_take(forecast: date, days: dict[str, int]) -> None:
    assert short(planned(), forecast) == days


def test_what_is_done_or_dropped_waits_for_nothing_and_keeps_nothing_waiting() -> None:
    done = MilestoneCompleted(milestone="LAP-P01-M02", actual=date(2014, 5, 1))
    dropped = MilestoneDropped(milestone="LAP-P01-M02", reason="Needless.")
    for fact in (done, dropped):
        assert short(planned(fact), date(2014, 11, 10)) == {"M04": 2}


def test_what_nothing_depends_on_has_no_dependents() -> None:
    assert short(planned(), date(2014, 12, 1), "M04") == {}
