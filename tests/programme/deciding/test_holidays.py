"""Holidays are facts: the system's for a year, the secretary's for a day ahead. Source: domain, sections 3 and 10."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.envelope import Cause
from contracts.events.board import MeetingScheduled
from contracts.events.partnership import HolidayAdded, HolidayRemoved, HolidaysRecorded, PartnershipFormed
from domain.wording.dates import plain_date
from services.programme.core.event_factory import outcome_of, sealed
from services.programme.partnership import needed_holidays
from services.programme.partnership.bank_holidays import holidays_of, is_holiday_set
from tests import bank_holidays
from tests.programme.partnerships import SECRETARY, SYSTEM, Partnership, london

FUNERAL = date(2022, 9, 19)


def formed(on: str = "2014-04-01", **fields: object) -> Partnership:
    lap = Partnership().at(date.fromisoformat(on), hour=8)
    return lap.given("form_partnership", code="LAP", name="London", formed_on=on, **fields)


def scheduling(lap: Partnership, on: str, code: str = "B01") -> list[object]:
    return list(lap.when("schedule_meeting", code=code, date=on, time="14:00"))


@pytest.mark.parametrize(
    ("name", "known"), [("GB-ENG", True), ("IE", True), ("none", True), ("GB-XYZ", False), ("", False)]
)
def test_only_sets_of_holidays_that_exist_can_be_chosen(name: str, known: bool) -> None:
    assert is_holiday_set(name) is known


def test_the_holidays_of_its_year_are_recorded_with_the_formation_by_the_system() -> None:
    lap = formed()
    assert [type(each.fact) for each in lap.decided if each.by_system] == [HolidaysRecorded]
    assert lap.decided[-1].fact == bank_holidays.facts("GB-ENG", 2014)[0]
    assert not lap.register.calendar.is_working_day(date(2014, 12, 25))


def test_a_partnership_without_bank_holidays_records_none() -> None:
    lap = formed(holidays="none")
    assert not any(isinstance(each.fact, HolidaysRecorded) for each in lap.decided)
    assert [type(fact) for fact in scheduling(lap, "2015-01-08")] == [MeetingScheduled]


def test_a_meeting_in_a_year_that_is_known_records_no_holidays() -> None:
    assert [type(fact) for fact in scheduling(formed(), "2014-10-16")] == [MeetingScheduled]


def test_a_meeting_in_a_further_year_is_recorded_after_the_holidays_of_that_year() -> None:
    lap = formed()
    assert scheduling(lap, "2015-04-09")[:-1] == list(bank_holidays.facts("GB-ENG", 2015))
    assert [each.by_system for each in lap.decided] == [True, False]


def test_a_meeting_whose_cut_off_lies_in_another_unknown_year_needs_both() -> None:
    assert {fact.year for fact in scheduling(formed(), "2016-01-07")[:-1]} == {2015, 2016}


def test_soon_after_the_formation_in_january_the_year_before_is_needed_too() -> None:
    assert [fact.year for fact in scheduling(formed("2015-01-05"), "2015-01-08")[:-1]] == [2014]


def test_a_meeting_that_moves_into_a_further_year_needs_its_holidays() -> None:
    lap = formed().given("schedule_meeting", code="B01", date="2014-10-16", time="14:00")
    moved = lap.when("move_meeting", meeting="B01", date="2015-03-05", time="14:00")
    assert [fact.year for fact in moved[:-1]] == [2015]


def test_a_year_is_recorded_once() -> None:
    lap = formed().given("schedule_meeting", code="B01", date="2015-04-09", time="14:00")
    assert [type(fact) for fact in scheduling(lap, "2015-06-18", code="B02")] == [MeetingScheduled]


def test_a_log_from_before_holidays_were_recorded_gets_those_of_all_its_meetings_with_its_next_fact() -> None:
    # given: a formation and a meeting as they were recorded before
    lap = Partnership()
    facts = Partnership()
    facts.when("form_partnership", code="LAP", name="London", formed_on="2014-04-01")
    lap.happened(*(each for each in facts.decided if not isinstance(each.fact, HolidaysRecorded)))
    lap.happened(*(_decided(MeetingScheduled(meeting="LAP-B01", date=date(2015, 4, 9), time="14:00"))))
    assert lap.register.calendar.timetable(date(2015, 4, 9)).issue_on == date(2015, 4, 1)  # with no Easter
    # when: anything happens
    lap.given("admit_partner", code="BRE", name="Brent", kind="london_borough", joined_on="2014-04-01")
    # then
    assert [each.fact.year for each in lap.decided[:-1]] == [2014, 2015]  # type: ignore[attr-defined]
    assert lap.register.calendar.timetable(date(2015, 4, 9)).issue_on == date(2015, 3, 30)


def test_what_a_newer_library_says_changes_no_year_that_was_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    # given: a library that does not know of the funeral
    monkeypatch.setattr(needed_holidays, "holidays_of", _without(FUNERAL))
    lap = formed("2022-04-01").given("schedule_meeting", code="B01", date="2022-09-27", time="14:00")
    before = lap.register.calendar.timetable(date(2022, 9, 27))
    # when: one that knows of it is installed
    monkeypatch.undo()
    lap.at(date(2022, 9, 12)).given("schedule_meeting", code="B02", date="2022-09-28", time="14:00")
    # then
    assert [type(each.fact) for each in lap.decided] == [MeetingScheduled]
    assert lap.register.calendar.timetable(date(2022, 9, 27)) == before
    assert before.issue_on == FUNERAL


def test_a_proclaimed_holiday_moves_the_cut_offs_that_are_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needed_holidays, "holidays_of", _without(FUNERAL))
    lap = formed("2022-04-01").given("schedule_meeting", code="B01", date="2022-09-27", time="14:00")
    lap.at(date(2022, 9, 10)).given("add_holiday", on="2022-09-19", name="State funeral")
    timetable = lap.register.calendar.timetable(date(2022, 9, 27))
    assert (timetable.issue_on, timetable.cut_off.date()) == (date(2022, 9, 16), date(2022, 9, 13))


def test_a_holiday_that_is_known_already_is_added_no_second_time() -> None:
    assert formed("2022-04-01").at(date(2022, 9, 10)).when("add_holiday", on="2022-09-19", name="State funeral") == []


def test_a_holiday_ahead_can_be_taken_away_and_one_that_is_none_needs_no_taking() -> None:
    lap = formed()
    assert lap.when("remove_holiday", on="2014-08-25", reason="We are open.") == [
        HolidayRemoved(on=date(2014, 8, 25), reason="We are open.")
    ]
    assert lap.when("remove_holiday", on="2014-08-26", reason="We are open.") == []
    assert lap.when("remove_holiday", on="2014-08-24", reason="It is a Sunday.") == []


def test_a_holiday_of_a_year_that_was_not_needed_before_stands_behind_the_holidays_of_that_year() -> None:
    lap = formed()
    added = lap.when("add_holiday", on="2016-07-01", name="Closure")
    assert added == [*bank_holidays.facts("GB-ENG", 2016), HolidayAdded(on=date(2016, 7, 1), name="Closure")]
    assert [type(each) for each in lap.when("remove_holiday", on="2016-12-26", reason="Open.")] == [
        HolidaysRecorded,
        HolidayRemoved,
    ]


@pytest.mark.parametrize("on", ["2014-03-31", "2014-04-01"])
@pytest.mark.parametrize(
    ("do", "more"), [("add_holiday", {"name": "Closure"}), ("remove_holiday", {"reason": "Open."})]
)
def test_what_a_day_was_is_not_changed_any_more(do: str, more: dict[str, str], on: str) -> None:
    refused = formed().refusal(do, on=on, **more)
    assert refused.field == "on"
    on = plain_date(date.fromisoformat(on))
    assert refused.problem == f"{on} is not ahead; it is 1 April 2014, and what a day was cannot be changed any more"


def test_the_answer_to_a_command_speaks_of_what_was_asked_for_alone() -> None:
    lap = london()
    lap.when("schedule_meeting", code="B01", date="2015-04-09", time="14:00")
    events = sealed(lap.register, lap.decided, lap.now, Cause(SECRETARY, "test", "test"))
    assert [event.actor for event in events] == [SYSTEM, SECRETARY]
    assert outcome_of("LAP", lap.register.position.version, events).references == ("LAP-B01",)


def _without(day: date):
    def holidays_without(holiday_set: str, year: int) -> HolidaysRecorded:
        said = holidays_of(holiday_set, year)
        return said.model_copy(update={"holidays": tuple(each for each in said.holidays if each.on != day)})

    return holidays_without


def _decided(*facts):
    lap = Partnership()
    lap.when("form_partnership", code="LAP", name="London", formed_on="2014-04-01")
    formed = lap.decided[0]
    assert isinstance(formed.fact, PartnershipFormed)
    return [type(formed)(fact, date(2014, 4, 1)) for fact in facts]
