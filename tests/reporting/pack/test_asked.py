"""What the board is asked to decide, and what it needs to know for it."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.board import ChangeRequested, WrittenProcedureOpened
from contracts.events.decisions import DecisionRecorded, Outcome
from contracts.events.effects import (
    DropMilestone,
    Effect,
    GrantDerogation,
    MoveProject,
    RecordPartnerLeaving,
    SetBaseline,
    WithdrawCommitment,
)
from contracts.events.projects import Stage
from services.reporting.pack import PackContent
from services.reporting.pack.board.asked import EFFECT_UNSTATED
from services.reporting.pack.document import Matter, Paragraph, Table
from services.reporting.pack.question import UNSTATED_EFFECT
from services.reporting.pack.rendering.as_pdf import typesetter
from tests.domain.history import History, at
from tests.reporting.pack import reading
from tests.reporting.pack.story import FIRST, SECOND, content, story
from tests.reporting.pack.test_sections import entry, section


def requested(effect: Effect, about: str | None = None) -> History:
    """Ask the board of the second meeting, under item 4, for an effect."""
    request = ChangeRequested(
        meeting=SECOND, item=4, title="A change", about=about, recommendation="Agree", owner="LMA", effect=effect
    )
    return story().told("2014-09-01", request)


BASELINE = Effect(
    set_baseline=SetBaseline(project="LAP-P01", milestones={"LAP-P01-M02": date(2015, 4, 30)}),
)


@pytest.mark.parametrize(
    ("effect", "known"),
    [
        (
            BASELINE,
            "P01-M02 First ten services live: 19 December 2014 becomes 30 April 2015 (+132 days); re-forecast 2 times.",
        ),
        (
            Effect(drop_milestone=DropMilestone(milestone="LAP-P01-M01", reason="Needless")),
            "P01-M01 Shared catalogue: baseline 31 July 2014, forecast 31 July 2014 (none); needed by P01-M02.",
        ),
        (
            Effect(move_project=MoveProject(project="LAP-P01", stage=Stage.CLOSED)),
            "In delivery since 2 April 2014; still open: First ten services live and Handed over.",
        ),
        (
            Effect(grant_derogation=GrantDerogation(commitment="LAP-C2", partner="HAC", periods=("2014-15 Q3",))),
            "Leave it has had before: 2014-15 Q2 (LAP-D01).",
        ),
        (
            Effect(withdraw_commitment=WithdrawCommitment(commitment="LAP-C1", on=date(2015, 1, 1))),
            "In breach of it: London Borough HAC, London Borough HAR and London Borough LMA.",
        ),
        (
            Effect(record_partner_leaving=RecordPartnerLeaving(partner="HAR", left_on=date(2015, 1, 1))),
            "It leads or owns LAP-P02 Shared brand.",
        ),
    ],
    ids=lambda each: each.name if isinstance(each, Effect) else "",
)
def test_what_one_needs_to_know_follows_from_the_effect_that_is_asked_for(effect: Effect, known: str) -> None:
    told = entry(content(requested(effect)), "2", "Item 4")["To know"].text.replace("\u00a0", " ")
    assert known in told.split("\n")


def test_a_partner_that_asks_for_leave_is_shown_with_its_record() -> None:
    effect = Effect(grant_derogation=GrantDerogation(commitment="LAP-C1", partner="HAR", periods=("2014-15 Q3",)))
    told = entry(content(requested(effect)), "2", "Item 4")["To know"].text
    assert "C1: 2014-15 Q1 not reported, 2014-15 Q2 not reported." in told
    assert "silent for 184 days" in told


def test_breaches_of_one_partner_stand_together() -> None:
    made = content(story())
    breaches = [each for each in section(made, "2").blocks if isinstance(each, Matter) and each.label == "Breach"]
    assert [each.title.partition(":")[0] for each in breaches] == [
        "London Borough HAR",
        "London Borough HAC",
        "London Borough LMA",
    ]


def test_more_partners_in_breach_than_entries_fit_are_one_table() -> None:
    blocks = section(content(in_breach(12)), "2").blocks
    assert not [each for each in blocks if isinstance(each, Matter)]
    [table] = [each for each in blocks if isinstance(each, Table)]
    assert len(table.rows) == 12


def in_breach(number: int) -> History:
    """Tell of as many partners, each of which is in breach."""
    history = History(*(f"P{each:02d}" for each in range(number)))
    history.agreed("C1", {"kind": "attestation"})
    return history.meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")


def paragraphs(made: PackContent) -> list[str]:
    return [each.text for each in section(made, "2").blocks if isinstance(each, Paragraph)]


def test_sixty_partners_in_breach_go_on_one_page_and_none_goes_unnamed() -> None:
    made = content(in_breach(60))
    [table] = [each for each in section(made, "2").blocks if isinstance(each, Table)]
    assert [cell.text for cell in table.rows[0]][:2] == ["London Borough P00", "C1"]
    rest = next(each for each in paragraphs(made) if each.startswith("The same is asked of"))
    assert len(table.rows) + rest.count("London Borough P") == 60
    pages = [page.extract_text() for page in reading.pdf(typesetter(made)()).pages]
    assert len([page for page in pages if "Each with its record" in page or "The same is asked of" in page]) == 1


def test_what_is_recommended_for_every_breach_is_said_once() -> None:
    made = content(story())
    said = [each for each in paragraphs(made) if each.startswith("Recommendation: Agree how and by when")]
    assert len(said) == 1
    assert set(entry(made, "2", "Breach")) == {"Concerns", "Owner", "To know"}


def test_that_a_decision_sets_its_own_effect_is_said_once() -> None:
    made = content(story())
    assert "Effect" not in entry(made, "2", "Item 1")
    assert [each for each in paragraphs(made) if "nothing changes until the board has resolved" in each] == [
        EFFECT_UNSTATED
    ]
    assert made.data["asked"][0]["effect"] == UNSTATED_EFFECT


def test_where_every_question_names_its_effect_nothing_is_said_of_others() -> None:
    assert EFFECT_UNSTATED not in paragraphs(content(in_breach(3)))


def test_an_item_about_a_decision_without_a_quorum_says_where_it_was_taken_and_since_when_it_waits() -> None:
    told = entry(content(story()), "2", "Item 2")["To know"].text
    assert told == "Agreed at LAP-B01, item 3, on 17 July 2014, without a quorum; it has waited for 78 days."


def test_an_item_about_a_decision_that_stands_does_not_say_that_it_waits() -> None:
    taken = DecisionRecorded(decision="LAP-D09", meeting=FIRST, item=9, outcome=Outcome.NOTED, text="x", quorate=True)
    opened = WrittenProcedureOpened(
        procedure="LAP-W01", title="Again", text="Do it", closes_at=at("2014-10-20"), about="LAP-D09"
    )
    told = entry(content(story().told("2014-09-01", taken, opened)), "2", "LAP-W01")["To know"].text.split("\n")
    assert told[1] == "Noted at LAP-B01, item 9, on 1 September 2014."


def test_the_data_has_what_the_page_asks() -> None:
    made = content(story())
    labels = [each.label for each in section(made, "2").blocks if isinstance(each, Matter)]
    assert [each["label"] for each in made.data["asked"]] == labels
    assert made.data["asked"][0]["recommendation"] == "Ten services are live."
