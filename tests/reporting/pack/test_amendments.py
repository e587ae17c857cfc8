"""What was dropped, amended and taken back, as the next pack tells it."""

from __future__ import annotations

from datetime import date

from contracts.events.board import AgendaItemAdded, AgendaItemAmended, AgendaItemRemoved, ItemKind
from contracts.events.decisions import ActionDropped, ActionMoved, ActionReassigned
from contracts.events.partnership import BoardAmendment, HolidayAdded, PartnershipAmended
from contracts.events.projects import LeadChanged, MilestoneAmended, MilestoneDropped, MilestoneReopened, ProjectAmended
from contracts.events.risks import RiskReopened
from services.reporting.pack import Edition
from services.reporting.pack.document import Matter
from tests.domain.history import History
from tests.reporting.pack.story import DAYS, FIRST, SECOND, content, story
from tests.reporting.pack.test_ratification import asked
from tests.reporting.pack.test_sections import row, section, table, words

DROPPED = MilestoneDropped(milestone="LAP-P01-M02", reason="Not needed", decision="LAP-D01")


def test_a_dropped_milestone_colours_nothing_and_is_listed_once() -> None:
    made = content(story().told("2014-09-01", DROPPED))
    [milestone] = [each for each in made.data["milestones"] if each["ref"] == "LAP-P01-M02"]
    assert (milestone["status"], milestone["baseline"], milestone["forecast"]) == (
        *("dropped", "2014-12-19"),
        "2015-01-30",
    )
    assert made.data["projects"][0]["schedule_status"] == "green"
    told = row(table(made, "A", "Milestones that were dropped"), "LAP-P01-M02")
    assert (told["By decision"].text, told["Reason"].text) == ("LAP-D01", "Not needed")
    assert not [each for each in table(made, "B", "Workplan of LAP-P01").rows if "M02" in each[0].text]
    assert row(table(made, "4", "Open projects"), "LAP-P01")["Next milestone"].text == "Handed over"
    assert not [each for each in table(made, "G", "Milestones forecast for 2014-15 Q4").rows if "M02" in each[1].text]


def test_a_project_whose_only_baseline_was_dropped_has_none() -> None:
    facts = [MilestoneDropped(milestone=f"LAP-P01-M0{number}", reason="No") for number in (2, 3)]
    history = story().told("2014-09-01", MilestoneReopened(milestone="LAP-P01-M01", reason="No"))
    history.told("2014-09-02", *facts, MilestoneDropped(milestone="LAP-P01-M01", reason="No"))
    assert content(history).data["projects"][0]["schedule_status"] == "none"


def test_what_depended_on_a_dropped_milestone_says_so() -> None:
    needs = MilestoneAmended(milestone="LAP-P01-M03", depends_on=("LAP-P01-M02",), reason="So it is")
    made = content(story().told("2014-08-20", needs).told("2014-09-01", DROPPED))
    assert "needs M02 (dropped)" in row(table(made, "B", "Workplan of LAP-P01"), "M03")["Milestone"].note
    told = row(table(made, "A", "Milestones that were dropped"), "LAP-P01-M02")
    assert told["Reason"].note == "LAP-P01-M03 depended on it"


def test_a_reopened_milestone_is_open_as_before_it_was_done() -> None:
    made = content(story().told("2014-09-01", MilestoneReopened(milestone="LAP-P01-M01", reason="By mistake")))
    [milestone] = [each for each in made.data["milestones"] if each["ref"] == "LAP-P01-M01"]
    assert (milestone["status"], milestone["actual"], milestone["forecast"]) == ("overdue", None, "2014-07-31")
    told = row(table(made, "A", "What was amended"), "LAP-P01-M01")
    assert (told["What"].text, told["Was"].text, told["Is now"].text) == ("Done on", "29 August 2014", "none")


def test_amendments_are_told_with_the_value_before_and_the_one_now() -> None:
    made = content(
        story().told(
            "2014-09-01",
            ProjectAmended(project="LAP-P01", title="Catalogue for all", reason="Shorter"),
            ActionReassigned(action="LAP-A01", owner="HAC", reason="Hackney does it"),
        )
    )
    title = row(table(made, "A", "What was amended"), "LAP-P01")
    assert [title[each].text for each in ("What", "Was", "Is now", "Reason")] == [
        *("Title", "Shared catalogue", "Catalogue for all"),
        "Shorter",
    ]
    owner = row(table(made, "A", "What was amended"), "LAP-A01")
    assert (owner["Was"].text, owner["Is now"].text) == ("London Borough BRE", "London Borough HAC")


