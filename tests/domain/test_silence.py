"""Whose silence an event breaks. Source: domain.md section 10."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.envelope import Cause, seal
from contracts.events import (
    PROGRAMME_FACTS,
    Fact,
    board,
    capacity,
    commitments,
    decisions,
    effects,
    partners,
    projects,
    returns,
    risks,
)
from contracts.events.partnership import PersonAppointed, RolesEnded
from domain.register import Register, apply
from domain.register.applying import ABOUT
from tests.contracts.samples import SAMPLES

SECRETARY, BRENTS, SHARED, NOBODYS, HACKNEYS = "LAP-U001", "LAP-U002", "LAP-U003", "LAP-U004", "LAP-U005"
BEGUN = datetime(2014, 4, 1, 9, tzinfo=UTC)
DAY = date(2014, 4, 1)
PROJECT, OTHER, MILESTONE = "LAP-P01", "LAP-P02", "LAP-P01-M01"


def partnership() -> Register:
    """BRE leads P01, in which HAC owns M01; LMA leads P02. BEX and BRO share a person."""
    register = Register("LAP")
    facts: list[Fact] = [SAMPLES[0]]
    facts += [
        PersonAppointed(person=SECRETARY, roles=("secretary",)),
        PersonAppointed(person=BRENTS, partner="BRE", roles=("chair", "partner_lead")),
        PersonAppointed(person=SHARED, partners=("BEX", "BRO"), roles=("board_member", "partner_lead")),
        PersonAppointed(person=NOBODYS, roles=("chair",)),
        PersonAppointed(person=HACKNEYS, partner="HAC", roles=("partner_lead",)),
    ]
    facts += [
        partners.PartnerAdmitted(partner=each, name=each, kind="other", joined_on=DAY)
        for each in ("BRE", "HAC", "LMA", "BEX", "BRO")
    ]
    facts += [
        projects.ProjectProposed(
            project=reference, title="t", purpose="", lead=lead, stage="in_delivery", tolerance_days=14
        )
        for reference, lead in ((PROJECT, "BRE"), (OTHER, "LMA"))
    ]
    facts += [
        projects.MilestoneAdded(milestone=MILESTONE, title="t", owner="HAC", forecast=DAY),
        projects.MilestoneAdded(milestone="LAP-P02-M01", title="t", owner="BEX", forecast=DAY),
        risks.RiskRaised(
            risk="LAP-R01", title="t", cause="", effect="", likelihood=1, impact=1, owner="HAC", response=""
        ),
        board.MeetingScheduled(meeting="LAP-B01", date=DAY, time="14:00"),
        board.AgendaItemAdded(meeting="LAP-B01", item=1, kind="decision", title="t", about=MILESTONE),
        decisions.DecisionRecorded(decision="LAP-D01", outcome="agreed", text="t", quorate=True),
        decisions.ActionAssigned(action="LAP-A01", decision="LAP-D01", text="t", owner="LMA", due=DAY),
    ]
    for fact in facts:
        take(register, fact, SECRETARY)
    register.last_recorded.clear()
    return register


def take(register: Register, fact: Fact, by: str, at: datetime = BEGUN) -> None:
    cause = Cause(by, "c", "c")
    apply(register, seal("programme", "LAP", register.position, fact, recorded_at=at, effective_on=DAY, cause=cause))


def broken(fact: Fact, by: str) -> set[str]:
    """Return whose silence a fact breaks that somebody recorded."""
    register = partnership()
    take(register, fact, by)
    return set(register.last_recorded)


ATTESTED = returns.CommitmentAttested(commitment="LAP-C1", partner="HAC", period="2014-15 Q1", answer="yes")
REFORECAST = projects.MilestoneReforecast(milestone=MILESTONE, forecast=date(2015, 1, 1), reason="r")
STATED = projects.ConfidenceStated(project=PROJECT, confidence="green", reason="r")
REASSESSED = risks.RiskReassessed(risk="LAP-R01", likelihood=2, impact=2, reason="r")
COMPLETED = decisions.ActionCompleted(action="LAP-A01", on=DAY, evidence="e")
RELEASED = capacity.CapacityReleased(partner="LMA", project=OTHER, on=DAY, days="1")


@pytest.mark.parametrize(
    ("fact", "spoken"),
    [
        (ATTESTED, {"HAC"}),
        (RELEASED, {"LMA", OTHER}),
        (REFORECAST, {"HAC", MILESTONE, PROJECT}),
        (REASSESSED, {"HAC"}),
        (COMPLETED, {"LMA"}),
        (STATED, {"BRE", PROJECT}),
        (decisions.DecisionRatifiedByPartner(decision="LAP-D01", partner="LMA", on=DAY), {"LMA"}),
    ],
)
def test_the_secretary_speaks_for_the_partner_named_else_the_owner_else_the_projects_lead(fact, spoken) -> None:
    assert broken(fact, SECRETARY) == spoken


@pytest.mark.parametrize(
    ("fact", "work"),
    [(REFORECAST, {MILESTONE, PROJECT}), (STATED, {PROJECT}), (COMPLETED, set()), (ATTESTED, set())],
)
def test_what_a_partners_people_record_speaks_for_that_partner_and_for_no_other(fact, work) -> None:
    assert broken(fact, BRENTS) == {"BRE", *work}


def test_a_person_for_several_speaks_for_those_it_is_about_and_if_for_none_of_them_for_all() -> None:
    of_bexley = projects.MilestoneReforecast(milestone="LAP-P02-M01", forecast=date(2015, 1, 1), reason="r")
    assert broken(of_bexley, SHARED) == {"BEX", "LAP-P02-M01", OTHER}
    assert broken(REASSESSED, SHARED) == {"BEX", "BRO"}


def test_somebody_without_a_partner_and_the_system_speak_for_nobody() -> None:
    assert broken(ATTESTED, NOBODYS) == set()
    assert broken(ATTESTED, "system") == set()


def test_whose_roles_have_ended_speaks_for_nobody_and_for_one_partner_for_those_that_are_left() -> None:
    register = partnership()
    take(register, RolesEnded(person=SHARED, partner="BEX", on=DAY), SECRETARY)
    take(register, REASSESSED, SHARED)
    assert set(register.last_recorded) == {"BRO"}


def decided(about_item: int | None = 1, **more: Any) -> decisions.DecisionRecorded:
    return decisions.DecisionRecorded(
        decision="LAP-D09",
        meeting="LAP-B01" if about_item else None,
        item=about_item,
        text="t",
        quorate=True,
        **{"outcome": "not_agreed", **more},
    )


@pytest.mark.parametrize("outcome", ["agreed", "not_agreed", "deferred", "noted"])
@pytest.mark.parametrize("who", [SECRETARY, BRENTS])
def test_a_decision_of_any_outcome_is_news_of_what_its_item_is_about_and_of_no_partner(outcome: str, who: str) -> None:
    assert broken(decided(outcome=outcome), who) == {MILESTONE, PROJECT}


@pytest.mark.parametrize("who", [SECRETARY, BRENTS])
def test_an_effect_is_news_of_what_it_changes_and_speaks_for_no_partner(who: str) -> None:
    moved = projects.ProjectMoved(project=OTHER, stage="paused", decision="LAP-D09")
    baselined = projects.MilestonesBaselined(project=PROJECT, baselines={MILESTONE: DAY}, decision="LAP-D09")
    assert broken(moved, who) == {OTHER}
    assert broken(baselined, who) == {PROJECT, MILESTONE}


def test_an_effect_that_names_a_project_is_news_of_it_whatever_the_board_resolves() -> None:
    effect = effects.Effect(move_project=effects.MoveProject(project=OTHER, stage="paused"))
    assert broken(decided(None, effect=effect), BRENTS) == {OTHER}
    opened = board.WrittenProcedureOpened(procedure="LAP-W01", title="t", text="t", closes_at=BEGUN, effect=effect)
    assert broken(opened, SECRETARY) == {OTHER}


@pytest.mark.parametrize(
    "fact",
    [
        board.InterestDeclared(meeting="LAP-B01", item=1, person=BRENTS, nature="n", follows="noted"),
        board.MeetingOpened(meeting="LAP-B01", present=(BRENTS,)),
        board.MeetingClosed(meeting="LAP-B01"),
        decisions.ActionAssigned(action="LAP-A02", decision="LAP-D01", text="t", owner="HAC", due=DAY),
        partners.PartnerAmended(partner="HAC", name="Hackney", reason="r"),
        partners.PartnerLeft(partner="HAC", left_on=date(2015, 1, 1)),
        PersonAppointed(person="LAP-U009", partner="HAC", roles=("observer",)),
        commitments.DerogationGranted(
            commitment="LAP-C9", partner="HAC", periods=("2014-15 Q1",), decision="LAP-D01"
        ),
        board.AgendaItemAdded(meeting="LAP-B01", item=2, kind="decision", title="t", owner="HAC"),
    ],
    ids=lambda fact: fact.slug(),
)  # fmt: skip
def test_what_the_board_does_membership_and_amending_speak_for_nobody(fact: Fact) -> None:
    for who in (SECRETARY, BRENTS):
        register = partnership()
        if isinstance(fact, commitments.DerogationGranted):
            measure = {"kind": "attestation"}
            take(
                register,
                commitments.CommitmentAgreed(
                    commitment="LAP-C9", title="t", text="", core=True, in_force_from=DAY, period="quarter",
                    measure=measure,
                ),
                SECRETARY,
            )  # fmt: skip
        take(register, fact, who)
        assert register.last_recorded == {}


def test_nothing_changed_speaks_for_the_partner_its_open_milestones_and_the_open_projects_it_leads() -> None:
    unchanged = returns.ReturnSubmitted(partner="HAC", quarter="2014-15 Q1", nothing_changed=True)
    assert broken(unchanged, HACKNEYS) == {"HAC", MILESTONE}
    assert broken(unchanged.model_copy(update={"partner": "BRE"}), BRENTS) == {"BRE", PROJECT}


def test_what_is_noted_is_when_it_was_recorded_last() -> None:
    register = partnership()
    take(register, ATTESTED, HACKNEYS)
    take(register, REASSESSED, HACKNEYS, BEGUN + timedelta(days=3))
    assert register.last_recorded == {"HAC": BEGUN + timedelta(days=3)}


def test_of_each_fact_of_programme_it_is_said_whether_it_speaks_for_a_partner() -> None:
    """A new event says whom it is about, or belongs into this list because the domain's section 10 says so."""
    nobodys = """
        action-assigned action-dropped action-moved action-reassigned agenda-item-added agenda-item-amended
        agenda-item-removed attendance-amended commitment-agreed commitment-amended commitment-withdrawn
        decision-recorded derogation-granted effect-carried-out effect-refused holiday-added holiday-removed
        holidays-recorded
        interest-declared interest-withdrawn lead-changed meeting-cancelled meeting-closed meeting-moved meeting-opened
        meeting-scheduled
        milestone-amended milestones-baselined partner-admitted partner-amended partner-leaving-withdrawn
        partner-left partners-reminded
        partnership-amended partnership-formed person-appointed project-amended project-joined project-left
        recommendation-ratified
        risk-amended roles-ended written-procedure-answered written-procedure-closed written-procedure-opened
    """
    assert {each.slug() for each in PROGRAMME_FACTS} == {each.slug() for each in ABOUT} | set(nobodys.split())
