"""Supporting members in the figures, and what partners that left still own. Source: domain.md section 10."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.capacity import CapacityReleased
from contracts.events.commitments import CommitmentAdopted
from contracts.events.decisions import ActionAssigned, ActionDropped, DecisionRecorded
from contracts.events.partners import PartnerAdmitted, PartnerAmended, PartnerLeavingWithdrawn, PartnerLeft
from contracts.events.partnership import Role
from contracts.events.projects import (
    LeadChanged,
    MilestoneAdded,
    MilestoneAmended,
    MilestoneCompleted,
    ProjectMoved,
    ProjectProposed,
)
from contracts.events.reporting import ReturnDue
from contracts.events.risks import RiskAmended, RiskClosed, RiskRaised
from domain.figures.breaches import breaches
from domain.figures.compliance import Compliance
from domain.figures.load import loads
from domain.figures.ownership import to_hand_over
from domain.figures.silence import silent_partners
from domain.figures.timetable import Duty, DutyKind, expected_partners
from services.reporting.announcements import return_facts
from services.reporting.pack.sections.recipients import recipients
from tests.domain.history import CALENDAR, History, at

Q1, Q2 = (CALENDAR.quarter(f"2014-15 Q{number}") for number in (1, 2))
SUPPORTS = PartnerAdmitted(
    partner="TNA", name="Archives", kind="national_body", membership="supporting", joined_on=date(2014, 4, 1)
)
LED_BY_TNA = ProjectProposed(
    project="LAP-P01", title="t", purpose="", lead="TNA", stage="in_delivery", tolerance_days=14
)


def history() -> History:
    return History("BRE").told("2014-04-01", SUPPORTS)


def becomes(membership: str, since: str) -> PartnerAmended:
    return PartnerAmended(partner="TNA", membership=membership, membership_from=since, reason="r")


def status(told: History, quarter=Q2, as_at: str = "2014-10-31", partner: str = "TNA") -> str:
    instant = at(as_at)
    found = Compliance(told.register(instant), instant).quarter(quarter).obligations
    return next(each.status.value for each in found if each.partner == partner)


# -- obligations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("adopted_from", "expected"), [
    (None, "not_applicable"), ("2014-07-01", "not_reported"), ("2014-07-02", "not_applicable"),
])  # fmt: skip
def test_a_core_commitment_binds_a_supporting_member_that_had_adopted_it_by_the_first_day(adopted_from, expected):
    told = history().agreed("C1", {"kind": "attestation"})
    if adopted_from:
        told.told("2014-06-01", CommitmentAdopted(commitment="LAP-C1", partner="TNA", adopted_from=adopted_from))
    assert status(told) == expected
    assert status(told, partner="BRE") == "not_reported"


@pytest.mark.parametrize(("since", "expected"), [
    ("2014-07-01", "not_reported"), ("2014-07-02", "not_applicable"), ("2014-10-01", "not_applicable"),
])  # fmt: skip
def test_a_core_commitment_binds_whoever_is_a_full_member_on_the_first_and_last_day(since: str, expected: str):
    told = history().agreed("C1", {"kind": "attestation"}).told("2014-05-01", becomes("full", since))
    assert status(told) == expected


def test_a_change_that_reaches_back_changes_statuses_as_at_instants_after_it_was_recorded_only():
    told = History("BRE").agreed("C1", {"kind": "attestation"})
    told.told(
        "2014-10-20", PartnerAmended(partner="BRE", membership="supporting", membership_from="2014-04-01", reason="r")
    )
    assert status(told, as_at="2014-10-19", partner="BRE") == "not_reported"
    assert status(told, as_at="2014-10-21", partner="BRE") == "not_applicable"


def test_what_a_supporting_member_adopted_counts_and_can_be_in_breach():
    told = history().agreed("C1", {"kind": "attestation"})
    told.told("2014-04-02", CommitmentAdopted(commitment="LAP-C1", partner="TNA", adopted_from="2014-04-01"))
    instant = at("2014-10-31")
    compliance = Compliance(told.register(), instant)
    assert compliance.quarter(Q2).by_partner["TNA"].not_reported == 1
    assert [each.partner for each in breaches(compliance)] == ["BRE", "TNA"]


# -- load, silence, returns -----------------------------------------------------------------------------------------


def test_the_mean_of_the_load_is_over_full_members_and_a_supporting_one_has_a_ratio_all_the_same():
    told = history().admitted("2014-04-01", "HAC")
    for partner, days in (("BRE", "4"), ("HAC", "2"), ("TNA", "9")):
        told.told("2014-08-01", CapacityReleased(partner=partner, project="LAP-P01", on=date(2014, 8, 1), days=days))
    found = {
        each.partner: (str(each.ratio), [flag.value for flag in each.flags]) for each in loads(told.register(), Q2)
    }
    assert found == {"BRE": ("1.33", []), "HAC": ("0.67", []), "TNA": ("3.00", ["carrying_more_than_its_share"])}


def test_a_supporting_member_is_not_listed_as_silent():
    assert silent_partners(history().register(), Q2, date(2014, 10, 3)) == {"BRE": 185}


@pytest.mark.parametrize(("recorded", "joined_on", "days"), [
    ("2014-05-01", "2014-06-01", 124), ("2014-06-01", "2014-05-01", 124), ("2014-05-01", "2014-07-01", None),
    ("2014-05-01", "2014-11-01", None),
])  # fmt: skip
def test_a_partner_that_recorded_nothing_is_silent_from_its_joining_or_the_recording_of_it(recorded, joined_on, days):
    told = History().admitted(recorded, "HAC", joined_on)
    assert silent_partners(told.register(), Q2, date(2014, 10, 3)).get("HAC") == days


def test_a_supporting_member_owes_a_return_if_it_has_something_to_report():
    assert expected_partners(history().register(), Q2) == ["BRE"]
    assert expected_partners(history().told("2014-05-01", LED_BY_TNA).register(), Q2) == ["BRE", "TNA"]


@pytest.mark.parametrize(("measure", "owes"), [("attestation", True), ("return_on_time", True), ("takes_part", False)])
def test_or_if_it_is_bound_by_a_commitment_that_is_reported(measure: str, owes: bool):
    told = history().agreed("C1", {"kind": measure})
    assert expected_partners(told.register(), Q2) == ["BRE"]
    told.told("2014-05-01", CommitmentAdopted(commitment="LAP-C1", partner="TNA", adopted_from="2014-07-01"))
    assert ("TNA" in expected_partners(told.register(), Q2)) is owes


def test_an_ended_project_and_a_closed_risk_are_nothing_to_report_on():
    told = history().told("2014-05-01", LED_BY_TNA)
    told.told("2014-06-01", ProjectMoved(project="LAP-P01", stage="stopped", decision="LAP-D01"))
    assert expected_partners(told.register(), Q2) == ["BRE"]


# -- partners that left ---------------------------------------------------------------------------------------------


def left_behind() -> History:
    told = History("BRE", "TNA").told("2014-05-01", LED_BY_TNA)
    decided = DecisionRecorded(decision="LAP-D01", outcome="agreed", text="t", quorate=True)
    assessed = {"title": "t", "cause": "", "effect": "", "likelihood": 1, "impact": 1, "response": ""}
    told.told(
        "2014-05-02",
        MilestoneAdded(milestone="LAP-P01-M01", title="t", owner="TNA", forecast=date(2014, 9, 1)),
        MilestoneAdded(milestone="LAP-P01-M02", title="t", owner="TNA", forecast=date(2014, 9, 1)),
        MilestoneAdded(milestone="LAP-P01-M03", title="t", owner="BRE", forecast=date(2014, 9, 1)),
        MilestoneCompleted(milestone="LAP-P01-M02", actual=date(2014, 5, 1)),
        decided,
        ActionAssigned(action="LAP-A01", decision="LAP-D01", text="t", owner="TNA", due=date(2014, 9, 1)),
        *(RiskRaised(risk=f"LAP-R0{number}", owner="TNA", **assessed) for number in (1, 2)),
        RiskClosed(risk="LAP-R01", reason="r"),
    )
    return told.told("2014-06-01", PartnerLeft(partner="TNA", left_on=date(2014, 7, 1)))


def test_what_is_open_and_led_or_owned_by_a_partner_that_left_is_to_be_handed_over():
    register = left_behind().register()
    found = [each.reference for each in to_hand_over(register, date(2014, 7, 1))]
    assert found == ["LAP-P01", "LAP-P01-M01", "LAP-A01", "LAP-R02"]
    assert to_hand_over(register, date(2014, 6, 30)) == []


def test_it_stands_there_until_it_is_handed_over():
    told = left_behind().told(
        "2014-07-02",
        LeadChanged(project="LAP-P01", lead="BRE", since=date(2014, 7, 3), reason="r"),
        MilestoneAmended(milestone="LAP-P01-M01", owner="BRE", reason="r"),
        ActionDropped(action="LAP-A01", reason="r"),
        RiskAmended(risk="LAP-R02", owner="BRE", reason="r"),
    )
    register = told.register()
    assert [each.reference for each in to_hand_over(register, date(2014, 7, 2))] == ["LAP-P01"]
    assert to_hand_over(register, date(2014, 7, 3)) == []


def test_their_people_get_no_papers_from_the_day_they_left_on():
    told = History("BRE", "HAC").appointed("LAP-U002", Role.CHAIR, partners=("BRE",))
    told.appointed("LAP-U003", Role.BOARD_MEMBER, partners=("HAC",))
    told.appointed("LAP-U004", Role.CHAIR, Role.SUBSTITUTE, partners=("BRE", "HAC"))
    register = told.told("2014-06-01", PartnerLeft(partner="HAC", left_on=date(2014, 7, 1))).register()
    assert [each.id for each in recipients(register, date(2014, 6, 30))] == ["LAP-U002", "LAP-U004", "LAP-U003"]
    assert [each.id for each in recipients(register, date(2014, 7, 1))] == ["LAP-U002", "LAP-U004"]


def test_nobody_is_reminded_of_the_return_of_a_partner_that_left():
    told = History("BRE", "HAC").told("2014-07-02", PartnerLeft(partner="HAC", left_on=date(2014, 7, 5)))
    deadline = at("2014-07-14", "17:00")
    duty = Duty(DutyKind.REMIND_LAST, at("2014-07-11", "09:00"), deadline, deadline, quarter=Q1)
    [before] = return_facts(told.register(), duty, at("2014-07-04"))
    [after] = return_facts(told.register(), duty, at("2014-07-05"))
    assert isinstance(before, ReturnDue)
    assert (before.missing, after.missing) == (("BRE", "HAC"), ("BRE",))


# -- a leaving that is taken back -----------------------------------------------------------------------------------


def left_and_taken_back(day: str) -> History:
    """Return a history in which it is recorded in May that Hackney left in May, and taken back on a day."""
    told = History("BRE", "HAC").agreed("C1", {"kind": "attestation"})
    told.appointed("LAP-U003", Role.BOARD_MEMBER, partners=("HAC",))
    told.told("2014-05-05", PartnerLeft(partner="HAC", left_on=date(2014, 5, 1)))
    return told.told(day, PartnerLeavingWithdrawn(partner="HAC", left_on=date(2014, 5, 1), reason="r"))


def test_what_a_partner_owed_meanwhile_counts_from_when_it_is_taken_back_and_not_before():
    told = left_and_taken_back("2014-08-01")
    assert status(told, Q1, "2014-07-31", "HAC") == "not_applicable"
    assert status(told, Q1, "2014-08-02", "HAC") == "not_reported"
    before, after = told.register(at("2014-07-31")), told.register(at("2014-08-02"))
    assert [expected_partners(each, Q1) for each in (before, after)] == [["BRE"], ["BRE", "HAC"]]
    assert [[load.partner for load in loads(each, Q2)] for each in (before, after)] == [["BRE"], ["BRE", "HAC"]]
    assert [len(recipients(each, date(2014, 8, 2))) for each in (before, after)] == [0, 1]


def test_a_partner_is_silent_since_it_was_last_heard_of_and_that_it_stays_speaks_for_nobody():
    told = left_and_taken_back("2014-08-01")
    before, after = told.register(at("2014-07-31")), told.register(at("2014-08-02"))
    assert "HAC" not in silent_partners(before, Q2, date(2014, 8, 2))
    assert silent_partners(after, Q2, date(2014, 8, 2))["HAC"] == (date(2014, 8, 2) - date(2014, 4, 1)).days


def test_what_a_partner_owns_is_not_to_be_handed_over_any_more_and_what_was_handed_over_stays_with_others():
    # given
    told = left_behind().told("2014-07-02", MilestoneAmended(milestone="LAP-P01-M01", owner="BRE", reason="r"))
    # when
    told.told("2014-07-03", PartnerLeavingWithdrawn(partner="TNA", left_on=date(2014, 7, 1), reason="r"))
    # then
    register = told.register()
    assert to_hand_over(register, date(2014, 7, 3)) == []
    assert (register.milestones["LAP-P01-M01"].owner, register.risks["LAP-R02"].owner) == ("BRE", "TNA")
