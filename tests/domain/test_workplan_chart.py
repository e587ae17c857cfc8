"""The picture of a workplan shows what comes first, and where that is forecast too late."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

from contracts.events.projects import MilestoneReforecast
from domain.charts.projects import milestone_chart
from domain.figures.overview import figures
from tests.domain.history import at
from tests.domain.test_dependents import planned

DOTTED = "1 3"


def ways(*more: object, shows_dependencies: bool = True) -> list[str]:
    """Return the class of the line of each dependency."""
    register = planned(*more)
    now = at("2014-06-01")
    found = figures(register, register.calendar.last_ended_quarter(date(2014, 6, 1)), now)
    [project] = found.projects
    drawn = milestone_chart(project.milestones, date(2014, 6, 1), chart_id="c", shows_dependencies=shows_dependencies)
    return [str(each.get("class")) for each in ET.fromstring(drawn).iter() if each.get("stroke-dasharray") == DOTTED]


def test_each_dependency_is_a_dotted_line() -> None:
    assert ways() == ["s-quiet"] * 4
    assert ways(shows_dependencies=False) == []


def test_what_is_forecast_before_what_it_needs_is_drawn_in_red() -> None:
    late = MilestoneReforecast(milestone="LAP-P01-M01", forecast=date(2014, 10, 20), reason="Late.")
    assert ways(late) == ["s-bad", "s-quiet", "s-quiet", "s-quiet"]
