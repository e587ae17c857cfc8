"""Who leads a project and takes part in it, day by day."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.projects import LeadChanged, ProjectJoined, ProjectLeft
from tests.programme.partnerships import CHAIR, LMA_LEAD, Partnership

WHY = {"reason": "It moves."}
TO_BRENT = {"project": "P01", "lead": "BRE", "from": "2014-10-01", **WHY}
BEFORE, AFTER = date(2014, 9, 30), date(2014, 10, 1)


def who(lap: Partnership, day: date) -> tuple[str, tuple[str, ...]]:
    participation = lap.register.projects["LAP-P01"].participation
    return participation.lead_on(day), participation.others_on(day)


def test_another_partner_leads_from_a_day_on_and_the_former_lead_goes_on_taking_part(lap: Partnership) -> None:
    assert lap.when("change_lead", **TO_BRENT) == [
        LeadChanged(project="LAP-P01", lead="BRE", since=date(2014, 10, 1), **WHY)
    ]
    lap.given("change_lead", **TO_BRENT)
    assert who(lap, BEFORE) == ("LMA", ("BRE", "HAC"))
    assert who(lap, AFTER) == ("BRE", ("LMA", "HAC"))


def test_a_lead_that_was_not_in_the_project_comes_in_with_that_day(lap: Partnership) -> None:
    lap.given("change_lead", **{**TO_BRENT, "lead": "HAR"})
    assert who(lap, BEFORE) == ("LMA", ("BRE", "HAC"))
    assert who(lap, AFTER) == ("HAR", ("LMA", "BRE", "HAC"))


def test_who_leads_already_is_not_told_again(lap: Partnership) -> None:
    assert lap.when("change_lead", **{**TO_BRENT, "lead": "LMA"}) == []


def test_a_later_record_holds_from_its_own_day_on(lap: Partnership) -> None:
    lap.given("change_lead", **TO_BRENT).given("change_lead", **{**TO_BRENT, "lead": "HAC", "from": "2014-09-01"})
    assert who(lap, date(2014, 8, 31))[0] == "LMA"
    assert who(lap, AFTER)[0] == "HAC"


def test_rights_go_by_who_leads_on_the_day(lap: Partnership) -> None:
    said = {"project": "P01", "confidence": "red", "reason": "It is."}
    lap.given("change_lead", **TO_BRENT).at(BEFORE)
    assert lap.when("state_confidence", who=LMA_LEAD, **said)
    assert "a partner lead or contributor of LMA" in lap.refusal("state_confidence", who=CHAIR, **said).problem
    lap.at(AFTER)
    assert lap.when("state_confidence", who=CHAIR, **said)
    assert "a partner lead or contributor of BRE" in lap.refusal("state_confidence", who=LMA_LEAD, **said).problem


def test_a_partner_joins_and_leaves(lap: Partnership) -> None:
    join = {"project": "P01", "partner": "HAR", "from": "2014-10-01"}
    assert lap.when("join_project", **join) == [
        ProjectJoined(project="LAP-P01", partner="HAR", since=date(2014, 10, 1))
    ]
    lap.given("join_project", **join)
    assert lap.when("join_project", **{**join, "from": "2014-11-01"}) == []
    leave = {"project": "P01", "partner": "HAR", "on": "2014-12-01", **WHY}
    assert lap.when("leave_project", **leave) == [
        ProjectLeft(project="LAP-P01", partner="HAR", left_on=date(2014, 12, 1), **WHY)
    ]
    lap.given("leave_project", **leave)
    assert [("HAR" in who(lap, day)[1]) for day in (BEFORE, AFTER, date(2014, 11, 30), date(2014, 12, 1))] == [
        *(False, True),
        *(True, False),
    ]


def test_the_lead_leaves_only_once_another_leads(lap: Partnership) -> None:
    leave = {"project": "P01", "partner": "LMA", "on": "2014-10-01", **WHY}
    assert lap.refusal("leave_project", **leave).problem == (
        "LMA leads LAP-P01 on 1 October 2014, and the lead cannot leave; "
        "let another partner lead from then on, with change_lead"
    )
    lap.given("change_lead", **TO_BRENT)
    assert lap.when("leave_project", **leave)
    assert "leads LAP-P01 on 30 September 2014" in lap.refusal("leave_project", **{**leave, "on": "2014-09-30"}).problem


def test_who_will_lead_later_cannot_leave_before(lap: Partnership) -> None:
    lap.given("change_lead", **TO_BRENT)
    leave = {"project": "P01", "partner": "BRE", "on": "2014-09-01", **WHY}
    assert "BRE leads LAP-P01 on 1 October 2014" in lap.refusal("leave_project", **leave).problem


@pytest.mark.parametrize(
    ("do", "fields", "problem"),
    [
        ("leave_project", {"partner": "HAR", "on": "2014-10-01", **WHY}, "HAR does not take part in LAP-P01"),
        ("change_lead", {"lead": "HAR", "from": "2015-01-01", **WHY}, "HAR left on 1 January 2015"),
        ("join_project", {"partner": "HAR", "from": "2014-03-31"}, "HAR joins on 1 April 2014"),
    ],
)
def test_who_is_no_member_or_not_there_is_refused(lap: Partnership, do, fields, problem) -> None:
    lap.given("record_partner_leaving", partner="HAR", left_on="2015-01-01")
    assert lap.refusal(do, project="P01", **fields).problem.startswith(problem)
