"""The register is what the events add up to, and nothing else."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest

from contracts.envelope import Cause, Position, Recorded, seal
from contracts.events import PROGRAMME_FACTS, Fact
from contracts.events.board import MeetingCancelled, MeetingMoved, MeetingScheduled
from contracts.events.partnership import PersonAppointed, Role
from contracts.events.projects import (
    MilestoneAdded,
    MilestoneReforecast,
    ProjectMoved,
    ProjectProposed,
    Stage,
)
from contracts.events.returns import QuantityReported, ReportKind, ReportWithdrawn, ReturnSubmitted
from domain.register import Register, apply, fold
from domain.register.applying import APPLICATIONS
from domain.register.papers import return_deadline
from tests.contracts.samples import SAMPLES

DAY = date(2014, 7, 1)
SECRETARY = PersonAppointed(person="LAP-U001", roles=(Role.SECRETARY,))


def log(*facts: Fact, on: date = DAY) -> list[Recorded]:
    position, events = Position(), []
    for number, fact in enumerate((SAMPLES[0], SECRETARY, *SAMPLES[2:3], *facts)):
        event = seal(
            "programme",
            "LAP",
            position,
            fact,
            recorded_at=datetime(2014, 7, 1, 9, number, tzinfo=UTC),
            effective_on=on,
            cause=Cause("LAP-U001", "c", "c"),
        )
        events.append(event)
        position = event.position
    return events


PROJECT = ProjectProposed(
    project="LAP-P01",
    title="Catalogue",
    purpose="",
    lead="BRE",
    taking_part=(),
    stage=Stage.IN_DELIVERY,
    tolerance_days=14,
)
MILESTONE = MilestoneAdded(milestone="LAP-P01-M01", title="Live", owner="BRE", forecast=date(2014, 9, 1))


def test_every_fact_of_the_programme_is_applied():
    assert set(APPLICATIONS) == set(PROGRAMME_FACTS)


def test_an_event_that_is_not_the_next_one_is_refused():
    events = log()
    with pytest.raises(ValueError, match="event 2 of LAP cannot follow version 0: the next one is 1"):
        apply(Register("LAP"), events[1])


def test_folding_in_two_parts_gives_what_folding_at_once_gives():
    events = log(PROJECT, MILESTONE)
    assert fold("LAP", events[2:], fold("LAP", events[:2])) == fold("LAP", events)


def test_a_register_can_be_stored_and_read_back():
    register = fold("LAP", log(PROJECT, MILESTONE, ReturnSubmitted(partner="BRE", quarter="2014-15 Q2")))
    assert pickle.loads(pickle.dumps(register)) == register


def test_a_forecast_keeps_the_dates_it_replaced():
    changed = MilestoneReforecast(milestone="LAP-P01-M01", forecast=date(2014, 10, 1), reason="Late data.")
    milestone = fold("LAP", log(PROJECT, MILESTONE, changed)).milestones["LAP-P01-M01"]
    assert milestone.forecast == date(2014, 10, 1)
    assert milestone.forecasts[0].before == date(2014, 9, 1)
    assert milestone.reforecasts == 1


def test_a_recording_about_a_milestone_is_about_its_project_and_its_owner_too():
    register = fold("LAP", log(PROJECT, MILESTONE))
    assert register.last_recorded["BRE"] == register.last_recorded["LAP-P01"] == register.recorded_at


def test_nothing_changed_speaks_for_open_milestones_and_projects_and_a_bare_return_for_the_partner_alone():
    bare = fold("LAP", log(PROJECT, MILESTONE, ReturnSubmitted(partner="BRE", quarter="2014-15 Q2")))
    attested = fold(
        "LAP", log(PROJECT, MILESTONE, ReturnSubmitted(partner="BRE", quarter="2014-15 Q2", nothing_changed=True))
    )
    assert bare.last_recorded["BRE"] == bare.recorded_at
    assert bare.last_recorded["LAP-P01-M01"] < bare.recorded_at
    assert attested.last_recorded["LAP-P01-M01"] == attested.last_recorded["LAP-P01"] == attested.recorded_at


def test_a_withdrawn_report_stood_until_it_was_withdrawn():
    reported = QuantityReported(commitment="LAP-C2", partner="BRE", on=DAY, amount=3)
    withdrawn = ReportWithdrawn(
        what=ReportKind.QUANTITY, commitment="LAP-C2", partner="BRE", on=DAY, report=4, reason="Twice."
    )
    register = fold("LAP", log(reported, withdrawn))
    report = register.returns.quantities["LAP-C2", "BRE"][0]
    assert report.stands_at(report.recorded_at)
    assert not report.stands_at(register.recorded_at)


@pytest.mark.parametrize(
    ("moved_out_on", "first", "last", "was"),
    [
        (date(2014, 8, 1), date(2014, 7, 1), date(2014, 9, 30), True),
        (date(2014, 8, 1), date(2014, 8, 1), date(2014, 9, 30), False),
        (date(2014, 8, 1), date(2014, 7, 31), date(2014, 9, 30), True),
        (date(2014, 7, 1), date(2014, 7, 1), date(2014, 9, 30), False),
    ],
)
def test_the_stage_of_a_day_is_the_one_it_ended_with(moved_out_on: date, first: date, last: date, was: bool):
    events = log(PROJECT)
    closing = seal(
        "programme",
        "LAP",
        events[-1].position,
        ProjectMoved(project="LAP-P01", stage=Stage.CLOSING),
        recorded_at=datetime(2014, 8, 1, tzinfo=UTC),
        effective_on=moved_out_on,
        cause=Cause("LAP-U001", "c", "c"),
    )
    project = fold("LAP", [*events, closing]).projects["LAP-P01"]
    assert project.was_in_delivery_between(first, last) is was


def test_returns_are_due_at_the_cut_off_of_the_first_meeting_whose_pack_covers_the_quarter():
    first = MeetingScheduled(meeting="LAP-B02", date=date(2014, 10, 16), time="14:00")
    second = MeetingScheduled(meeting="LAP-B03", date=date(2014, 11, 20), time="14:00")
    register = fold("LAP", log(second, first))
    deadline = return_deadline(register, register.calendar.quarter("2014-15 Q2"), register.recorded_at)
    assert register.calendar.local(deadline).isoformat() == "2014-10-03T17:00:00+01:00"


def test_a_moved_meeting_moves_the_deadline_and_a_cancelled_one_leaves_it_to_the_14th_day():
    scheduled = MeetingScheduled(meeting="LAP-B02", date=date(2014, 10, 16), time="14:00")
    moved = MeetingMoved(meeting="LAP-B02", date=date(2014, 10, 23), time="14:00")
    cancelled = MeetingCancelled(meeting="LAP-B02", reason="No quorum.")
    after_move, after_cancelling = fold("LAP", log(scheduled, moved)), fold("LAP", log(scheduled, moved, cancelled))
    quarter = after_move.calendar.quarter("2014-15 Q2")
    local = after_move.calendar.local
    assert (
        local(return_deadline(after_move, quarter, after_move.recorded_at)).isoformat() == "2014-10-10T17:00:00+01:00"
    )
    assert (
        local(return_deadline(after_cancelling, quarter, after_move.recorded_at)).isoformat()
        == "2014-10-14T17:00:00+01:00"
    )
