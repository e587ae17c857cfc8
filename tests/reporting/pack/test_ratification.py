"""Decisions of the board in words: votes, ties, effects that failed, and what is still to be ratified."""

from __future__ import annotations

import pytest

from contracts.events.board import AgendaItemAdded, ItemKind, WrittenProcedureOpened
from contracts.events.decisions import DecisionRecorded, EffectRefused, Outcome, RecommendationRatified, Votes
from contracts.events.effects import Effect, MoveProject
from contracts.events.partnership import PersonAppointed, Role
from contracts.events.projects import Stage
from domain.wording.cells import Cell, Tone
from services.reporting.pack import PackContent
from services.reporting.pack.document import Matter, Paragraph, Sheet
from tests.domain.history import History, at
from tests.reporting.pack.story import FIRST, SECOND, content, story
from tests.reporting.pack.test_sections import entry, row, section, table

CHAIR, MEMBER, OTHER = "LAP-U002", "LAP-U003", "LAP-U004"


def decided(history: History, votes: dict[str, list[str]], outcome: Outcome, procedure: str | None = None) -> History:
    """Record a decision with these votes at the first meeting, or by a written procedure."""
    where = {"procedure": procedure} if procedure else {"meeting": FIRST, "item": 9}
    return history.told(
        "2014-07-17",
        DecisionRecorded(
            decision="LAP-D09",
            **where,
            outcome=outcome,
            text="The scanner is bought",
            votes=Votes.model_validate(votes),
            quorate=True,
        ),
    )


def sheet(made: PackContent, name: str) -> Sheet:
    return next(each for each in made.sheets if each.name == name)


@pytest.mark.parametrize(
    ("votes", "outcome", "procedure", "told", "casting"),
    [
        (
            {"for": [CHAIR], "against": [MEMBER]},
            Outcome.AGREED,
            None,
            "by vote: 1 for, 1 against, 0 abstained; a tie, decided by the chair’s casting vote for",
            "for",
        ),
        (
            {"for": [MEMBER], "against": [CHAIR]},
            Outcome.NOT_AGREED,
            None,
            "by vote: 1 for, 1 against, 0 abstained; a tie, decided by the chair’s casting vote against",
            "against",
        ),
        (
            {"for": [MEMBER], "against": [OTHER], "abstained": [CHAIR]},
            Outcome.NOT_AGREED,
            None,
            "by vote: 1 for, 1 against, 1 abstained; a tie without a casting vote, so it was not carried",
            None,
        ),
        (
            {"abstained": [CHAIR]},
            Outcome.NOT_AGREED,
            None,
            "by vote: 0 for, 0 against, 1 abstained; nobody voted for or against, so it was not carried",
            None,
        ),
        (
            {"for": [CHAIR], "against": [MEMBER]},
            Outcome.NOT_AGREED,
            "LAP-W01",
            "by vote: 1 for, 1 against, 0 abstained; a tie without a casting vote, so it was not carried",
            None,
        ),
        (
            {"for": [CHAIR, MEMBER], "against": [OTHER]},
            Outcome.AGREED,
            None,
            "by vote: 2 for, 1 against, 0 abstained",
            None,
        ),
        (
            {"for": [CHAIR], "against": [MEMBER]},
            Outcome.DEFERRED,
            None,
            "by vote: 1 for, 1 against, 0 abstained",
            "for",
        ),
    ],
)
def test_a_tie_is_told_with_what_decided_it(votes, outcome, procedure, told, casting) -> None:
    made = content(decided(story(), votes, outcome, procedure))
    assert entry(made, "F", "LAP-D09")["Reached"].text.endswith(told)
    assert told in [line for each in sheet(made, "Decisions").rows if each[0] == "LAP-D09" for line in each]
    [decision] = [each for each in made.data["decisions"] if each["ref"] == "LAP-D09"]
    assert decision["casting_vote"] == casting


def test_a_tie_stays_decided_by_whoever_was_the_chair_on_the_day() -> None:
    history = decided(story(), {"for": [CHAIR], "against": [MEMBER]}, Outcome.AGREED)
    history.told("2014-09-01", PersonAppointed(person=CHAIR, partner="BRE", roles=(Role.BOARD_MEMBER,)))
    history.told("2014-09-01", PersonAppointed(person=MEMBER, partner="HAC", roles=(Role.CHAIR,)))
    assert "the chair’s casting vote for" in entry(content(history), "F", "LAP-D09")["Reached"].text


def asked(made: PackContent) -> dict[str, dict[str, Cell]]:
    entries = (each for each in section(made, "2").blocks if isinstance(each, Matter))
    return {each.label: entry(made, "2", each.label) for each in entries}


