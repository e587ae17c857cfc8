"""Dates that cannot be are refused, with the date that was probably meant. Source: domain.md section 10."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.wording.dates import plain_date
from services.programme.core.deciding import Refused
from tests.programme.partnerships import Partnership, london

TODAY = date(2014, 7, 17)


@pytest.fixture
def lap() -> Partnership:
    """A partnership on 17 July 2014 with a meeting, a decision that Brent ratifies, and an action."""
    once = {"core": True, "in_force_from": "2014-09-01", "period": "once", "by": "2014-12-31"}
    lap = london().given("agree_commitment", code="C9", title="Nine", measure={"kind": "attestation"}, **once)
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    lap.at(TODAY).given("add_agenda_item", meeting="B01", item=1, kind="decision", title="One")
    lap.given("open_meeting", meeting="B01", present=["U002", "U003"])
    ratified_by = {"partners": ["BRE"], "needed": 1}
    decision = {"meeting": "B01", "item": 1, "outcome": "agreed", "text": "Yes."}
    lap.given("record_decision", code="D01", ratified_by=ratified_by, **decision)
    return lap.given("assign_action", decision="D01", code="A01", text="Do it.", owner="BRE", due="2014-12-31")


FACTS: dict[str, dict[str, Any]] = {
    "complete_milestone": {"milestone": "P01-M01"},
    "release_capacity": {"partner": "BRE", "project": "P01", "days": 1},
    "report_quantity": {"commitment": "C2", "partner": "BRE", "amount": 1},
    "submit_evidence": {"commitment": "C3", "partner": "BRE", "title": "Minutes"},
    "ratify_decision": {"decision": "D01", "partner": "BRE"},
    "complete_action": {"action": "A01", "evidence": "Done."},
}


@pytest.mark.parametrize("do", FACTS)
def test_what_is_said_to_have_happened_has_come(lap: Partnership, do: str) -> None:
    assert lap.when(do, **FACTS[do], on="2014-07-17")
    refused = lap.refusal(do, **FACTS[do], on="2014-07-18")
    assert refused.field == "on"
    assert refused.problem == (
        "18 July 2014 has not come yet; it is 17 July 2014, so give that day or an earlier one; "
        "perhaps 17 July 2014 was meant"
    )


@pytest.mark.parametrize(
    ("on", "meant"),
    [
        ("2015-07-03", "; perhaps 3 July 2014 was meant"),
        ("2014-08-12", "; perhaps 12 July 2014 was meant"),
        ("2016-12-29", ""),
    ],
)
def test_the_date_that_was_probably_meant_is_one_digit_away(lap: Partnership, on: str, meant: str) -> None:
    problem = lap.refusal("complete_milestone", milestone="P01-M01", on=on).problem
    on = plain_date(date.fromisoformat(on))
    assert problem == f"{on} has not come yet; it is 17 July 2014, so give that day or an earlier one{meant}"


def test_it_goes_by_the_local_date(lap: Partnership) -> None:
    lap.at(TODAY, 23)  # in London it is midnight, and the 18th
    assert lap.when("complete_milestone", milestone="P01-M01", on="2014-07-18")


@pytest.mark.parametrize(
    ("do", "fields", "field", "begins"),
    [
        ("submit_return", {"partner": "BRE", "quarter": "2014-15 Q3"}, "quarter", "2014-10-01"),
        (
            "attest_commitment",
            {"commitment": "C1", "partner": "BRE", "period": "2014-15 Q3", "answer": "no"},
            "period",
            "2014-10-01",
        ),
        (
            "attest_commitment",
            {"commitment": "C9", "partner": "BRE", "period": "once", "answer": "no"},
            "period",
            "2014-09-01",
        ),
    ],
)
def test_nothing_is_reported_of_a_period_before_it_begins(
    lap: Partnership, do: str, fields: dict[str, str], field: str, begins: str
) -> None:
    refused = lap.refusal(do, **fields)
    assert refused.field == field
    assert f"begins on {plain_date(date.fromisoformat(begins))} and it is 17 July 2014" in refused.problem
    assert lap.at(date.fromisoformat(begins)).when(do, **fields)


def test_a_return_is_taken_on_the_first_day_of_its_quarter(lap: Partnership) -> None:
    assert lap.at(date(2014, 10, 1)).when("submit_return", partner="BRE", quarter="2014-15 Q3")


def test_no_meeting_is_held_on_a_past_day_and_one_may_be_held_today(lap: Partnership) -> None:
    for do, fields in (("schedule_meeting", {"code": "B03"}), ("move_meeting", {"meeting": "B02"})):
        if do == "move_meeting":
            lap.given("schedule_meeting", code="B02", date="2014-09-18", time="14:00")
        assert lap.when(do, **fields, date="2014-07-17", time="18:00")
        refused = lap.refusal(do, **fields, date="2013-10-16", time="14:00")
        assert (refused.field, refused.problem) == (
            "date",
            (
                "16 October 2013 is past; it is 17 July 2014, so give that day or a later one; "
                "perhaps 16 October 2014 was meant"
            ),
        )


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("admit_partner", {"code": "ZZZ", "name": "Z", "kind": "other", "joined_on": "2016-01-01"}),
        ("record_partner_leaving", {"partner": "HAR", "left_on": "2016-01-01"}),
        ("adopt_commitment", {"commitment": "C6", "partner": "BRE", "from": "2016-01-01"}),
        ("assign_action", {"decision": "D01", "code": "A02", "text": "Do.", "owner": "BRE", "due": "2016-01-01"}),
    ],
)
def test_what_is_to_come_may_be_ahead(lap: Partnership, do: str, fields: dict[str, str]) -> None:
    try:
        assert lap.when(do, **fields)
    except Refused as refused:  # pragma: no cover - told where it fails
        pytest.fail(refused.problem)


@pytest.mark.parametrize(
    ("quarter", "meant"),
    [
        ("2014-15 Q3", "; perhaps 2014-15 Q2 was meant"),
        ("2014-15 Q4", "; perhaps 2014-15 Q2 was meant"),
        ("2015-16 Q1", ""),
    ],
)
def test_the_quarter_that_was_probably_meant_is_one_digit_away(lap: Partnership, quarter: str, meant: str) -> None:
    for refused in (
        lap.refusal("submit_return", partner="BRE", quarter=quarter),
        lap.refusal("attest_commitment", commitment="C1", partner="BRE", period=quarter, answer="yes"),
    ):
        assert refused.problem.endswith(f"or give one that has{meant}")
