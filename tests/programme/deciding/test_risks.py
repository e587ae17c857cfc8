"""Risks: raised, reassessed, closed."""

from __future__ import annotations

import pytest

from contracts.events.risks import RiskClosed, RiskRaised, RiskReassessed
from tests.programme.partnerships import Partnership

R02 = {"code": "R02", "title": "Flood", "cause": "Rain", "effect": "Loss", "likelihood": 1, "impact": 5}


def test_a_risk_is_raised(lap: Partnership) -> None:
    facts = lap.when("raise_risk", **R02, owner="BRE", response="Move the stock.")
    assert facts == [
        RiskRaised(
            risk="LAP-R02",
            title="Flood",
            cause="Rain",
            effect="Loss",
            likelihood=1,
            impact=5,
            owner="BRE",
            response="Move the stock.",
        )
    ]


def test_its_reference_is_given_once(lap: Partnership) -> None:
    refused = lap.refusal("raise_risk", **{**R02, "code": "R01"}, owner="BRE")
    assert refused.problem == "LAP-R01 is taken and never given again; the next free one is R02"


def test_its_owner_is_a_partner(lap: Partnership) -> None:
    refused = lap.refusal("raise_risk", **R02, owner="ZZZ")
    assert (refused.field, refused.problem) == ("owner", "no partner ZZZ; the partners are BRE, HAC, HAR, LMA")


def test_a_risk_is_reassessed_with_a_reason(lap: Partnership) -> None:
    assert lap.when("reassess_risk", risk="R01", likelihood=5, impact=4, reason="It rains.") == [
        RiskReassessed(risk="LAP-R01", likelihood=5, impact=4, reason="It rains.")
    ]


def test_a_risk_is_closed_with_a_reason(lap: Partnership) -> None:
    assert lap.when("close_risk", risk="R01", reason="Signed.") == [RiskClosed(risk="LAP-R01", reason="Signed.")]


@pytest.mark.parametrize(("do", "fields"), [("close_risk", {}), ("reassess_risk", {"likelihood": 1, "impact": 1})])
def test_a_closed_risk_stays_as_it_is(lap: Partnership, do, fields) -> None:
    lap.given("close_risk", risk="R01", reason="Signed.")
    refused = lap.refusal(do, risk="R01", reason="Again.", **fields)
    assert refused.problem == "LAP-R01 was closed on 1 April 2014; reopen it, or raise a new risk"


@pytest.mark.parametrize(("do", "fields"), [("close_risk", {}), ("reassess_risk", {"likelihood": 1, "impact": 1})])
def test_an_unknown_risk_is_refused(lap: Partnership, do, fields) -> None:
    refused = lap.refusal(do, risk="R09", reason="Why not.", **fields)
    assert (refused.field, refused.problem) == ("risk", "no risk LAP-R09; there is only R01")
