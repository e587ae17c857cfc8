"""What partners report: attestations, amounts, evidence, corrections, returns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from contracts.events.returns import (
    Answer,
    CommitmentAttested,
    EvidenceItem,
    EvidenceSubmitted,
    QuantityReported,
    ReportKind,
    ReportWithdrawn,
    ReturnSubmitted,
)
from tests.programme.partnerships import Partnership, london

ATTESTED = {"commitment": "C1", "partner": "BRE", "period": "2014-15 Q2", "answer": "yes"}
AMOUNT = {"commitment": "C2", "partner": "BRE", "on": "2014-08-04", "amount": 4.5}
EVIDENCE = {"commitment": "C3", "partner": "BRE", "on": "2014-08-04", "title": "Exhibition"}


@pytest.fixture
def lap() -> Partnership:
    """The partnership half a year on: what is said to have happened has come."""
    return london().at(date(2014, 10, 31))


def test_a_partner_attests_for_a_period(lap: Partnership) -> None:
    facts = lap.when("attest_commitment", **ATTESTED, evidence={"title": "Minutes", "link": "https://brent.example"})
    assert facts == [
        CommitmentAttested(
            commitment="LAP-C1",
            partner="BRE",
            period="2014-15 Q2",
            answer=Answer.YES,
            evidence=EvidenceItem(title="Minutes", link="https://brent.example"),
        )
    ]
    assert lap.effective_on == [date(2014, 9, 30)]


def test_a_yes_without_the_evidence_that_is_required_is_taken(lap: Partnership) -> None:
    [fact] = lap.when("attest_commitment", **ATTESTED)
    assert fact.evidence is None


def test_what_falls_due_once_is_attested_for_once(lap: Partnership) -> None:
    lap.when("attest_commitment", commitment="C4", partner="BRE", period="once", answer="partly")
    assert lap.effective_on == [date(2014, 12, 31)]


@pytest.mark.parametrize(
    ("commitment", "period", "problem"),
    [
        ("C1", "2014-15", "'2014-15' is not a quarter; write one as '2014-15 Q2'; LAP-C1 falls due every quarter"),
        ("C1", "once", "'once' is not a quarter; write one as '2014-15 Q2'; LAP-C1 falls due every quarter"),
        ("C1", "2014 Q2", "'2014 Q2' is not a quarter; write one as '2014-15 Q2'; LAP-C1 falls due every quarter"),
        ("C4", "2014-15 Q2", "LAP-C4 falls due once; its period is written 'once', not '2014-15 Q2'"),
        ("C1", "1812-13 Q2", "'1812-13 Q2' is too far away"),
    ],
)
def test_a_period_of_the_wrong_kind_is_refused(lap: Partnership, commitment, period, problem) -> None:
    refused = lap.refusal("attest_commitment", **{**ATTESTED, "commitment": commitment, "period": period})
    assert refused.field == "period"
    assert refused.problem.startswith(problem)


def test_a_partner_does_not_attest_for_a_period_in_which_it_was_never_a_member(lap: Partnership) -> None:
    lap.given("record_partner_leaving", partner="HAR", left_on="2014-07-01")
    before = lap.refusal("attest_commitment", **{**ATTESTED, "period": "2013-14 Q4"})
    after = lap.refusal("attest_commitment", **{**ATTESTED, "partner": "HAR"})
    assert before.problem == "BRE joined on 1 April 2014, after 2013-14 Q4 had ended; it has nothing to attest"
    assert after.problem == "HAR left on 1 July 2014, before 2014-15 Q2 began; it has nothing to attest"


def test_a_partner_that_was_a_member_for_one_day_of_a_period_attests_for_it(lap: Partnership) -> None:
    lap.given("record_partner_leaving", partner="HAR", left_on="2014-07-02")
    assert len(lap.when("attest_commitment", **{**ATTESTED, "partner": "HAR"})) == 1


def test_an_amount_is_reported(lap: Partnership) -> None:
    assert lap.when("report_quantity", **AMOUNT, note="Two cataloguers") == [
        QuantityReported(
            commitment="LAP-C2", partner="BRE", on=date(2014, 8, 4), amount=Decimal("4.50"), note="Two cataloguers"
        )
    ]
    assert lap.effective_on == [date(2014, 8, 4)]


def test_evidence_is_submitted(lap: Partnership) -> None:
    assert lap.when("submit_evidence", **EVIDENCE, link="https://brent.example/show") == [
        EvidenceSubmitted(
            commitment="LAP-C3",
            partner="BRE",
            on=date(2014, 8, 4),
            evidence=EvidenceItem(title="Exhibition", link="https://brent.example/show"),
        )
    ]


@pytest.mark.parametrize(
    ("do", "fields", "commitment", "problem"),
    [
        ("attest_commitment", ATTESTED, "C2", "LAP-C2 is measured by quantity: amounts are reported for it"),
        ("attest_commitment", ATTESTED, "C5", "LAP-C5 is measured by return_on_time: nothing is reported for it"),
        ("report_quantity", AMOUNT, "C1", "LAP-C1 is measured by attestation: it is attested (attest_commitment)"),
        ("report_quantity", AMOUNT, "C3", "LAP-C3 is measured by evidence: evidence is submitted for it"),
        ("submit_evidence", EVIDENCE, "C2", "LAP-C2 is measured by quantity: amounts are reported for it"),
        ("submit_evidence", EVIDENCE, "C9", "no commitment LAP-C9; the commitments are C1, C2, C3, C4, C5, C6"),
    ],
)
def test_a_commitment_is_reported_on_by_its_own_measure(lap: Partnership, do, fields, commitment, problem) -> None:
    refused = lap.refusal(do, **{**fields, "commitment": commitment})
    assert refused.field == "commitment"
    assert refused.problem.startswith(problem)


@pytest.mark.parametrize(
    ("do", "fields"),
    [("attest_commitment", ATTESTED), ("report_quantity", AMOUNT), ("submit_evidence", EVIDENCE)],
)
def test_only_partners_report(lap: Partnership, do, fields) -> None:
    assert lap.refusal(do, **{**fields, "partner": "ZZZ"}).field == "partner"


def test_the_latest_report_of_a_date_is_taken_back(lap: Partnership) -> None:
    lap.given("report_quantity", **AMOUNT).given("report_quantity", **{**AMOUNT, "amount": 9})
    latest = lap.register.position.version
    facts = lap.when(
        "withdraw_report", what="quantity", commitment="C2", partner="BRE", on="2014-08-04", reason="Twice."
    )
    assert facts == [
        ReportWithdrawn(
            what=ReportKind.QUANTITY,
            commitment="LAP-C2",
            partner="BRE",
            on=date(2014, 8, 4),
            report=latest,
            reason="Twice.",
        )
    ]


def test_a_report_is_taken_back_once(lap: Partnership) -> None:
    withdrawal = {"what": "evidence", "commitment": "C3", "partner": "BRE", "on": "2014-08-04", "reason": "Wrong."}
    lap.given("submit_evidence", **EVIDENCE).given("withdraw_report", **withdrawal)
    refused = lap.refusal("withdraw_report", **withdrawal)
    assert refused.field == "on"
    assert refused.problem == "no evidence of BRE for LAP-C3 is dated 4 August 2014; there is none to take back"


def test_a_report_of_another_date_is_told(lap: Partnership) -> None:
    lap.given("report_quantity", **AMOUNT)
    refused = lap.refusal(
        "withdraw_report", what="quantity", commitment="C2", partner="BRE", on="2014-08-05", reason="Wrong."
    )
    assert refused.problem == "no amount of BRE for LAP-C2 is dated 5 August 2014; there is some of 4 August 2014"


def test_a_return_is_submitted_for_a_quarter(lap: Partnership) -> None:
    facts = lap.when("submit_return", partner="BRE", quarter="2014-15 Q2", nothing_changed=True)
    assert facts == [ReturnSubmitted(partner="BRE", quarter="2014-15 Q2", nothing_changed=True)]
    assert lap.effective_on == [date(2014, 9, 30)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"partner": "ZZZ", "quarter": "2014-15 Q2"}, "partner"), ({"partner": "BRE", "quarter": "2014 Q2"}, "quarter")],
)
def test_a_return_of_nobody_or_for_no_quarter_is_refused(lap: Partnership, fields, field) -> None:
    assert lap.refusal("submit_return", **fields).field == field


def test_a_return_takes_a_note_to_the_board(lap: Partnership) -> None:
    note = "We are short of a cataloguer."
    facts = lap.when("submit_return", partner="BRE", quarter="2014-15 Q1", note=f" {note} ")
    assert facts == [ReturnSubmitted(partner="BRE", quarter="2014-15 Q1", note=note)]


@pytest.mark.parametrize("note", ["", "n" * 1_001])
def test_a_note_has_up_to_a_thousand_characters(lap: Partnership, note: str) -> None:
    with pytest.raises(ValidationError):
        lap.when("submit_return", partner="BRE", quarter="2014-15 Q1", note=note)
