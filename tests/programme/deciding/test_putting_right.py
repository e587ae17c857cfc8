"""Putting right: the old value stays, a reason is given, and what stands already is not said twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from contracts.events.board import AgendaItemAmended, AgendaItemRemoved, ItemKind
from contracts.events.capacity import ReleaseWithdrawn
from contracts.events.commitments import AdoptionWithdrawn, CommitmentAmended
from contracts.events.decisions import (
    ActionDropped,
    ActionMoved,
    ActionReassigned,
    ActionReopened,
    EffectCarriedOut,
    EffectRefused,
)
from contracts.events.projects import MilestoneAmended, MilestoneDropped, MilestoneReopened, ProjectAmended
from contracts.events.risks import RiskAmended, RiskReopened
from services.programme.core.deciding import NotAllowed, Refused
from tests.programme.partnerships import CHAIR, HACKNEY, HACKNEY_LEAD, LMA, LMA_LEAD, Partnership

WHY = {"reason": "It was wrong."}
ACTION = {"decision": "D01", "code": "A01", "text": "Write.", "owner": "LMA", "due": "2014-09-30"}
DONE = {"action": "A01", "on": "2014-07-17", "evidence": "Letter."}


@pytest.fixture
def acting(board: Partnership) -> Partnership:
    """The board has decided, and given LMA something to do."""
    board.given("record_decision", meeting="B01", item=1, code="D01", outcome="agreed", text="So be it.")
    return board.given("assign_action", **ACTION)


# -- amending ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("do", "fields", "fact"),
    [
        (
            "amend_project",
            {"project": "P01", "title": "Catalogue"},
            ProjectAmended(project="LAP-P01", title="Catalogue", **WHY),
        ),
        ("amend_project", {"project": "P01", "purpose": ""}, None),
        (
            "amend_milestone",
            {"milestone": "P01-M01", "title": "Standard", "owner": "HAC"},
            MilestoneAmended(milestone="LAP-P01-M01", title="Standard", owner="HAC", **WHY),
        ),
        (
            "amend_milestone",
            {"milestone": "P01-M02", "depends_on": []},
            MilestoneAmended(milestone="LAP-P01-M02", depends_on=(), **WHY),
        ),
        ("amend_milestone", {"milestone": "P01-M02", "depends_on": ["P01-M01"], "owner": "BRE"}, None),
        (
            "amend_commitment",
            {"commitment": "C1", "title": "Together"},
            CommitmentAmended(commitment="LAP-C1", title="Together", **WHY),
        ),
        (
            "amend_risk",
            {"risk": "R01", "owner": "BRE", "effect": "No catalogue."},
            RiskAmended(risk="LAP-R01", owner="BRE", effect="No catalogue.", **WHY),
        ),
        ("amend_risk", {"risk": "R01", "title": "Supplier fails"}, None),
    ],
)
def test_what_is_amended_is_said_and_what_stands_already_is_not(lap: Partnership, do, fields, fact) -> None:
    assert lap.when(do, **fields, **WHY) == ([] if fact is None else [fact])


@pytest.mark.parametrize(
    ("do", "fields", "choice"),
    [
        ("amend_project", {"project": "P01"}, "title or purpose"),
        ("amend_milestone", {"milestone": "P01-M01"}, "title, owner, person or depends_on"),
        ("amend_commitment", {"commitment": "C1"}, "title or text"),
        ("amend_risk", {"risk": "R01"}, "title, cause, effect, owner or response"),
    ],
)
def test_an_amendment_names_something_to_amend(lap: Partnership, do, fields, choice) -> None:
    refused = lap.refusal(do, **fields, **WHY)
    assert refused.problem == f"nothing is named that would be amended; give {choice}"


def test_an_amended_milestone_depends_on_nothing_in_a_circle(lap: Partnership) -> None:
    refused = lap.refusal("amend_milestone", milestone="P01-M01", depends_on=["P01-M02"], **WHY)
    assert refused.field == "depends_on"
    assert refused.problem == (
        "milestones cannot depend on each other in a circle: LAP-P01-M01 → LAP-P01-M02 → LAP-P01-M01"
    )


def test_the_old_values_stay_in_the_history(lap: Partnership) -> None:
    lap.given("amend_milestone", milestone="P01-M02", owner="HAC", person="U003", **WHY)
    lap.given("amend_milestone", milestone="P01-M02", owner="LMA", **WHY)
    milestone = lap.register.milestones["LAP-P01-M02"]
    assert (milestone.owner, milestone.person) == ("LMA", None)
    assert [(each.what, each.was, each.now) for each in lap.register.amendments] == [
        ("owner", "BRE", "HAC"),
        ("owner", "HAC", "LMA"),
    ]


# -- milestones --------------------------------------------------------------------------------------------------------


def test_a_milestone_without_a_baseline_is_dropped(lap: Partnership) -> None:
    assert lap.when("drop_milestone", milestone="P02-M01", **WHY) == [MilestoneDropped(milestone="LAP-P02-M01", **WHY)]


def test_one_with_a_baseline_is_dropped_by_a_decision_alone(board: Partnership) -> None:
    refused = board.refusal("drop_milestone", milestone="P01-M02", **WHY)
    assert refused.problem == (
        "LAP-P01-M02 has a baseline, so dropping it needs a decision of the board; "
        "record one with the effect drop_milestone"
    )
    decision = {"meeting": "B01", "item": 1, "code": "D01", "outcome": "agreed", "text": "Drop it."}
    _, *facts = board.when("record_decision", **decision, effect={"drop_milestone": {"milestone": "P01-M02", **WHY}})
    assert facts == [
        MilestoneDropped(milestone="LAP-P01-M02", decision="LAP-D01", **WHY),
        EffectCarriedOut(decision="LAP-D01"),
    ]


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("complete_milestone", {"on": "2014-04-01"}),
        ("reforecast_milestone", {"forecast": "2015-09-01", **WHY}),
        ("reopen_milestone", WHY),
        ("drop_milestone", WHY),
        ("amend_milestone", {"title": "New", **WHY}),
    ],
)
def test_nothing_more_becomes_of_a_dropped_milestone(lap: Partnership, do, fields) -> None:
    lap.given("drop_milestone", milestone="P02-M02", **WHY)
    refused = lap.refusal(do, milestone="P02-M02", **fields)
    assert refused.field == "milestone"
    assert "was dropped" in refused.problem


def test_a_dropped_milestone_gets_no_baseline_with_its_project(board: Partnership) -> None:
    board.given("drop_milestone", milestone="P02-M02", **WHY)
    decision = {"meeting": "B01", "item": 1, "code": "D01", "outcome": "agreed", "text": "Go."}
    board.given("record_decision", **decision, effect={"move_project": {"project": "P02", "stage": "approved"}})
    assert board.register.milestones["LAP-P02-M01"].baselines
    assert not board.register.milestones["LAP-P02-M02"].baselines
    named = {"set_baseline": {"project": "P02", "milestones": {"P02-M02": "2015-01-30"}}}
    refused = board.refusal("record_decision", **{**decision, "item": 2, "code": "D02"}, effect=named)
    assert refused.problem == "LAP-P02-M02 was dropped, so it gets no baseline; leave it out"


def test_a_done_milestone_is_reopened_before_it_is_dropped(lap: Partnership) -> None:
    lap.given("complete_milestone", milestone="P02-M01", on="2014-04-01")
    assert "reopen it first" in lap.refusal("drop_milestone", milestone="P02-M01", **WHY).problem
    assert lap.when("reopen_milestone", milestone="P02-M01", **WHY) == [
        MilestoneReopened(milestone="LAP-P02-M01", **WHY)
    ]


def test_reopening_takes_back_the_actual_date_alone(lap: Partnership) -> None:
    lap.given("reforecast_milestone", milestone="P01-M01", forecast="2014-08-31", **WHY)
    lap.given("complete_milestone", milestone="P01-M01", on="2014-04-01").given(
        "reopen_milestone", milestone="P01-M01", **WHY
    )
    milestone = lap.register.milestones["LAP-P01-M01"]
    assert (milestone.actual, milestone.forecast, milestone.baseline, milestone.reforecasts) == (
        *(None, date(2014, 8, 31), date(2014, 7, 31)),
        1,
    )
    assert "is not done" in lap.refusal("reopen_milestone", milestone="P01-M01", **WHY).problem


def test_a_drop_that_has_become_impossible_is_refused_in_words(board: Partnership) -> None:
    rule = {"partners": ["BRE"], "needed": 1}
    decision = {"meeting": "B01", "item": 1, "code": "D01", "outcome": "agreed", "text": "Drop it."}
    board.given(
        "record_decision", **decision, effect={"drop_milestone": {"milestone": "P01-M02", **WHY}}, ratified_by=rule
    )
    board.given("complete_milestone", milestone="P01-M02", on="2014-07-17")
    *_, last = board.when("ratify_decision", decision="D01", partner="BRE", on="2014-07-17")
    assert isinstance(last, EffectRefused)
    assert last.reason.startswith("LAP-P01-M02 was done on 17 July 2014")


# -- risks, releases, actions ------------------------------------------------------------------------------------------


def test_a_closed_risk_is_reopened(lap: Partnership) -> None:
    assert "is open" in lap.refusal("reopen_risk", risk="R01", **WHY).problem
    lap.given("close_risk", risk="R01", reason="Dry.")
    assert lap.when("reopen_risk", risk="R01", **WHY) == [RiskReopened(risk="LAP-R01", **WHY)]
    lap.given("reopen_risk", risk="R01", **WHY)
    assert lap.register.risks["LAP-R01"].is_open


def test_the_latest_days_released_with_a_date_are_taken_back_one_by_one(lap: Partnership) -> None:
    release = {"partner": "BRE", "project": "P01", "on": "2014-04-01"}
    lap.given("release_capacity", **release, days=2).given("release_capacity", **release, days=3)
    last = lap.register.position.version
    assert lap.when("withdraw_release", **release, **WHY) == [
        ReleaseWithdrawn(partner="BRE", project="LAP-P01", on=date(2014, 4, 1), release=last, **WHY)
    ]
    lap.given("withdraw_release", **release, **WHY)
    quarter = lap.register.calendar.quarter("2014-15 Q1")
    assert lap.register.capacity.released("BRE", quarter) == Decimal(2)
    lap.given("withdraw_release", **release, **WHY)
    refused = lap.refusal("withdraw_release", **release, **WHY)
    assert refused.problem == (
        "no days that BRE released for LAP-P01 are dated 1 April 2014; there are none to take back"
    )


def test_an_action_is_moved_and_its_moves_are_counted(acting: Partnership) -> None:
    moved = {"action": "A01", "due": "2014-10-31", **WHY}
    assert acting.when("move_action", **moved) == [ActionMoved(action="LAP-A01", due=date(2014, 10, 31), **WHY)]
    acting.given("move_action", **moved).given("move_action", **{**moved, "due": "2014-11-30"})
    action = acting.register.actions["LAP-A01"]
    assert (action.due, action.original_due, action.moves) == (date(2014, 11, 30), date(2014, 9, 30), 2)
    assert (
        "is due on 30 November 2014 already" in acting.refusal("move_action", **{**moved, "due": "2014-11-30"}).problem
    )


def test_an_action_is_given_to_another_partner(acting: Partnership) -> None:
    assert acting.when("reassign_action", action="A01", owner="BRE", person="U002", **WHY) == [
        ActionReassigned(action="LAP-A01", owner="BRE", person="LAP-U002", **WHY)
    ]
    assert acting.when("reassign_action", action="A01", owner="LMA", **WHY) == []


def test_an_action_is_dropped_and_reopened(acting: Partnership) -> None:
    assert acting.when("drop_action", action="A01", **WHY) == [ActionDropped(action="LAP-A01", **WHY)]
    acting.given("drop_action", action="A01", **WHY)
    assert "reopen it first" in acting.refusal("complete_action", **DONE).problem
    assert acting.when("reopen_action", action="A01", **WHY) == [ActionReopened(action="LAP-A01", **WHY)]
    acting.given("reopen_action", action="A01", **WHY).given("complete_action", **DONE)
    assert "was completed already" in acting.refusal("move_action", action="A01", due="2014-10-31", **WHY).problem
    acting.given("reopen_action", action="A01", **WHY)
    assert acting.register.actions["LAP-A01"].is_open


# -- agendas -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def planned(lap: Partnership) -> Partnership:
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    return lap.given("add_agenda_item", meeting="B01", item=1, kind="decision", title="One", about="P01", owner="LMA")


def test_an_item_that_is_put_right_is_told_as_it_now_stands(planned: Partnership) -> None:
    assert planned.when("amend_agenda_item", meeting="B01", item=1, kind="discussion", about="BRE") == [
        AgendaItemAmended(meeting="LAP-B01", item=1, kind=ItemKind.DISCUSSION, title="One", about="BRE", owner="LMA")
    ]
    assert planned.when("amend_agenda_item", meeting="B01", item=1, title="One", about="P01") == []


def test_an_item_that_was_removed_leaves_its_number_to_nobody(planned: Partnership) -> None:
    assert planned.when("remove_agenda_item", meeting="B01", item=1, **WHY) == [
        AgendaItemRemoved(meeting="LAP-B01", item=1, **WHY)
    ]
    planned.given("remove_agenda_item", meeting="B01", item=1, **WHY)
    refused = planned.refusal("add_agenda_item", meeting="B01", item=1, kind="decision", title="Again")
    assert refused.problem == "item 1 of LAP-B01 is taken; number 2 is free"
    assert "no item 1" in planned.refusal("amend_agenda_item", meeting="B01", item=1, title="Two").problem


@pytest.mark.parametrize(("do", "fields"), [("amend_agenda_item", {"title": "Two"}), ("remove_agenda_item", WHY)])
def test_an_agenda_stands_once_its_meeting_has_begun(planned: Partnership, do, fields) -> None:
    planned.given("open_meeting", meeting="B01", present=[])
    refused = planned.refusal(do, meeting="B01", item=1, **fields)
    assert isinstance(refused, Refused)
    assert refused.problem == "LAP-B01 is in progress, not scheduled; its agenda stands as it is"


# -- taking back what was declared, said or adopted by mistake ---------------------------------------------------------


def test_what_an_item_has_is_taken_away_by_an_empty_text(lap: Partnership) -> None:
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    had = {"about": "P01", "recommendation": "Agree.", "owner": "LMA"}
    lap.given("add_agenda_item", meeting="B01", item=1, kind="decision", title="One", **had)
    [fact] = lap.when("amend_agenda_item", meeting="B01", item=1, about="", recommendation="", owner="")
    assert fact == AgendaItemAmended(meeting="LAP-B01", item=1, kind=ItemKind.DECISION, title="One")
    lap.given("amend_agenda_item", meeting="B01", item=1, about="", recommendation="", owner="")
    assert lap.when("amend_agenda_item", meeting="B01", item=1, about="", recommendation="", owner="") == []


def test_an_interest_is_taken_back_by_whose_it_is_until_the_item_is_decided(board: Partnership) -> None:
    # given
    declared = {"meeting": "B01", "item": 1, "person": HACKNEY}
    for follows in ("withdraws", "noted"):
        board.given("declare_interest", HACKNEY, **declared, nature="A cousin.", follows=follows)
    board.given("declare_interest", LMA, meeting="B01", item=1, person=LMA, nature="A friend.", follows="noted")
    # then
    assert isinstance(board.refusal("withdraw_interest", LMA, **declared, **WHY), NotAllowed)
    assert board.refusal("withdraw_interest", **{**declared, "item": 2}, **WHY).field == "person"
    board.given("withdraw_interest", HACKNEY, **declared, **WHY)
    assert [each.person for each in board.register.meetings["LAP-B01"].interests] == [LMA]
    # when
    board.given("record_decision", meeting="B01", item=1, code="D01", outcome="agreed", text="So be it.")
    # then
    refused = board.refusal("withdraw_interest", meeting="B01", item=1, person=LMA, **WHY)
    assert (refused.field, "was decided by LAP-D01" in refused.problem) == ("item", True)


def test_who_is_there_is_put_right_while_the_meeting_is_held_and_counts_from_then_on(board: Partnership) -> None:
    assert board.when("amend_attendance", CHAIR, meeting="B01", present=[LMA, HACKNEY, CHAIR]) == []
    assert isinstance(board.refusal("amend_attendance", HACKNEY, meeting="B01", present=[CHAIR]), NotAllowed)
    board.given("amend_attendance", CHAIR, meeting="B01", present=[CHAIR], apologies=[LMA])
    board.given("record_decision", meeting="B01", item=1, code="D01", outcome="agreed", text="So be it.")
    assert not board.register.decisions["LAP-D01"].quorate
    board.given("close_meeting", meeting="B01")
    assert board.refusal("amend_attendance", meeting="B01", present=[CHAIR, LMA]).field == "meeting"


def test_an_adoption_is_taken_back_by_the_partner_until_its_first_period_has_fallen_due(lap: Partnership) -> None:
    # given
    own = {"commitment": "C6", "partner": "HAC"}
    assert lap.refusal("withdraw_adoption", **own, **WHY).field == "partner"
    lap.given("adopt_commitment", HACKNEY_LEAD, **own, **{"from": "2014-05-12"})  # so from the second quarter on
    # then
    assert isinstance(lap.refusal("withdraw_adoption", LMA_LEAD, **own, **WHY), NotAllowed)
    lap.at(date(2014, 10, 14), 15)
    assert lap.when("withdraw_adoption", HACKNEY_LEAD, **own, **WHY) == [
        AdoptionWithdrawn(commitment="LAP-C6", partner="HAC", **WHY)
    ]
    # when
    lap.at(date(2014, 10, 14), 16)  # 17:00 in London: the return was due
    # then
    refused = lap.refusal("withdraw_adoption", HACKNEY_LEAD, **own, **WHY)
    assert "for 2014-15 Q2; the board can grant it a derogation" in refused.problem


def test_an_adoption_that_was_taken_back_binds_nobody(lap: Partnership) -> None:
    own = {"commitment": "C6", "partner": "HAC"}
    lap.given("adopt_commitment", **own, **{"from": "2014-04-01"}).given("withdraw_adoption", **own, **WHY)
    assert lap.register.commitments["LAP-C6"].adopted_from == {}
    [amendment] = [each for each in lap.register.amendments if each.subject == "LAP-C6"]
    assert (amendment.what, amendment.was, amendment.now) == ("adoption by Name of HAC", date(2014, 4, 1), None)
