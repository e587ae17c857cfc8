"""A breach is a core commitment failed by one partner in two periods running. Source: domain.md section 4."""

from __future__ import annotations

from contracts.events.commitments import CommitmentAdopted, DerogationGranted
from contracts.events.returns import CommitmentAttested
from domain.figures.breaches import Breach, breaches
from domain.figures.compliance import Compliance
from tests.domain.history import FORMED_ON, History, at

ATTESTATION = {"kind": "attestation"}


def found(history: History, as_at: str) -> list[Breach]:
    instant = at(as_at)
    return breaches(Compliance(history.register(instant), instant))


def attests(period: str, answer: str = "yes") -> CommitmentAttested:
    return CommitmentAttested(commitment="LAP-C1", partner="HAR", period=period, answer=answer)


def derogates(*periods: str) -> DerogationGranted:
    return DerogationGranted(commitment="LAP-C1", partner="HAR", periods=periods, decision="LAP-D01")


def test_it_arises_at_the_due_instant_of_the_second_period_running():
    history = History("HAR").agreed("C1", ATTESTATION)
    assert found(history, "2014-08-01") == []
    assert found(history, "2014-10-13") == []
    assert found(history, "2014-10-15") == [Breach("LAP-C1", "HAR", ("2014-15 Q1", "2014-15 Q2"))]


def test_partly_met_not_met_and_not_reported_all_count():
    history = History("HAR").agreed("C1", ATTESTATION)
    history.told("2014-07-01", attests("2014-15 Q1", "partly")).told("2014-10-01", attests("2014-15 Q2", "no"))
    assert len(found(history, "2014-11-01")) == 1


def test_it_lists_the_last_two_periods():
    assert found(History("HAR").agreed("C1", ATTESTATION), "2015-02-01") == [
        Breach("LAP-C1", "HAR", ("2014-15 Q2", "2014-15 Q3"))
    ]


def test_one_period_met_between_two_failed_ones_is_no_breach():
    history = History("HAR").agreed("C1", ATTESTATION).told("2014-10-01", attests("2014-15 Q2"))
    assert found(history, "2015-02-01") == []


def test_it_is_cured_when_a_period_is_met_late():
    history = History("HAR").agreed("C1", ATTESTATION).told("2014-11-01", attests("2014-15 Q1"))
    assert len(found(history, "2014-10-31")) == 1
    assert found(history, "2014-11-02") == []


def test_derogated_periods_are_skipped_over():
    history = History("HAR").agreed("C1", ATTESTATION).told("2014-10-01", derogates("2014-15 Q2"))
    assert found(history, "2014-11-01") == []
    assert found(history, "2015-02-01") == [Breach("LAP-C1", "HAR", ("2014-15 Q1", "2014-15 Q3"))]


def test_periods_in_which_the_partner_was_no_member_are_skipped_over():
    history = History().agreed("C1", ATTESTATION).admitted("2014-06-01", "HAR")
    assert found(history, "2014-11-01") == []
    assert len(found(history, "2015-02-01")) == 1


def test_optional_commitments_are_not_breached():
    history = History("HAR").agreed("C1", ATTESTATION, core=False)
    history.told("2014-04-01", CommitmentAdopted(commitment="LAP-C1", partner="HAR", adopted_from=FORMED_ON))
    assert found(history, "2015-02-01") == []
