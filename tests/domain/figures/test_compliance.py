"""Obligations and rates are as domain.md section 4 has them. Q1 is April to June 2014, due 14 July at 17:00."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.commitments import CommitmentAdopted, CommitmentWithdrawn, DerogationGranted
from contracts.events.partners import PartnerLeft
from contracts.events.projects import LeadChanged, ProjectJoined, ProjectLeft, ProjectMoved, ProjectProposed, Stage
from contracts.events.returns import (
    CommitmentAttested,
    EvidenceItem,
    EvidenceSubmitted,
    QuantityReported,
    ReportKind,
    ReportWithdrawn,
    ReturnSubmitted,
)
from domain.figures.compliance import Compliance, Counts, Status, tally
from tests.domain.history import CALENDAR, History, at

Q1 = CALENDAR.quarter("2014-15 Q1")
Q2 = CALENDAR.quarter("2014-15 Q2")
ATTESTATION = {"kind": "attestation"}
WITH_EVIDENCE = {"kind": "attestation", "evidence_required": True}
SIX_DAYS = {"kind": "quantity", "unit": "days", "target": "6", "targets": {"LMA": "20"}}
TWO_ITEMS = {"kind": "evidence", "minimum": 2}
MINUTES = EvidenceItem(title="Minutes")
BEFORE_DUE, AFTER_DUE = "2014-07-10", "2014-07-20"
LATER = at("2014-08-01")


def status(history: History, partner: str = "BRE", *, quarter=Q1, as_at: datetime = LATER) -> Status:
    compliance = Compliance(history.register(as_at), as_at)
    [obligation] = [each for each in compliance.quarter(quarter).obligations if each.partner == partner]
    return obligation.status


def attests(answer: str, period: str = "2014-15 Q1", evidence: EvidenceItem | None = None) -> CommitmentAttested:
    return CommitmentAttested(commitment="LAP-C1", partner="BRE", period=period, answer=answer, evidence=evidence)


def reports(amount: str, on: str = "2014-05-01", partner: str = "BRE") -> QuantityReported:
    return QuantityReported(commitment="LAP-C1", partner=partner, on=date.fromisoformat(on), amount=amount)


def submits(on: str = "2014-05-01") -> EvidenceSubmitted:
    return EvidenceSubmitted(commitment="LAP-C1", partner="BRE", on=date.fromisoformat(on), evidence=MINUTES)


# -- attestation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "told", "expected"),
    [
        (ATTESTATION, [attests("yes")], Status.MET),
        (ATTESTATION, [attests("partly")], Status.PARTLY_MET),
        (ATTESTATION, [attests("no")], Status.NOT_MET),
        (ATTESTATION, [], Status.NOT_REPORTED),
        (WITH_EVIDENCE, [attests("yes", evidence=MINUTES)], Status.MET),
        (WITH_EVIDENCE, [attests("yes")], Status.PARTLY_MET),
        (WITH_EVIDENCE, [attests("no", evidence=MINUTES)], Status.NOT_MET),
        (ATTESTATION, [attests("no"), attests("yes")], Status.MET),
        (ATTESTATION, [attests("yes"), attests("no")], Status.NOT_MET),
        (ATTESTATION, [attests("yes", period="2014-15 Q2")], Status.NOT_REPORTED),
    ],
)
def test_the_latest_attestation_of_the_period_decides(measure: dict, told: list, expected: Status):
    assert status(History("BRE").agreed("C1", measure).told(BEFORE_DUE, *told)) is expected


def test_what_is_met_only_after_the_due_instant_is_met_late():
    history = History("BRE").agreed("C1", ATTESTATION).told(BEFORE_DUE, attests("no")).told(AFTER_DUE, attests("yes"))
    assert status(history) is Status.MET_LATE


def test_what_was_met_in_time_and_is_attested_again_later_stays_met():
    history = History("BRE").agreed("C1", ATTESTATION).told(BEFORE_DUE, attests("yes")).told(AFTER_DUE, attests("yes"))
    assert status(history) is Status.MET


def test_a_fact_recorded_at_the_very_due_instant_is_in_time():
    history = History("BRE").agreed("C1", ATTESTATION).told("2014-07-14", attests("yes"), clock="17:00")
    assert status(history) is Status.MET


def test_a_fact_recorded_after_the_instant_is_not_seen():
    history = History("BRE").agreed("C1", ATTESTATION).told(AFTER_DUE, attests("yes"))
    assert status(history, as_at=at("2014-07-19")) is Status.NOT_REPORTED


# -- quantity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([reports("6")], Status.MET),
        ([reports("2.50"), reports("3.50")], Status.MET),
        ([reports("5.99")], Status.PARTLY_MET),
        ([reports("3")], Status.PARTLY_MET),
        ([reports("2.99")], Status.NOT_MET),
        ([reports("0")], Status.NOT_MET),
        ([], Status.NOT_REPORTED),
        ([reports("6", on="2014-03-31")], Status.NOT_REPORTED),
        ([reports("3", on="2014-04-01"), reports("3", on="2014-06-30")], Status.MET),
        ([reports("3", on="2014-06-30"), reports("3", on="2014-07-01")], Status.PARTLY_MET),
    ],
)
def test_amounts_dated_within_the_period_add_up_to_the_target(told: list, expected: Status):
    assert status(History("BRE").agreed("C1", SIX_DAYS).told(BEFORE_DUE, *told)) is expected


def test_a_partner_can_have_a_target_of_its_own():
    history = History("LMA").agreed("C1", SIX_DAYS).told(BEFORE_DUE, reports("10", partner="LMA"))
    assert status(history, "LMA") is Status.PARTLY_MET


def test_a_withdrawn_amount_counts_no_more():
    history = History("BRE").agreed("C1", SIX_DAYS).told(BEFORE_DUE, reports("6"))
    report = history.events[-1].version
    withdrawn = ReportWithdrawn(
        what=ReportKind.QUANTITY,
        commitment="LAP-C1",
        partner="BRE",
        on=date(2014, 5, 1),
        report=report,
        reason="Twice.",
    )
    history.told(AFTER_DUE, withdrawn)
    assert status(history, as_at=at("2014-07-16")) is Status.MET
    assert status(history) is Status.NOT_REPORTED


# -- evidence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([submits(), submits("2014-06-01")], Status.MET),
        ([submits()], Status.PARTLY_MET),
        ([], Status.NOT_REPORTED),
        ([submits(), submits("2014-07-01")], Status.PARTLY_MET),
    ],
)
def test_items_of_evidence_dated_within_the_period_are_counted(told: list, expected: Status):
    assert status(History("BRE").agreed("C1", TWO_ITEMS).told(BEFORE_DUE, *told)) is expected


# -- derived measures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [(BEFORE_DUE, Status.MET), (AFTER_DUE, Status.MET_LATE), (None, Status.NOT_REPORTED)],
)
def test_a_return_is_met_by_its_deadline_and_met_late_after(submitted: str | None, expected: Status):
    history = History("BRE").agreed("C1", {"kind": "return_on_time"})
    if submitted:
        history.told(submitted, ReturnSubmitted(partner="BRE", quarter="2014-15 Q1"))
    assert status(history) is expected


def project(stage: Stage, lead: str = "BRE", *taking_part: str) -> ProjectProposed:
    return ProjectProposed(
        project="LAP-P01",
        title="Catalogue",
        purpose="",
        lead=lead,
        taking_part=taking_part,
        stage=stage,
        tolerance_days=14,
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([project(Stage.IN_DELIVERY)], Status.MET),
        ([project(Stage.IN_DELIVERY, "HAC", "BRE")], Status.MET),
        ([project(Stage.IN_DELIVERY, "HAC")], Status.NOT_MET),
        ([project(Stage.APPROVED)], Status.NOT_MET),
    ],
)
def test_taking_part_is_derived_from_projects_in_delivery(told: list, expected: Status):
    history = History("BRE").agreed("C1", {"kind": "takes_part"}).told("2014-05-01", *told)
    assert status(history) is expected


def test_taking_part_ends_with_delivery():
    moved = ProjectMoved(project="LAP-P01", stage=Stage.CLOSING)
    history = History("BRE").agreed("C1", {"kind": "takes_part"})
    history.told("2014-05-01", project(Stage.IN_DELIVERY)).told("2014-06-30", moved)
    assert status(history) is Status.MET
    assert status(history, quarter=Q2, as_at=at("2014-11-01")) is Status.NOT_MET


def test_taking_part_is_not_yet_due_before_the_due_instant():
    history = History("BRE").agreed("C1", {"kind": "takes_part"})
    assert status(history, as_at=at("2014-07-14", "16:59")) is Status.NOT_YET_DUE
    assert status(history, as_at=at("2014-07-14", "17:00")) is Status.NOT_MET


# -- not applicable, derogated, not yet due ---------------------------------------------------------------------------


def test_a_partner_that_joined_after_the_first_day_is_not_asked():
    history = History().agreed("C1", ATTESTATION).admitted("2014-04-02", "BRE")
    assert status(history) is Status.NOT_APPLICABLE
    assert status(history, quarter=Q2, as_at=at("2014-11-01")) is Status.NOT_REPORTED


@pytest.mark.parametrize(
    ("left_on", "expected"),
    [(date(2014, 6, 30), Status.NOT_APPLICABLE), (date(2014, 7, 1), Status.NOT_REPORTED)],
)
def test_a_partner_that_left_by_the_last_day_is_not_asked(left_on: date, expected: Status):
    history = History("BRE").agreed("C1", ATTESTATION).told(BEFORE_DUE, PartnerLeft(partner="BRE", left_on=left_on))
    assert status(history) is expected


def test_a_commitment_that_came_into_force_within_the_period_does_not_apply_to_it():
    assert status(History("BRE").agreed("C1", ATTESTATION, in_force_from=date(2014, 4, 2))) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("withdrawn_on", "expected"),
    [(date(2014, 6, 30), Status.NOT_APPLICABLE), (date(2014, 7, 1), Status.NOT_REPORTED)],
)
def test_a_commitment_withdrawn_by_the_last_day_does_not_apply(withdrawn_on: date, expected: Status):
    withdrawn = CommitmentWithdrawn(commitment="LAP-C1", withdrawn_on=withdrawn_on)
    assert status(History("BRE").agreed("C1", ATTESTATION).told(BEFORE_DUE, withdrawn)) is expected


@pytest.mark.parametrize(
    ("adopted_from", "expected"),
    [
        (None, Status.NOT_APPLICABLE),
        (date(2014, 4, 1), Status.NOT_REPORTED),
        (date(2014, 4, 2), Status.NOT_APPLICABLE),
    ],
)
def test_an_optional_commitment_applies_to_those_who_had_adopted_it_by_the_first_day(adopted_from, expected: Status):
    history = History("BRE").agreed("C1", ATTESTATION, core=False)
    if adopted_from:
        history.told(BEFORE_DUE, CommitmentAdopted(commitment="LAP-C1", partner="BRE", adopted_from=adopted_from))
    assert status(history) is expected


def test_a_derogation_covers_its_periods_even_where_the_commitment_was_met():
    granted = DerogationGranted(commitment="LAP-C1", partner="BRE", periods=("2014-15 Q1",), decision="LAP-D01")
    history = History("BRE").agreed("C1", ATTESTATION).told(BEFORE_DUE, attests("yes"), granted)
    assert status(history) is Status.DEROGATED
    assert status(history, quarter=Q2, as_at=at("2014-11-01")) is Status.NOT_REPORTED


def test_an_obligation_is_not_yet_due_until_its_due_instant_and_met_as_soon_as_it_is_met():
    history = History("BRE").agreed("C1", ATTESTATION).told(BEFORE_DUE, attests("partly"))
    assert status(history, as_at=at("2014-07-14", "16:59")) is Status.NOT_YET_DUE
    assert status(history, as_at=at("2014-07-14", "17:00")) is Status.PARTLY_MET
    history.told("2014-07-12", attests("yes"))
    assert status(history, as_at=at("2014-07-13")) is Status.MET


def test_a_moved_meeting_moves_the_due_instant():
    history = History("BRE").agreed("C1", ATTESTATION).meeting("2014-06-01", "B01", "2014-08-14")
    history.told(AFTER_DUE, attests("yes"))
    # The cut-off of a meeting on 14 August is 1 August at 17:00.
    assert status(history, as_at=at("2014-08-01", "17:00")) is Status.MET


# -- periods of a year and once ---------------------------------------------------------------------------------------


def test_an_obligation_of_a_year_is_counted_in_the_quarter_in_which_the_year_ends():
    history = History("BRE").agreed("C1", TWO_ITEMS, period="year").told("2014-12-01", submits(), submits("2014-11-30"))
    as_at = at("2015-05-01")
    compliance = Compliance(history.register(as_at), as_at)
    assert compliance.quarter(CALENDAR.quarter("2014-15 Q3")).obligations == ()
    [obligation] = compliance.quarter(CALENDAR.quarter("2014-15 Q4")).obligations
    assert (obligation.period.label, obligation.status) == ("2014-15", Status.MET)


def test_an_obligation_that_falls_due_once_is_counted_in_the_quarter_of_its_last_day():
    history = History("BRE").agreed("C1", ATTESTATION, period="once", by=date(2014, 12, 31))
    history.told("2014-10-01", attests("yes", period="once"))
    as_at = at("2015-02-01")
    [obligation] = Compliance(history.register(as_at), as_at).quarter(CALENDAR.quarter("2014-15 Q3")).obligations
    assert (obligation.period.label, obligation.status) == ("once", Status.MET)


def test_obligations_still_running_are_listed_apart():
    history = History("BRE").agreed("C1", ATTESTATION).agreed("C2", TWO_ITEMS, period="year")
    as_at = at("2014-08-01")
    running = Compliance(history.register(as_at), as_at).running(Q1)
    assert [(each.commitment, each.period.label, each.status) for each in running] == [
        ("LAP-C1", "2014-15 Q2", Status.NOT_YET_DUE),
        ("LAP-C2", "2014-15", Status.NOT_YET_DUE),
    ]


# -- rates ------------------------------------------------------------------------------------------------------------


def test_the_rate_is_met_and_met_late_of_all_that_count_rounded_half_up():
    assert Counts(met=61, met_late=3, partly_met=5, not_met=2, not_reported=28).rate == 65
    assert Counts(met=1, not_met=7).rate == 13
    assert Counts(met=1, not_met=2).rate == 33


def test_with_nothing_due_there_is_no_rate():
    assert tally([]).rate is None


@given(*[st.integers(0, 500)] * 5)
def test_a_rate_is_within_half_a_per_cent_of_the_exact_one(met: int, late: int, partly: int, no: int, silent: int):
    counts = Counts(met, late, partly, no, silent)
    if counts.due:
        assert 0 <= counts.rate <= 100
        assert abs(counts.rate - 100 * counts.fulfilled / counts.due) <= 0.5


def test_the_counts_by_partner_and_by_commitment_add_up_to_the_whole():
    history = (
        History("BRE", "HAC", "LMA").agreed("C1", ATTESTATION).agreed("C2", SIX_DAYS).told(BEFORE_DUE, attests("yes"))
    )
    result = Compliance(history.register(LATER), LATER).quarter(Q1)
    whole = result.partnership
    assert whole == Counts(met=1, not_reported=5)
    for parts in (result.by_partner, result.by_commitment):
        assert sum(part.met for part in parts.values()) == whole.met
        assert sum(part.not_reported for part in parts.values()) == whole.not_reported


def test_the_trend_counts_the_four_quarters_before_as_at_the_same_instant():
    history = History("BRE").agreed("C1", ATTESTATION).told("2014-11-01", attests("yes"))
    as_at = at("2015-02-01")
    trend = Compliance(history.register(as_at), as_at).trend(CALENDAR.quarter("2014-15 Q3"))
    assert [(each.quarter.label, each.partnership.rate) for each in trend] == [
        ("2013-14 Q3", None),
        ("2013-14 Q4", None),
        ("2014-15 Q1", 100),
        ("2014-15 Q2", 0),
    ]


@pytest.mark.parametrize("told", [[], [reports("3", partner="HAC")]])
def test_a_partner_whose_own_target_is_nothing_has_no_such_obligation(told: list):
    history = History("BRE", "HAC").agreed("C1", {**SIX_DAYS, "targets": {"HAC": "0"}}).told(BEFORE_DUE, *told)
    assert status(history, "HAC") is Status.NOT_APPLICABLE
    assert status(history, "BRE") is Status.NOT_REPORTED
    assert Compliance(history.register(), LATER).quarter(Q1).by_partner["HAC"].due == 0


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], Status.MET),
        ([ProjectLeft(project="LAP-P01", partner="BRE", left_on=date(2014, 4, 1), reason="No")], Status.NOT_MET),
        ([ProjectLeft(project="LAP-P01", partner="BRE", left_on=date(2014, 4, 2), reason="No")], Status.MET),
        (
            [
                ProjectLeft(project="LAP-P01", partner="BRE", left_on=date(2014, 4, 1), reason="No"),
                ProjectJoined(project="LAP-P01", partner="BRE", since=date(2014, 6, 30)),
            ],
            Status.MET,
        ),
        (
            [
                ProjectLeft(project="LAP-P01", partner="BRE", left_on=date(2014, 4, 1), reason="No"),
                ProjectJoined(project="LAP-P01", partner="BRE", since=date(2014, 7, 1)),
            ],
            Status.NOT_MET,
        ),
        (
            [
                ProjectLeft(project="LAP-P01", partner="BRE", left_on=date(2014, 4, 1), reason="No"),
                LeadChanged(project="LAP-P01", lead="BRE", since=date(2014, 6, 1), reason="Yes"),
            ],
            Status.MET,
        ),
    ],
)
def test_taking_part_counts_the_days_on_which_the_partner_was_in(told: list, expected: Status):
    history = History("BRE", "HAC").agreed("C1", {"kind": "takes_part"})
    proposed = ProjectProposed(
        project="LAP-P01",
        title="Catalogue",
        purpose="",
        lead="HAC",
        taking_part=("BRE",),
        stage=Stage.IN_DELIVERY,
        tolerance_days=14,
    )
    assert status(history.told("2014-04-01", proposed, *told)) is expected
