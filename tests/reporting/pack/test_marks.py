"""What a pack marks or adds: milestones forecast before what they need, and partners' notes to the board."""

from __future__ import annotations

from datetime import UTC, date, datetime

from contracts.events.board import AgendaItemAdded, ItemKind, WrittenProcedureOpened
from contracts.events.projects import MilestoneAdded, MilestoneReforecast, ProjectProposed
from contracts.events.returns import ReturnSubmitted
from services.reporting.pack import PackContent
from tests.domain.history import CALENDAR, History
from tests.reporting.pack.story import DAYS, FIRST, SECOND, content, story
from tests.reporting.pack.test_ratification import asked, sheet
from tests.reporting.pack.test_sections import row, table, words

MARK = "forecast before LAP-P01-M01, which it needs"


def early() -> PackContent:
    """Return a pack in which M02 is forecast before M01, which it needs and which is still to be reached."""
    history = History("BRE", "HAC", "HAR", "LMA").meeting("2014-04-02", "B01", DAYS[FIRST])
    history.meeting("2014-04-02", "B02", DAYS[SECOND])
    for told in story().events:
        if isinstance(told.fact, ProjectProposed | MilestoneAdded | MilestoneReforecast):
            history.told(CALENDAR.local_date(told.recorded_at).isoformat(), told.fact)
    return content(
        history.told(
            "2014-09-01",
            MilestoneReforecast(milestone="LAP-P01-M01", forecast=date(2015, 2, 1), reason="Later"),
            AgendaItemAdded(meeting=SECOND, item=7, kind=ItemKind.DECISION, title="M02", about="LAP-P01-M02"),
        )
    )


def test_a_milestone_forecast_before_what_it_needs_is_marked_wherever_it_is_shown() -> None:
    made = early()
    assert MARK in row(table(made, "A", "Milestones that were re-forecast"), "LAP-P01-M02")["Milestone"].note
    assert row(table(made, "4", "Open projects"), "LAP-P01")["Next milestone"].note.endswith(MARK)
    assert MARK in row(table(made, "B", "Workplan of LAP-P01"), "M02")["Status"].note
    coming = table(made, "G", "Milestones forecast for 2014-15 Q4")
    assert [each[0].note for each in coming.rows if "M02" in each[1].text] == [MARK]
    assert asked(made)["Item 7"]["Concerns"].note == MARK
    assert "LAP-P01-M01" in next(each for each in sheet(made, "Milestones").rows if each[0] == "LAP-P01-M02")
    by_reference = {each["ref"]: each for each in made.data["milestones"]}
    assert by_reference["LAP-P01-M02"]["before"] == ["LAP-P01-M01"]
    assert by_reference["LAP-P01-M01"]["before"] == []
    assert by_reference["LAP-P01-M02"]["status"] == "red"  # by its own slip, as without the mark


def test_a_milestone_in_its_order_bears_no_mark() -> None:
    made = content(story())
    assert "forecast before" not in row(table(made, "B", "Workplan of LAP-P01"), "M02")["Status"].note
    assert all(each["before"] == [] for each in made.data["milestones"])


def test_an_item_about_a_written_procedure_is_shown_with_its_title_and_one_about_a_meeting_by_its_reference() -> None:
    closes = datetime(2014, 10, 20, 17, tzinfo=UTC)
    made = content(
        story().told(
            "2014-09-01",
            WrittenProcedureOpened(procedure="LAP-W01", title="Brand", text="Approve it", closes_at=closes),
            AgendaItemAdded(meeting=SECOND, item=7, kind=ItemKind.DECISION, title="One", about="LAP-W01"),
            AgendaItemAdded(meeting=SECOND, item=8, kind=ItemKind.DECISION, title="Two", about=FIRST),
        )
    )
    assert asked(made)["Item 7"]["Concerns"].text == "LAP-W01 Brand"
    assert asked(made)["Item 8"]["Concerns"].text == FIRST


def test_the_last_note_of_a_partner_is_shown_and_the_first_submission_counts() -> None:
    history = story()
    for day, note in (("2014-09-20", "Short of staff"), ("2014-09-25", "Staff found"), ("2014-09-26", None)):
        history.told(day, ReturnSubmitted(partner="HAC", quarter="2014-15 Q2", note=note))
    made = content(history)
    assert row(table(made, "H", "Partners’ notes"), "London Borough HAC")["Note"].text == "Staff found"
    assert made.data["notes"] == [{"partner": "HAC", "note": "Staff found"}]
    assert "Staff found" in next(each for each in sheet(made, "Reporting").rows if each[0] == "HAC")
    assert row(table(made, "H", "How old"), "London Borough HAC")["Submitted"].text == "20\u00a0Sep\u00a02014"


def test_a_note_for_another_quarter_is_not_of_this_pack() -> None:
    history = story().told("2014-09-20", ReturnSubmitted(partner="HAC", quarter="2014-15 Q1", note="Late"))
    made = content(history)
    assert made.data["notes"] == []
    assert "No partner added a note to its return for 2014-15 Q2." in words(made, "H")
