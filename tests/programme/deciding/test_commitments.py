"""Commitments: agreed while the partnership is set up, adopted where optional."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from contracts.events.commitments import (
    CommitmentAdopted,
    CommitmentAgreed,
    PeriodKind,
    QuantityMeasure,
)
from services.programme.core.deciding import AlreadyGiven
from tests.programme.partnerships import Partnership

C7 = {
    "code": "C7",
    "title": "Release staff time",
    "core": True,
    "in_force_from": "2014-07-01",
    "period": "quarter",
    "measure": {"kind": "quantity", "unit": "days", "target": 6, "targets": {"LMA": 20.5}},
}


def test_a_commitment_is_agreed_with_its_measure(lap: Partnership) -> None:
    facts = lap.when("agree_commitment", **C7)
    assert facts == [
        CommitmentAgreed(
            commitment="LAP-C7",
            title="Release staff time",
            text="",
            core=True,
            in_force_from=date(2014, 7, 1),
            period=PeriodKind.QUARTER,
            measure=QuantityMeasure(
                kind="quantity", unit="days", target=Decimal("6.00"), targets={"LMA": Decimal("20.50")}
            ),
        )
    ]
    assert lap.effective_on == [date(2014, 7, 1)]


def test_its_reference_is_given_once(lap: Partnership) -> None:
    refused = lap.refusal("agree_commitment", **{**C7, "code": "C1"})
    assert isinstance(refused, AlreadyGiven)
    assert refused.problem == "LAP-C1 is taken and never given again; the next free one is C7"


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"code": "P7"}, "code", "P7 is no reference for a commitment; write one such as C7"),
        ({"by": "2014-12-31"}, "by", "by goes with the period once alone; leave it out with the period quarter"),
        ({"period": "once"}, "by", "a commitment that falls due once needs the day by which it is met; give it as by"),
        (
            {"period": "once", "by": "2014-06-30"},
            "by",
            "30 June 2014 lies before the commitment is in force; give 1 July 2014 or a later day",
        ),
        (
            {"period": "year", "measure": {"kind": "return_on_time"}},
            "period",
            "return_on_time goes with the period quarter alone, not with year",
        ),
        (
            {"measure": {**C7["measure"], "targets": {"ZZZ": 3}}},
            "measure.targets.ZZZ",
            "no partner ZZZ; the partners are BRE, HAC, HAR, LMA",
        ),
    ],
)
def test_a_commitment_whose_parts_do_not_fit_together_is_refused(lap: Partnership, change, field, problem) -> None:
    refused = lap.refusal("agree_commitment", **{**C7, **change})
    assert (refused.field, refused.problem) == (field, problem)


@pytest.mark.parametrize(("period", "more"), [("quarter", {}), ("year", {}), ("once", {"by": "2015-01-31"})])
def test_taking_part_can_be_asked_for_in_any_period(lap: Partnership, period, more) -> None:
    fields = {**C7, "measure": {"kind": "takes_part"}, "period": period, **more}
    [agreed] = lap.when("agree_commitment", **fields)
    assert agreed.period == period


def test_once_the_board_has_met_a_commitment_takes_a_decision(board: Partnership) -> None:
    refused = board.refusal("agree_commitment", **C7)
    assert "the board has met since" in refused.problem
    assert "record a decision with the effect adopt_commitment" in refused.problem


def test_a_cancelled_meeting_does_not_end_setting_up(lap: Partnership) -> None:
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    lap.given("cancel_meeting", meeting="B01", reason="Strike.")
    assert len(lap.when("agree_commitment", **C7)) == 1


def test_a_partner_adopts_an_optional_commitment(lap: Partnership) -> None:
    facts = lap.when("adopt_commitment", **{"commitment": "C6", "partner": "BRE", "from": "2014-07-01"})
    assert facts == [CommitmentAdopted(commitment="LAP-C6", partner="BRE", adopted_from=date(2014, 7, 1))]
    assert lap.effective_on == [date(2014, 7, 1)]


def test_a_core_commitment_is_not_adopted(lap: Partnership) -> None:
    refused = lap.refusal("adopt_commitment", **{"commitment": "C1", "partner": "BRE", "from": "2014-07-01"})
    assert refused.problem == "LAP-C1 is core: it binds BRE as a full member, and supporting ones adopt it"


def test_adopting_again_from_a_later_day_changes_nothing(lap: Partnership) -> None:
    lap.given("adopt_commitment", **{"commitment": "C6", "partner": "BRE", "from": "2014-07-01"})
    assert lap.when("adopt_commitment", **{"commitment": "C6", "partner": "BRE", "from": "2014-10-01"}) == []
    assert len(lap.when("adopt_commitment", **{"commitment": "C6", "partner": "BRE", "from": "2014-04-01"})) == 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"commitment": "C9", "partner": "BRE"}, "no commitment LAP-C9; the commitments are C1, C2, C3, C4, C5, C6"),
        ({"commitment": "C6", "partner": "ZZZ"}, "no partner ZZZ; the partners are BRE, HAC, HAR, LMA"),
    ],
)
def test_what_does_not_exist_is_not_adopted(lap: Partnership, fields, problem) -> None:
    assert lap.refusal("adopt_commitment", **fields, **{"from": "2014-07-01"}).problem == problem


def test_a_target_of_nothing_is_for_single_partners_alone(lap: Partnership) -> None:
    measure = {**C7["measure"], "targets": {"HAC": 0}}
    [fact] = lap.when("agree_commitment", **{**C7, "measure": measure})
    assert fact.measure.target_for("HAC") == 0
    with pytest.raises(ValidationError):
        lap.when("agree_commitment", **{**C7, "measure": {**measure, "target": 0}})
