"""Name, vision and rules change for the meetings from a date on. Source: domain.md sections 9 and 10."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.partnership import BoardAmendment, HolidaysRecorded, PartnershipAmended
from services.programme.core.commands import COMMANDS
from tests import bank_holidays
from tests.programme.partnerships import CHAIR, HACKNEY, LMA, Partnership

JULY = "2014-07-01"


def amended(lap: Partnership, on: str = JULY, **fields: object) -> Partnership:
    return lap.given("amend_partnership", **fields, reason="The board agreed it.", **{"from": on})


def refused(lap: Partnership, on: str = JULY, **fields: object):
    return lap.refusal("amend_partnership", **fields, reason="The board agreed it.", **{"from": on})


def test_what_changes_and_from_when_is_recorded_with_its_reason(lap: Partnership) -> None:
    fields = {"name": "Greater London", "vision": "", "board": {"clear_days": 7}, "from": JULY, "reason": "Agreed."}
    assert lap.when("amend_partnership", **fields) == [
        PartnershipAmended(
            name="Greater London",
            vision="",
            board=BoardAmendment(clear_days=7),
            holds_from=date(2014, 7, 1),
            reason="Agreed.",
        )
    ]


def test_the_keys_of_the_board_that_are_given_change_and_the_others_stay(lap: Partnership) -> None:
    before = lap.register.partnership.rules_on(date(2014, 7, 1))
    amended(lap, board={"quorum_count": 3, "must_attend": ["LMA"]})
    partnership = lap.register.partnership
    assert partnership.rules_on(date(2014, 6, 30)) == before
    changed = {"quorum_count": 3, "must_attend": ("LMA",)}
    assert partnership.rules_on(date(2014, 7, 1)) == before.model_copy(update=changed)


def test_of_two_amendments_the_later_date_holds_and_on_the_same_date_the_later_recorded(lap: Partnership) -> None:
    amended(lap, "2014-07-01", name="July", board={"clear_days": 7})
    amended(lap, "2014-06-01", name="June", board={"clear_days": 6, "cutoff_working_days": 2})
    partnership = lap.register.partnership
    assert [partnership.name_on(date(2014, month, 1)) for month in (5, 6, 7)] == [partnership.name, "June", "July"]
    rules = partnership.rules_on(date(2014, 7, 1))
    assert (rules.clear_days, rules.cutoff_working_days) == (7, 2)
    amended(lap, "2014-07-01", name="Again", board={"clear_days": 8})
    assert lap.register.partnership.name_on(date(2014, 8, 1)) == "Again"
    assert lap.register.partnership.rules_on(date(2014, 8, 1)).clear_days == 8


def test_it_holds_from_today_or_a_later_day(lap: Partnership) -> None:
    assert refused(lap, "2014-03-31", name="Other").problem == (
        "31 March 2014 is past; what earlier meetings went by stays, so give 1 April 2014 or a later day"
    )
    assert amended(lap, "2014-04-01", name="Other").register.partnership.name_on(date(2014, 4, 1)) == "Other"


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({}, "", "nothing is amended; give one or more of name, vision, holidays and board"),
        ({"board": {}}, "", "nothing is amended; give one or more of name, vision, holidays and board"),
        ({"holidays": "GB-XYZ"}, "holidays", "'GB-XYZ' is not a set of bank holidays"),
        ({"board": {"must_attend": ["BRE", "ZZZ"]}}, "board.must_attend[1]", "no partner ZZZ"),
    ],
)
def test_what_cannot_hold_is_refused(lap: Partnership, fields, field, problem) -> None:
    refusal = refused(lap, **fields)
    assert refusal.field == field
    assert problem in refusal.problem


@pytest.mark.parametrize("field", ["financial_year_start_month", "timezone", "formed_on", "code"])
def test_financial_year_and_time_zone_cannot_change(field: str) -> None:
    assert field not in COMMANDS["amend_partnership"].model_fields


def test_what_holds_already_is_not_recorded_again(lap: Partnership) -> None:
    amended(lap, name="Other", board={"clear_days": 7})
    again = {"name": "Other", "holidays": "GB-ENG", "board": {"clear_days": 7}, "from": "2014-08-01", "reason": "So."}
    assert lap.when("amend_partnership", **again) == []


def test_cut_offs_of_earlier_meetings_stay_and_later_ones_go_by_the_amended_rules(lap: Partnership) -> None:
    for code, on in (("B01", "2014-06-26"), ("B02", "2014-10-16")):
        lap.given("schedule_meeting", code=code, date=on, time="14:00")
    before = {on: lap.register.calendar.timetable(on) for on in (date(2014, 6, 26), date(2014, 10, 16))}
    amended(lap, board={"clear_days": 10})
    calendar = lap.register.calendar
    assert calendar.timetable(date(2014, 6, 26)) == before[date(2014, 6, 26)]
    assert calendar.timetable(date(2014, 10, 16)).issue_on == date(2014, 10, 1)


def test_another_set_of_holidays_is_recorded_before_it_is_needed(lap: Partnership) -> None:
    lap.given("schedule_meeting", code="B01", date="2015-01-12", time="14:00")
    amended(lap, holidays="GB-SCT")
    facts = [each.fact for each in lap.decided]
    assert facts[:-1] == list(bank_holidays.facts("GB-SCT", 2014, 2015)) or facts[:-1] == list(
        bank_holidays.facts("GB-SCT", 2015, 2014)
    )
    assert all(each.by_system for each in lap.decided if isinstance(each.fact, HolidaysRecorded))
    # 2 January is a holiday in Scotland.
    assert lap.register.calendar.timetable(date(2015, 1, 12)).issue_on == date(2014, 12, 31)


def test_a_meeting_has_the_quorum_of_its_own_date(lap: Partnership) -> None:
    for code, on in (("B01", "2014-06-26"), ("B02", "2014-07-03")):
        lap.given("schedule_meeting", code=code, date=on, time="14:00")
        lap.given("add_agenda_item", meeting=code, item=1, kind="decision", title="One")
    amended(lap, board={"quorum_count": 3})
    quorate = []
    for number, (code, on) in enumerate((("B01", date(2014, 6, 26)), ("B02", date(2014, 7, 3))), start=1):
        lap.at(on).given("open_meeting", meeting=code, present=[CHAIR, HACKNEY])
        lap.given("record_decision", meeting=code, item=1, code=f"D0{number}", outcome="agreed", text="Yes.")
        quorate.append(lap.register.decisions[f"LAP-D0{number}"].quorate)
    assert quorate == [True, False]


def test_a_written_procedure_goes_by_the_rules_of_the_day_it_closes(lap: Partnership) -> None:
    amended(lap, board={"quorum_count": 3})
    for code, closes in (("W01", "2014-06-30T17:00"), ("W02", "2014-07-01T17:00")):
        lap.given("open_written_procedure", code=code, title="One", text="One.", closes=closes)
        for person in (CHAIR, LMA):
            lap.given("answer_written_procedure", person, procedure=code, answer="for")
    lap.at(date(2014, 7, 8))
    for code in ("W01", "W02"):
        lap.given("close_written_procedure", procedure=code)
    assert [each.quorate for each in lap.register.procedures.values()] == [True, False]
