"""Days pledged and released."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from contracts.events.capacity import CapacityPledged, CapacityReleased
from tests.programme.partnerships import Partnership, london


@pytest.fixture
def lap() -> Partnership:
    """The partnership half a year on: what is said to have happened has come."""
    return london().at(date(2014, 10, 31))


def test_days_are_pledged_for_a_quarter(lap: Partnership) -> None:
    facts = lap.when("pledge_capacity", partner="BRE", project="P01", quarter="2014-15 Q2", days=6)
    assert facts == [CapacityPledged(partner="BRE", project="LAP-P01", quarter="2014-15 Q2", days=Decimal("6.00"))]
    assert lap.effective_on == [date(2014, 9, 30)]


def test_a_later_pledge_replaces_the_earlier_one(lap: Partnership) -> None:
    for days in (6, 4.5):
        lap.given("pledge_capacity", partner="BRE", project="P01", quarter="2014-15 Q2", days=days)
    assert lap.register.capacity.pledged("BRE", lap.register.calendar.quarter("2014-15 Q2")) == Decimal("4.5")


def test_days_are_released_on_a_date(lap: Partnership) -> None:
    facts = lap.when("release_capacity", partner="BRE", project="P01", on="2014-08-04", days="4.50")
    assert facts == [CapacityReleased(partner="BRE", project="LAP-P01", on=date(2014, 8, 4), days=Decimal("4.50"))]
    assert lap.effective_on == [date(2014, 8, 4)]


def test_a_partner_that_takes_no_part_may_release_days(lap: Partnership) -> None:
    assert len(lap.when("release_capacity", partner="HAR", project="P01", on="2014-08-04", days=1)) == 1


@pytest.mark.parametrize(
    ("label", "problem"),
    [
        ("2014 Q2", "'2014 Q2' is not a quarter; write one as '2014-15 Q2'"),
        ("2014-16 Q2", "'2014-16 Q2' is not a quarter; write one as '2014-15 Q2'"),
        ("0001-02 Q2", "'0001-02 Q2' is too far away; give one of the years 1900 to 2198"),
        ("9999-00 Q4", "'9999-00 Q4' is too far away; give one of the years 1900 to 2198"),
    ],
)
def test_a_quarter_that_does_not_exist_is_refused(lap: Partnership, label, problem) -> None:
    refused = lap.refusal("pledge_capacity", partner="BRE", project="P01", quarter=label, days=6)
    assert (refused.field, refused.problem) == ("quarter", problem)


def test_with_a_january_start_a_year_is_written_alone() -> None:
    soh = Partnership("SOH")
    soh.given("form_partnership", code="SOH", name="Soho", formed_on="2014-01-01", financial_year_start_month=1)
    soh.given("admit_partner", who="SOH-U001", code="BRE", name="Brent", kind="other", joined_on="2014-01-01")
    soh.given("bring_in_project", who="SOH-U001", code="P01", title="One", lead="BRE")
    pledge = {"partner": "BRE", "project": "P01", "days": 6}
    [pledged] = soh.when("pledge_capacity", who="SOH-U001", quarter="2014 Q2", **pledge)
    refused = soh.refusal("pledge_capacity", who="SOH-U001", quarter="2014-15 Q2", **pledge)
    assert pledged.quarter == "2014 Q2"
    assert soh.effective_on == [date(2014, 6, 30)]
    assert refused.problem == "'2014-15 Q2' is not a quarter; write one as '2014 Q3'"


@pytest.mark.parametrize("do", ["pledge_capacity", "release_capacity"])
@pytest.mark.parametrize(("partner", "project", "field"), [("ZZZ", "P01", "partner"), ("BRE", "P09", "project")])
def test_an_unknown_partner_or_project_is_refused(lap: Partnership, do, partner, project, field) -> None:
    when = {"quarter": "2014-15 Q2"} if do == "pledge_capacity" else {"on": "2014-08-04"}
    assert lap.refusal(do, partner=partner, project=project, days=1, **when).field == field