def test_what_is_amended_of_the_partnership_is_told_with_the_day_from_which_it_holds() -> None:
    made = content(
        story().told(
            "2014-09-01",
            PartnershipAmended(
                name="London Archives",
                board=BoardAmendment(quorum_count=2, must_attend=("HAC",)),
                holds_from=date(2014, 10, 1),
                reason="The board grew",
            ),
            HolidayAdded(on=date(2014, 12, 24), name="Closed for Christmas"),
        )
    )
    told = [[cell.text for cell in each] for each in table(made, "A", "What was amended").rows]
    assert told == [
        ["The partnership", "Name", "London Archives Partnership", "London Archives", "The board grew"],
        ["The partnership", "Quorum, people", "1", "2", "The board grew"],
        ["The partnership", "Must attend", "none", "London Borough HAC", "The board grew"],
        ["The partnership", "Holiday", "none", "24 December 2014", "Closed for Christmas"],
    ]
    assert table(made, "A", "What was amended").rows[0][3].note == "from 1 October 2014"


def test_without_an_amendment_nothing_is_told() -> None:
    assert "amendments" in words(content(story()), "A")


def test_an_action_is_judged_by_its_present_due_date_and_shows_the_first() -> None:
    made = content(story().told("2014-09-01", ActionMoved(action="LAP-A01", due=date(2014, 10, 31), reason="Later")))
    [action] = [each for each in made.data["actions"] if each["ref"] == "LAP-A01"]
    assert {key: action[key] for key in ("status", "due", "original_due", "moves", "owner")} == {
        "status": "open",
        "due": "2014-10-31",
        "original_due": "2014-09-01",
        "moves": 1,
        "owner": "BRE",
    }
    due = row(table(made, "F", "Actions that are open"), "LAP-A01")["Due"]
    assert due.note == "first due 1\u00a0Sep\u00a02014, moved once"


def test_a_dropped_action_is_neither_open_nor_overdue() -> None:
    made = content(story().told("2014-09-01", ActionDropped(action="LAP-A01", reason="Nobody needs it")))
    assert [each["status"] for each in made.data["actions"] if each["ref"] == "LAP-A01"] == ["dropped"]
    assert row(table(made, "A", "Actions that were done"), "LAP-A01")["Status"].text == "Dropped"
    assert row(table(made, "F", "Actions that are open"), "LAP-A01")["What"].note == "Dropped: Nobody needs it"


def test_a_reopened_risk_is_not_told_as_a_new_one() -> None:
    made = content(story().told("2014-09-01", RiskReopened(risk="LAP-R02", reason="It is back")))
    assert row(table(made, "A", "What was amended"), "LAP-R02")["Was"].text == "4 August 2014"
    assert not [each for each in table(made, "A", "Risks").rows if "LAP-R02" in each[0].text]


def test_a_supplement_tells_what_was_amended_and_what_left_the_agenda() -> None:
    history = History("BRE").meeting("2014-04-02", "B01", DAYS[FIRST]).meeting("2014-04-02", "B02", DAYS[SECOND])
    for number in (1, 2):
        history.told(
            "2014-06-01", AgendaItemAdded(meeting=SECOND, item=number, kind=ItemKind.DECISION, title=f"Title {number}")
        )
    history.told(
        "2014-10-02",
        AgendaItemAmended(meeting=SECOND, item=1, kind=ItemKind.DECISION, title="New title", owner="BRE"),
        AgendaItemRemoved(meeting=SECOND, item=2, reason="Not ready"),
    )
    made = content(history, Edition.supplement(1))
    assert "Item 1, amended" in asked(made)
    gone = row(table(made, "2", "Taken off the agenda"), "2")
    assert (gone["Title"].text, gone["Reason"].text) == ("Title 2", "Not ready")
    entries = [each.label for each in section(made, "2").blocks if isinstance(each, Matter)]
    assert "Item 2" not in entries


def test_a_changed_lead_is_told_and_shown_from_its_day_on() -> None:
    changes = [LeadChanged(project="LAP-P01", lead="BRE", since=date.fromisoformat(day), reason="It moves") for day in
               ("2014-10-01", "2014-10-04")]  # fmt: skip
    for change, lead in zip(changes, ("BRE", "LMA"), strict=True):
        made = content(story().told("2014-09-01", change))
        assert made.data["projects"][0]["lead"] == lead
        told = row(table(made, "A", "What was amended"), "LAP-P01")
        assert (told["What"].text, told["Was"].text, told["Is now"].text) == (
            *("Lead", "London Borough LMA"),
            "London Borough BRE",
        )
        assert told["Is now"].note == f"from {change.since.day} October 2014"
        assert (
            row(table(made, "4", "Open projects"), "LAP-P01")["Project"].note
            == f"In delivery; lead: London Borough {lead}"
        )