def recommended(history: History) -> History:
    """Have the board approve the second project without a quorum."""
    return history.told(
        "2014-07-17",
        AgendaItemAdded(meeting=FIRST, item=4, kind=ItemKind.DECISION, title="Brand", owner="HAR"),
        DecisionRecorded(
            decision="LAP-D04",
            meeting=FIRST,
            item=4,
            outcome=Outcome.AGREED,
            text="The brand is approved",
            quorate=False,
            effect=Effect(move_project=MoveProject(project="LAP-P02", stage=Stage.CLOSING)),
        ),
    )


def test_what_was_agreed_without_a_quorum_is_asked_of_the_board() -> None:
    made = content(recommended(story()))
    question = asked(made)["LAP-D04"]
    assert question["To know"].text.split("\n")[0] == (
        "Agreed at LAP-B01, item 4, on 17 July 2014, without a quorum; it has waited for 78 days."
    )
    assert question["Recommendation"].text.startswith("Ratify it, by a decision with a quorum on an agenda item")
    assert question["Owner"].text == "London Borough HAR"
    assert question["Effect"].text == "If ratified: LAP-P02 Shared brand moves to “Closing”."
    lead = section(made, "2").blocks[0]
    assert isinstance(lead, Paragraph)
    assert "2 items for decision, 1 decision to ratify and " in lead.text


def test_a_recommendation_that_an_item_or_an_open_procedure_asks_about_is_not_asked_twice() -> None:
    assert "LAP-D03" not in asked(content(recommended(story())))  # item 2 of the meeting is about it
    history = recommended(story()).told(
        "2014-09-01",
        WrittenProcedureOpened(
            procedure="LAP-W01", title="Brand", text="Approve it", closes_at=at("2014-10-20"), about="LAP-D04"
        ),
    )
    assert "LAP-D04" not in asked(content(history))


@pytest.mark.parametrize("by", ["ratified", "superseded"])
def test_a_recommendation_is_asked_until_it_is_ratified_or_superseded(by: str) -> None:
    history = recommended(story())
    if by == "ratified":
        history.told("2014-09-01", RecommendationRatified(decision="LAP-D04", by="LAP-W01"))
    else:
        later = {"decision": "LAP-D05", "meeting": FIRST, "item": 5, "outcome": Outcome.AGREED, "quorate": True}
        history.told("2014-09-01", DecisionRecorded(**later, text="No brand", supersedes="LAP-D04"))
    made = content(history)
    assert "LAP-D04" not in asked(made)
    [decision] = [each for each in made.data["decisions"] if each["ref"] == "LAP-D04"]
    assert decision["awaits_ratification"] is False


def test_the_document_the_data_and_the_spreadsheet_say_the_same_of_what_awaits_ratification() -> None:
    made = content(recommended(story()))
    by_data = [each["ref"] for each in made.data["decisions"] if each["awaits_ratification"]]
    blocks = section(made, "F").blocks
    heading = next(number for number, each in enumerate(blocks) if getattr(each, "text", "") == "Awaiting ratification")
    by_document = [each.label for each in blocks[heading:] if isinstance(each, Matter)]
    decisions = sheet(made, "Decisions")
    column = [each.title for each in decisions.columns].index("Awaits ratification")
    by_sheet = [each[0] for each in decisions.rows if each[column] == "yes"]
    assert by_data == by_document == by_sheet == ["LAP-D02", "LAP-D03", "LAP-D04"]


def test_an_effect_that_has_become_impossible_says_why_in_every_form() -> None:
    why = "LAP-P02 is stopped and stays so; it cannot be moved to closing"
    history = recommended(story()).told("2014-09-01", EffectRefused(decision="LAP-D04", reason=why))
    made = content(history)
    [decision] = [each for each in made.data["decisions"] if each["ref"] == "LAP-D04"]
    assert (decision["carried_out"], decision["failed"]) == (False, why)
    assert entry(made, "F", "LAP-D04")["Effect"].note == f"could not be carried out: {why}"
    came_of_it = row(table(made, "A", "Decisions whose effect"), "LAP-D04")
    assert came_of_it["What came of it"] == Cell("Failed", why, Tone.BAD)
    assert why in next(each for each in sheet(made, "Decisions").rows if each[0] == "LAP-D04")


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Outcome.NOT_AGREED, "not carried out: the board did not agree to it"),
        (Outcome.DEFERRED, "not carried out: the board deferred it"),
        (Outcome.NOTED, "not carried out: the board only noted it"),
    ],
)
def test_an_effect_that_was_not_agreed_says_what_the_board_did(outcome: Outcome, why: str) -> None:
    effect = Effect(move_project=MoveProject(project="LAP-P02", stage=Stage.APPROVED))
    fact = DecisionRecorded(
        decision="LAP-D08", meeting=SECOND, item=8, outcome=outcome, text="Brand", quorate=True, effect=effect
    )
    assert entry(content(story().told("2014-09-01", fact)), "F", "LAP-D08")["Effect"].note == why
