"""Change requests: what the board alone can change becomes an item of its agenda that carries it."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.board import AgendaItemAmended, ChangeRequested
from contracts.events.effects import Effect, GrantDerogation, MoveProject
from contracts.events.projects import ProjectMoved, Stage
from services.programme.core.deciding import NotAllowed
from tests.programme.partnerships import CHAIR, HACKNEY, HACKNEY_CONTRIBUTOR, HACKNEY_LEAD, LMA, LMA_LEAD, Partnership

PAUSE = {"move_project": {"project": "P01", "stage": "paused"}}
ASKED = {"meeting": "B01", "title": "Pause it", "recommendation": "To pause it.", "effect": PAUSE}
LEAVE = {"grant_derogation": {"commitment": "C1", "partner": "HAC", "periods": ["2014-15 Q1"]}}


@pytest.fixture
def lap(lap: Partnership) -> Partnership:
    """The same with two meetings ahead."""
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    return lap.given("schedule_meeting", code="B02", date="2014-10-16", time="14:00")


def test_a_request_is_an_item_for_decision_about_what_would_change_brought_by_the_partner_whose_it_is(
    lap: Partnership,
) -> None:
    [fact] = lap.when("request_change", LMA_LEAD, **ASKED)
    assert fact == ChangeRequested(
        meeting="LAP-B01",
        item=101,  # no number that a secretary planned
        title="Pause it",
        about="LAP-P01",
        recommendation="To pause it.",
        owner="LMA",
        effect=Effect(move_project=MoveProject(project="LAP-P01", stage=Stage.PAUSED)),
    )


def test_a_decision_on_it_carries_out_what_was_asked_for(lap: Partnership) -> None:
    # given
    lap.given("request_change", LMA_LEAD, **ASKED).at(date(2014, 7, 17))
    item = lap.register.meetings["LAP-B01"].items[101]
    lap.given("open_meeting", meeting="B01", present=[CHAIR, HACKNEY, LMA])
    # when
    assert item.effect is not None
    effect = item.effect.model_dump(mode="json", exclude_none=True)
    facts = lap.when(
        "record_decision", CHAIR, meeting="B01", item=101, code="D01", outcome="agreed", text="So be it.", effect=effect
    )
    # then
    assert ProjectMoved(project="LAP-P01", stage=Stage.PAUSED, decision="LAP-D01") in facts


@pytest.mark.parametrize(
    ("who", "effect", "may"),
    [
        (LMA_LEAD, PAUSE, True),
        (HACKNEY_LEAD, PAUSE, False),
        (HACKNEY_LEAD, LEAVE, True),
        (LMA_LEAD, LEAVE, False),
        (HACKNEY_CONTRIBUTOR, LEAVE, False),
        (HACKNEY_LEAD, {"record_partner_leaving": {"partner": "HAC", "left_on": "2015-04-01"}}, True),
        (HACKNEY_LEAD, {"withdraw_commitment": {"commitment": "C1", "on": "2015-04-01"}}, False),
        (CHAIR, {"move_project": {"project": "P02", "stage": "approved"}}, True),
    ],
)
def test_who_leads_the_partner_whose_change_it_is_may_ask_for_it(
    lap: Partnership, who: str, effect: dict[str, object], may: bool
) -> None:
    asked = {**ASKED, "effect": effect}
    if may:
        assert lap.when("request_change", who, **asked)
    else:
        assert isinstance(lap.refusal("request_change", who, **asked), NotAllowed)
    assert lap.when("request_change", **asked)


def test_what_could_not_be_carried_out_is_not_asked_for(lap: Partnership) -> None:
    refused = lap.refusal(
        "request_change", **{**ASKED, "effect": {"move_project": {"project": "P01", "stage": "approved"}}}
    )
    assert refused.field == "effect.move_project.stage"


def test_a_change_is_asked_for_at_a_meeting_that_is_scheduled(lap: Partnership) -> None:
    lap.at(date(2014, 7, 17)).given("open_meeting", meeting="B01", present=[CHAIR])
    refused = lap.refusal("request_change", **ASKED)
    assert (refused.field, "ask for the change at one that is scheduled" in refused.problem) == ("meeting", True)


def test_whoever_asked_puts_its_words_right_and_takes_it_back_until_the_meeting_begins(lap: Partnership) -> None:
    # given
    lap.given("request_change", LMA_LEAD, **ASKED)
    own = {"meeting": "B01", "item": 101}
    # then
    [amended] = lap.when("amend_agenda_item", LMA_LEAD, **own, title="Pause the catalogue")
    assert isinstance(amended, AgendaItemAmended)
    lap.given("amend_agenda_item", LMA_LEAD, **own, title="Pause the catalogue")
    assert lap.register.meetings["LAP-B01"].items[101].effect is not None
    assert isinstance(lap.refusal("amend_agenda_item", LMA_LEAD, **own, owner="BRE"), NotAllowed)
    assert isinstance(lap.refusal("amend_agenda_item", HACKNEY_LEAD, **own, title="No"), NotAllowed)
    assert isinstance(lap.refusal("remove_agenda_item", HACKNEY_LEAD, **own, reason="No."), NotAllowed)
    assert lap.refusal("amend_agenda_item", **own, kind="discussion").field == "kind"
    assert lap.refusal("amend_agenda_item", **own, about="P02").field == "about"
    assert lap.when("remove_agenda_item", LMA_LEAD, **own, reason="Not needed.")
    # and of what the secretary put there nobody else does
    lap.given("add_agenda_item", meeting="B01", item=1, kind="decision", title="Other", owner="LMA")
    assert isinstance(lap.refusal("remove_agenda_item", LMA_LEAD, meeting="B01", item=1, reason="No."), NotAllowed)


def test_a_request_goes_from_a_cancelled_meeting_to_the_next(lap: Partnership) -> None:
    lap.given("request_change", **ASKED).given("request_change", **{**ASKED, "effect": LEAVE, "title": "Leave"})
    _, *moved = lap.when("cancel_meeting", meeting="B01", reason="No quorum.")
    assert [(each.meeting, each.item, each.title) for each in moved] == [  # type: ignore[attr-defined]
        ("LAP-B02", 101, "Pause it"),
        ("LAP-B02", 102, "Leave"),
    ]
    assert moved[1].effect.content == GrantDerogation(  # type: ignore[attr-defined]
        commitment="LAP-C1", partner="HAC", periods=("2014-15 Q1",)
    )


def test_a_request_speaks_for_whoever_asks_and_is_news_of_what_it_is_about(lap: Partnership) -> None:
    lap.later(days=3).given("request_change", LMA_LEAD, **ASKED)
    assert lap.register.last_recorded["LMA"] == lap.now
    assert lap.register.last_recorded["LAP-P01"] == lap.now
