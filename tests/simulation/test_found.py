"""What the simulation has found, each as the smallest history that shows it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.events.board import AgendaItemAdded
from contracts.events.decisions import EffectCarriedOut, EffectRefused, RecommendationRatified
from contracts.events.projects import ProjectMoved, Stage
from domain.register.papers import notice_of, with_returns_due
from domain.register.projects import Project, StageEntry
from domain.register.taking_part import Participation
from services.reporting.pack import make_content
from tests.domain.history import History, at
from tests.programme.partnerships import CHAIR, HACKNEY, LMA, SYSTEM, Partnership, london

PAUSE = {"move_project": {"project": "P01", "stage": "paused"}}
RECOMMENDED: dict[str, Any] = {"meeting": "B01", "item": 1, "code": "D01", "outcome": "agreed", "text": "So be it."}
QUORATE: dict[str, Any] = {"meeting": "B02", "item": 1, "code": "D02", "outcome": "agreed", "text": "So be it, again."}


@pytest.fixture
def board() -> Partnership:
    """London, with a meeting that has no quorum in progress."""
    lap = london().at(date(2014, 7, 17))
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    lap.given("add_agenda_item", meeting="B01", item=1, kind="decision", title="Pause it")
    return lap.given("open_meeting", meeting="B01", present=[CHAIR])


def quorate_meeting(lap: Partnership, *about: str | None) -> None:
    """Close B01, and open B02 with a quorum and an item about each of these decisions."""
    lap.given("close_meeting", meeting="B01")
    lap.given("schedule_meeting", code="B02", date="2014-10-16", time="14:00")
    for number, decision in enumerate(about, start=1):
        lap.given("add_agenda_item", meeting="B02", item=number, kind="decision", title="Again", about=decision)
    lap.at(date(2014, 10, 16)).given("open_meeting", meeting="B02", present=[CHAIR, HACKNEY, LMA])


# -- decisions ---------------------------------------------------------------------------------------------------------


def test_a_decision_that_supersedes_a_recommendation_does_not_ratify_it_as_well(board: Partnership) -> None:
    board.given("record_decision", **RECOMMENDED, effect=PAUSE)
    quorate_meeting(board, "D01")
    board.given("record_decision", **QUORATE, supersedes="D01")
    assert not any(isinstance(each.fact, RecommendationRatified) for each in board.decided)
    assert board.register.decisions["LAP-D01"].superseded_by == "LAP-D02"
    assert board.register.projects["LAP-P01"].stage is Stage.IN_DELIVERY


def test_what_a_decision_supersedes_is_not_ratified_through_another_one_either(board: Partnership) -> None:
    board.given("record_decision", **RECOMMENDED, effect=PAUSE)
    board.given("add_agenda_item", meeting="B01", item=2, kind="decision", title="About it", about="D01")
    board.given("record_decision", **{**RECOMMENDED, "item": 2, "code": "D02"})
    quorate_meeting(board, None, "D02")
    board.given("record_decision", **{**QUORATE, "item": 2, "code": "D03"}, supersedes="D01")
    assert [each.fact.decision for each in board.decided if isinstance(each.fact, RecommendationRatified)] == [
        "LAP-D02"
    ]
    assert board.register.projects["LAP-P01"].stage is Stage.IN_DELIVERY


def test_a_ratifying_decision_does_not_claim_an_effect_that_still_waits_for_partners(board: Partnership) -> None:
    waiting = {"partners": ["BRE"], "needed": 1}
    board.given("record_decision", **RECOMMENDED, effect=PAUSE, ratified_by=waiting)
    quorate_meeting(board, "D01")
    board.given("record_decision", **QUORATE, effect=PAUSE)
    carried_out = [each.fact.decision for each in board.decided if isinstance(each.fact, EffectCarriedOut)]
    moved = [each.fact for each in board.decided if isinstance(each.fact, ProjectMoved)]
    assert carried_out == ["LAP-D02"]
    assert moved == [ProjectMoved(project="LAP-P01", stage=Stage.PAUSED, decision="LAP-D02")]


def test_a_ratifying_decision_does_not_claim_an_effect_that_was_refused(board: Partnership) -> None:
    admit = {"admit_partner": {"code": "ISL", "name": "Islington", "kind": "london_borough", "joined_on": "2014-08-01"}}
    waiting = {"partners": ["BRE"], "needed": 1}
    board.given("record_decision", **RECOMMENDED, effect=admit)
    quorate_meeting(board, "D01")
    board.given("record_decision", **QUORATE, effect=admit, ratified_by=waiting)
    board.given("admit_partner", **admit["admit_partner"])
    board.given("ratify_decision", decision="D02", partner="BRE", on="2014-10-16")
    assert not any(isinstance(each.fact, EffectCarriedOut) for each in board.decided)
    assert [each.fact.decision for each in board.decided if isinstance(each.fact, EffectRefused)] == [
        "LAP-D01",
        "LAP-D02",
    ]


def test_a_decision_that_has_been_superseded_is_not_superseded_by_another_one(board: Partnership) -> None:
    board.given("add_agenda_item", meeting="B01", item=2, kind="decision", title="Instead")
    board.given("record_decision", **RECOMMENDED)
    board.given("record_decision", **{**RECOMMENDED, "item": 2, "code": "D02"}, supersedes="D01")
    quorate_meeting(board, None, "D02")
    board.given("record_decision", **{**QUORATE, "code": "D03"}, supersedes="D01")
    board.given("record_decision", **{**QUORATE, "item": 2, "code": "D04"})
    assert board.register.decisions["LAP-D02"].recommendation_ratified_by == "LAP-D04"
    assert board.register.decisions["LAP-D01"].superseded_by == "LAP-D03"


# -- the agenda --------------------------------------------------------------------------------------------------------


def test_a_breach_finds_a_number_on_an_agenda_whose_last_item_has_the_highest_number_there_is(
    board: Partnership,
) -> None:
    board.given("add_agenda_item", meeting="B01", item=9999, kind="information", title="Any other business")
    board.given("add_agenda_item", meeting="B01", item=101, kind="information", title="The secretary's own")
    breach = {"commitment": "C1", "partner": "HAR", "periods": ["2014-15 Q1", "2014-15 Q2"]}
    [added] = board.when("note_breach", who=SYSTEM, meeting="B01", **breach)
    assert isinstance(added, AgendaItemAdded)
    assert added.item == 102


# -- what was recorded late --------------------------------------------------------------------------------------------


def test_a_stage_that_was_recorded_late_replaces_what_came_after_its_day() -> None:
    def entry(stage: Stage, on: str, recorded: str) -> StageEntry:
        return StageEntry(stage, date.fromisoformat(on), datetime.fromisoformat(recorded).replace(tzinfo=UTC))

    project = Project(
        *("LAP-P01", "Catalogue", "", Participation.begun("LMA", (), datetime(2014, 4, 1, tzinfo=UTC)), 14),
        stages=[
            entry(Stage.IN_DELIVERY, "2014-04-01", "2014-04-01"),
            entry(Stage.PAUSED, "2014-08-15", "2014-08-15"),
            entry(Stage.IN_DELIVERY, "2014-08-20", "2014-08-20"),
            entry(Stage.CLOSING, "2014-06-10", "2014-09-01"),
        ],
    )
    assert project.was_in_delivery_between(date(2014, 4, 1), date(2014, 6, 30))
    assert not project.was_in_delivery_between(date(2014, 7, 1), date(2014, 9, 30))


@pytest.mark.parametrize("known", [True, False], ids=["entered in time", "entered after its own cut-off"])
def test_the_pack_of_a_meeting_judges_deadlines_as_if_the_meeting_had_been_known(known: bool) -> None:
    """The cut-off of a meeting on 17 July 2014 is Friday 4 July, before the deadline without a meeting, 14 July."""
    history = History("BRE").agreed("C1", {"kind": "attestation"})
    history.meeting("2014-04-02" if known else "2014-07-07", "B01", on="2014-07-17")
    meeting = history.register().meetings["LAP-B01"]
    notice = notice_of(history.register(), meeting)
    assert notice.timetable.cut_off == at("2014-07-04", "17:00")
    content = make_content(history.register(notice.timetable.cut_off), notice)
    [obligation] = content.data["compliance"]["obligations"][:1]
    assert (obligation["period"], obligation["status"]) == ("2014-15 Q1", "not_reported")


def test_a_meeting_entered_late_counts_by_the_deadline_that_the_pack_of_its_quarter_has_fixed() -> None:
    """The pack of 16 October went out on the 8th and counted by Friday 3 October; the 14th has its cut-off before."""
    history = History("BRE").agreed("C1", {"kind": "attestation"}).meeting("2014-06-02", "B02", "2014-10-16")
    history.meeting("2014-10-09", "B03", "2014-10-14")
    register = history.register()
    notice = with_returns_due(notice_of(register, register.meetings["LAP-B03"]), register, at("2014-10-09"))
    assert notice.timetable.cut_off == at("2014-10-01", "17:00")
    content = make_content(history.register(notice.timetable.cut_off), notice)
    [obligation] = content.data["compliance"]["obligations"][:1]
    assert (obligation["period"], obligation["status"]) == ("2014-15 Q2", "not_yet_due")


def test_milestones_stand_in_the_order_of_their_numbers_however_these_are_written() -> None:
    lap = london()
    for code in ("M10", "M9"):
        lap.given("add_milestone", project="P01", code=code, title=code, owner="LMA", due="2015-01-30")
    assert lap.register.projects["LAP-P01"].milestones[-2:] == ["LAP-P01-M9", "LAP-P01-M10"]
