"""Silence is a fact: nothing was recorded in the quarter or since. Source: domain.md section 5."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.partners import PartnerLeft
from contracts.events.partnership import Role
from contracts.events.projects import (
    Confidence,
    ConfidenceStated,
    MilestoneAdded,
    MilestoneCompleted,
    ProjectMoved,
    ProjectProposed,
    Stage,
)
from contracts.events.returns import ReturnSubmitted
from domain.figures.silence import shown_confidence, silent_milestone_days, silent_partners, silent_project_days
from tests.domain.history import CALENDAR, SECRETARY, History

Q2 = CALENDAR.quarter("2014-15 Q2")
CUT_OFF = date(2014, 10, 3)
PROJECT = ProjectProposed(
    project="LAP-P01", title="Catalogue", purpose="", lead="LMA", stage=Stage.IN_DELIVERY, tolerance_days=14
)
MILESTONE = MilestoneAdded(milestone="LAP-P01-M01", title="Live", owner="BRE", forecast=date(2014, 9, 1))
STATED = ConfidenceStated(project="LAP-P01", confidence=Confidence.GREEN, reason="On course.")


def with_secretary(*partners: str) -> History:
    return History(*partners).appointed(SECRETARY, Role.SECRETARY)


def test_the_days_run_from_the_last_recording_to_the_cut_offs_local_date():
    history = with_secretary("BRE").told("2014-06-30", ReturnSubmitted(partner="BRE", quarter="2014-15 Q1"))
    assert silent_partners(history.register(), Q2, CUT_OFF) == {"BRE": 95}


@pytest.mark.parametrize("recorded_on", ["2014-07-01", "2014-09-30", "2014-10-02"])
def test_something_recorded_in_the_quarter_or_since_breaks_the_silence(recorded_on: str):
    history = with_secretary("BRE").told(recorded_on, ReturnSubmitted(partner="BRE", quarter="2014-15 Q1"))
    assert silent_partners(history.register(), Q2, CUT_OFF) == {}


def test_the_day_of_a_recording_is_the_local_one():
    # 00:30 on 1 July in London is 23:30 on 30 June in UTC.
    history = with_secretary("BRE").told(
        "2014-07-01", ReturnSubmitted(partner="BRE", quarter="2014-15 Q1"), clock="00:30"
    )
    assert silent_partners(history.register(), Q2, CUT_OFF) == {}


def test_a_partner_that_has_left_is_not_silent():
    history = with_secretary("BRE").told("2014-06-30", PartnerLeft(partner="BRE", left_on=date(2014, 9, 1)))
    assert silent_partners(history.register(), Q2, CUT_OFF) == {}


def test_a_project_is_silent_when_nothing_of_it_was_recorded_and_an_ended_one_is_not():
    history = with_secretary("LMA", "BRE").told("2014-06-30", PROJECT, STATED)
    assert silent_project_days(history.register(), "LAP-P01", Q2, CUT_OFF) == 95
    history.told("2014-06-30", ProjectMoved(project="LAP-P01", stage=Stage.STOPPED))
    assert silent_project_days(history.register(), "LAP-P01", Q2, CUT_OFF) is None


def test_a_done_milestone_is_not_silent():
    history = with_secretary("LMA", "BRE").told("2014-06-30", PROJECT, MILESTONE)
    assert silent_milestone_days(history.register(), "LAP-P01-M01", Q2, CUT_OFF) == 95
    history.told("2014-06-30", MilestoneCompleted(milestone="LAP-P01-M01", actual=date(2014, 6, 30)))
    assert silent_milestone_days(history.register(), "LAP-P01-M01", Q2, CUT_OFF) is None


def test_an_attested_nothing_changed_is_not_silence():
    history = with_secretary("LMA", "BRE").told("2014-06-30", PROJECT, MILESTONE)
    for partner in ("LMA", "BRE"):
        history.told("2014-09-01", ReturnSubmitted(partner=partner, quarter="2014-15 Q2", nothing_changed=True))
    register = history.register()
    assert silent_project_days(register, "LAP-P01", Q2, CUT_OFF) is None
    assert silent_milestone_days(register, "LAP-P01-M01", Q2, CUT_OFF) is None


@pytest.mark.parametrize(
    ("stated", "silent_days", "shown"),
    [
        (Confidence.GREEN, 95, Confidence.AMBER),
        (Confidence.AMBER, 95, Confidence.AMBER),
        (Confidence.RED, 95, Confidence.RED),
        (Confidence.GREEN, None, Confidence.GREEN),
        (None, 95, None),
    ],
)
def test_silence_caps_the_confidence_that_is_shown_at_amber(stated, silent_days, shown):
    assert shown_confidence(stated, silent_days) is shown
