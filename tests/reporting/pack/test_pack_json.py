"""pack.json, exactly as the programme file's description has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.events.partnership import Role
from contracts.events.returns import ReturnSubmitted
from services.reporting.pack import render
from tests.domain.history import SECRETARY, History
from tests.reporting.pack.story import content, story


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(content(story()))["pack.json"])
    return found


def test_it_says_which_meeting_quarter_cut_off_and_how_many_events(data: dict[str, Any]) -> None:
    assert {key: data[key] for key in ("meeting", "quarter", "cut_off", "issue_on", "events_taken_in")} == {
        "meeting": "LAP-B02",
        "quarter": "2014-15 Q2",
        "cut_off": "2014-10-03T17:00:00+01:00",
        "issue_on": "2014-10-08",
        "events_taken_in": len(story().events),
    }


def test_a_project_has_stage_confidence_stated_and_shown_and_schedule_status(data: dict[str, Any]) -> None:
    project = data["projects"][0]
    assert project["ref"] == "LAP-P01"
    assert project["stage"] == "in_delivery"
    assert project["confidence"] == {"stated": "amber", "shown": "amber", "silent_days": None}
    assert project["schedule_status"] == "red"


def test_a_milestone_has_its_three_dates_slip_status_and_reforecasts(data: dict[str, Any]) -> None:
    milestones = {each["ref"]: each for each in data["milestones"]}
    keys = ("baseline", "forecast", "actual", "slip_days", "status", "done_late", "reforecasts")
    assert [milestones["LAP-P01-M02"][key] for key in keys] == ["2014-12-19", "2015-01-30", None, 42, "red", False, 2]
    assert [milestones["LAP-P01-M01"][key] for key in keys] == [
        *("2014-07-31", "2014-07-31", "2014-08-29", 0, "done", True, 0)
    ]


def test_compliance_has_counts_rates_trend_and_breaches(data: dict[str, Any]) -> None:
    compliance = data["compliance"]
    none = {"met": 0, "met_late": 0, "partly_met": 0, "not_met": 0, "not_reported": 0, "rate": None}
    assert compliance["partnership"] == none | {"met": 2, "not_reported": 9, "rate": 18}
    assert compliance["by_partner"]["BRE"] == none | {"met": 2, "not_reported": 1, "rate": 67}
    assert compliance["by_commitment"]["LAP-C3"] == none
    assert [(each["quarter"], each["rate"]) for each in compliance["trend"]] == [
        ("2013-14 Q2", None),
        ("2013-14 Q3", None),
        ("2013-14 Q4", None),
        ("2014-15 Q1", 42),
    ]
    assert {"commitment": "LAP-C1", "partner": "HAR", "periods": ["2014-15 Q1", "2014-15 Q2"]} in compliance["breaches"]


def test_obligations_still_running_are_marked_as_counted_nowhere(data: dict[str, Any]) -> None:
    obligations = data["compliance"]["obligations"]
    counted = [each for each in obligations if "counted" not in each]
    running = [each for each in obligations if each.get("counted") is False]
    assert {each["period"] for each in counted} == {"2014-15 Q2"}
    assert {each["period"] for each in running} == {"2014-15 Q3", "2014-15"}
    assert len(counted) + len(running) == len(obligations)
    derogated = next(each for each in counted if (each["commitment"], each["partner"]) == ("LAP-C2", "HAC"))
    assert derogated["status"] == "derogated"


def test_load_has_days_with_two_decimals_as_text_and_flags(data: dict[str, Any]) -> None:
    load = {each["partner"]: each for each in data["load"]}
    assert load["LMA"] == {
        "partner": "LMA",
        "pledged": "6.00",
        "released": "20.00",
        "ratio": "4.00",
        "flags": ["carrying_more_than_its_share"],
    }
    assert load["BRE"]["flags"] == ["under_its_pledge"]


def test_decisions_and_actions_have_their_state(data: dict[str, Any]) -> None:
    decisions = {each["ref"]: (each["outcome"], each["quorate"], each["carried_out"]) for each in data["decisions"]}
    assert decisions == {
        "LAP-D01": ("agreed", True, True),
        "LAP-D02": ("agreed", True, False),
        "LAP-D03": ("agreed", False, False),
    }
    actions = {each["ref"]: (each["status"], each["due"]) for each in data["actions"]}
    assert actions == {"LAP-A01": ("overdue", "2014-09-01"), "LAP-A02": ("done", "2014-09-30")}


def test_silent_partners_stand_with_their_days() -> None:
    history = History("BRE", "HAR").appointed(SECRETARY, Role.SECRETARY)
    history.told("2014-07-01", ReturnSubmitted(partner="BRE", quarter="2014-15 Q1"))
    assert content(history).data["silent"] == [{"partner": "HAR", "days": 185}]
