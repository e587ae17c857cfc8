"""What a command takes and what it does not, before anything is decided."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.programme.core.command import Fields
from services.programme.core.commands import COMMANDS, HISTORY
from services.programme.core.full_references import with_full_references
from services.runtime.base.validation_messages import fault_of

#: The table of programme-file.md: fields, optional ones in brackets.
FIELDS = {
    "appoint_person": "[person] [key] name [email] [partner] [partners] roles [held_for]",
    "end_roles": "person [partner] [roles] on",
    "admit_partner": "code name kind [gss] [membership] joined_on",
    "amend_partner": "partner [name] [kind] [gss] [membership] [from] reason",
    "record_partner_leaving": "partner left_on",
    "withdraw_partner_leaving": "partner reason",
    "adopt_commitment": "commitment partner from",
    "agree_commitment": "code title [text] [core] in_force_from period [by] measure",
    "bring_in_project": "code title [purpose] lead [taking_part] [tolerance_days] [milestones] [stage]",
    "withdraw_adoption": "commitment partner reason",
    "propose_project": "code title [purpose] lead [taking_part] [tolerance_days] [milestones]",
    "move_project": "project stage",
    "state_confidence": "project confidence reason",
    "write_highlight": "project progress next [help_needed]",
    "add_milestone": "project code title owner [person] due [depends_on]",
    "reforecast_milestone": "milestone forecast reason",
    "complete_milestone": "milestone on",
    "pledge_capacity": "partner project quarter days",
    "release_capacity": "partner project on days",
    "attest_commitment": "commitment partner period answer [evidence]",
    "report_quantity": "commitment partner on amount [note]",
    "submit_evidence": "commitment partner on title [link]",
    "withdraw_report": "what commitment partner on reason",
    "change_lead": "project lead from reason",
    "join_project": "project partner from",
    "leave_project": "project partner on reason",
    "amend_project": "project [title] [purpose] reason",
    "amend_milestone": "milestone [title] [owner] [person] [depends_on] reason",
    "drop_milestone": "milestone reason",
    "reopen_milestone": "milestone reason",
    "withdraw_release": "partner project on reason",
    "amend_commitment": "commitment [title] [text] reason",
    "amend_risk": "risk [title] [cause] [effect] [owner] [response] reason",
    "reopen_risk": "risk reason",
    "request_change": "meeting title recommendation effect",
    "amend_agenda_item": "meeting item [kind] [title] [about] [recommendation] [owner]",
    "remove_agenda_item": "meeting item reason",
    "move_action": "action due reason",
    "reassign_action": "action owner [person] reason",
    "drop_action": "action reason",
    "reopen_action": "action reason",
    "submit_return": "partner quarter [nothing_changed] [note]",
    "remind_of_returns": "quarter partners [again]",
    "raise_risk": "code title [cause] [effect] likelihood impact owner [response]",
    "reassess_risk": "risk likelihood impact reason",
    "close_risk": "risk reason",
    "schedule_meeting": "code date time [minutes] [place]",
    "move_meeting": "meeting date time [minutes] [place]",
    "cancel_meeting": "meeting reason",
    "add_agenda_item": "meeting item kind title [about] [recommendation] [owner]",
    "open_meeting": "meeting present [apologies] [substitutes]",
    "amend_attendance": "meeting present [apologies] [substitutes]",
    "withdraw_interest": "meeting item person reason",
    "declare_interest": "meeting item person nature follows",
    "record_decision": (
        "meeting item code outcome text [reasons] [alternatives] [vote] [effect] [ratified_by] [supersedes]"
    ),
    "ratify_decision": "decision partner on",
    "assign_action": "decision code text owner [person] due [in_place_of]",
    "complete_action": "action on evidence",
    "close_meeting": "meeting",
    "open_written_procedure": "code title text closes [about] [effect]",
    "answer_written_procedure": "procedure answer [person]",
    "close_written_procedure": "procedure [decision]",
    "amend_partnership": "[name] [vision] [holidays] [board] from reason",
    "add_holiday": "on name",
    "remove_holiday": "on reason",
}


def fields_of(model: type[Fields]) -> set[str]:
    return {
        (field.alias or name) if field.is_required() else f"[{field.alias or name}]"
        for name, field in model.model_fields.items()
    }


@pytest.mark.parametrize("do", sorted(FIELDS))
def test_a_command_of_the_programme_file_has_its_fields_and_no_others(do: str) -> None:
    assert fields_of(HISTORY[do]) == set(FIELDS[do].split())


def test_every_command_of_a_history_is_known() -> None:
    assert set(HISTORY) == set(FIELDS)


@pytest.mark.parametrize("do", sorted(COMMANDS))
def test_every_field_is_described_and_an_unknown_one_refused(do: str) -> None:
    schema = COMMANDS[do].model_json_schema()
    for model in (schema, *schema.get("$defs", {}).values()):
        if "properties" not in model:
            continue
        assert model["additionalProperties"] is False
        undescribed = [name for name, field in model["properties"].items() if not {"description", "$ref"} & set(field)]
        assert undescribed == [], model["title"]
    assert "There is no field of this name here" in fault(do, {"colour": "red"}, "colour")


def fault(do: str, fields: dict[str, Any], field: str) -> str:
    """Return what is said of one field."""
    with pytest.raises(ValidationError) as invalid:
        COMMANDS[do].model_validate(fields)
    [error] = [each for each in invalid.value.errors() if each["loc"][0] == field]
    return " ".join(fault_of(error))


def read(do: str, field: str, value: object) -> Any:
    """Return what a field takes a value for."""
    return TypeAdapter(COMMANDS[do].model_fields[field].rebuild_annotation()).validate_python(value)


@pytest.mark.parametrize("written", ["2014-10-16", " 2014-10-16 ", date(2014, 10, 16)])
def test_a_date_is_year_month_day(written: object) -> None:
    assert read("schedule_meeting", "date", written) == date(2014, 10, 16)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("16/10/2014", "“16/10/2014” is not a date. Give a date as year-month-day, such as 2014-10-03."),
        ("2014-10-16T00:00:00", "“2014-10-16T00:00:00” is not a date."),
        (datetime(2014, 10, 16), "is not a date."),  # noqa: DTZ001 - what is refused
        (1413417600, "“1413417600” is not a date."),
        ("2014-02-30", "“2014-02-30” is not a day of the calendar."),
        ("1066-10-14", "“1066-10-14” is too far away. Give a date of the years 1900 to 2199."),
        ("9999-12-31", "“9999-12-31” is too far away."),
        ("٢٠١٤-10-16", "is not a date."),
        (None, "An empty value (null) is not a date."),
        (True, "“true” is not a date."),
    ],
)
def test_nothing_else_is_a_date(written: object, said: str) -> None:
    assert said in fault("schedule_meeting", {"date": written}, "date")


@pytest.mark.parametrize(
    ("written", "expected"), [("14:00", time(14)), ("9:30", time(9, 30)), ("09:30:15", time(9, 30, 15))]
)
def test_a_time_is_hours_and_minutes(written: str, expected: time) -> None:
    assert read("schedule_meeting", "time", written) == expected


@pytest.mark.parametrize("written", ["25:00", "14:60", "2 pm", "14", 840, "14:00Z", None, 14.0])
def test_nothing_else_is_a_time(written: object) -> None:
    assert "is not a time of day. Give a time such as 14:00." in fault("schedule_meeting", {"time": written}, "time")


@pytest.mark.parametrize("written", ["2014-08-29T17:00", "2014-08-29 17:00", "2014-08-29T17:00:00"])
def test_a_local_instant_has_no_offset(written: str) -> None:
    assert read("open_written_procedure", "closes", written) == datetime(2014, 8, 29, 17)  # noqa: DTZ001


@pytest.mark.parametrize("written", ["2014-08-29", "2014-08-29T17:00+01:00", "2014-08-29T17:00Z", 1409331600, "soon"])
def test_nothing_else_is_a_local_instant(written: object) -> None:
    said = fault("open_written_procedure", {"closes": written}, "closes")
    assert "is not a local date and time. Write it such as 2014-10-03T17:00, with no offset." in said


@pytest.mark.parametrize("written", [4.5, "4.50", " 4.50 ", Decimal("4.5")])
def test_an_amount_has_two_decimals(written: object) -> None:
    days = read("pledge_capacity", "days", written)
    assert (days, str(days)) == (Decimal("4.5"), "4.50")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("many", "“many” is not an amount. Give an amount such as 6 or 4.50."),
        (True, "“true” is not an amount."),
        (-1, "is too small. Give 0 or more."),
        (1.234, "has too many decimals. Give at most 2 decimals."),
        ("1e99", "Give"),
        ("NaN", "is not a finite number"),
        ("Infinity", "is not a finite number"),
        (float("inf"), "is not a finite number"),
        ([], "A list is not an amount."),
        (None, "is not an amount."),
    ],
)
def test_nothing_else_is_an_amount(written: object, said: str) -> None:
    assert said in fault("pledge_capacity", {"days": written}, "days")


@pytest.mark.parametrize(("written", "expected"), [(3, 3), (3.0, 3)])
def test_a_whole_number_is_one(written: object, expected: int) -> None:
    assert read("raise_risk", "likelihood", written) == expected


@pytest.mark.parametrize("written", ["3", 2.5, True, None])
def test_nothing_else_is_a_whole_number(written: object) -> None:
    assert "is not a whole number" in fault("raise_risk", {"likelihood": written}, "likelihood")


@pytest.mark.parametrize("written", [0, 6])
def test_a_likelihood_is_from_1_to_5(written: int) -> None:
    assert "Give" in fault("raise_risk", {"likelihood": written}, "likelihood")


@pytest.mark.parametrize("written", ["yes", 1, "true", None])
def test_an_answer_of_true_or_false_is_just_that(written: object) -> None:
    said = fault("submit_return", {"nothing_changed": written}, "nothing_changed")
    assert "is neither true nor false" in said


def test_text_is_trimmed() -> None:
    assert COMMANDS["cancel_meeting"].model_validate({"meeting": " B01 ", "reason": "  Strike. "}).model_dump() == {
        "meeting": "B01",
        "reason": "Strike.",
    }


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("   ", "is too short"),
        ("a" * 10_001, "is too long. Give at most 10000 characters."),
        ("a\x00b", "The text has the control character U+0000. Leave it out."),
        ("a\x1bb", "The text has the control character U+001B."),
        (7, "is not text"),
        (None, "is not text"),
    ],
)
def test_a_reason_is_text_that_says_something(written: object, said: str) -> None:
    assert said in fault("cancel_meeting", {"reason": written}, "reason")


@pytest.mark.parametrize("written", ["first line\nsecond line", "tab\there", "Łódź 🚀"])
def test_text_may_have_lines_and_any_letters(written: str) -> None:
    assert read("cancel_meeting", "reason", written) == written


@pytest.mark.parametrize("written", ["p01", "P01-", "-P01", "P 01", "P01/M02", "", "a" * 65, 7, None])
def test_a_reference_is_capital_letters_digits_and_hyphens(written: object) -> None:
    assert fault("move_project", {"project": written}, "project")


@pytest.mark.parametrize("written", ["a@b", "lead@brent.example", "o'neil+x@brent.gov.uk"])
def test_an_address_has_two_sides(written: str) -> None:
    assert read("appoint_person", "email", written) == written


@pytest.mark.parametrize(
    "written", ["lead", "lead@", "@brent", "a b@brent", "a@b, c@d", "a@b..c", "<a@b>", "jo..e@b.org", "a.@b"]
)
def test_nothing_else_is_an_address(written: str) -> None:
    assert "is not an e-mail address" in fault("appoint_person", {"email": written}, "email") or len(written) < 3


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        ({}, "0 effects stand here. Give exactly one of move_project, drop_milestone, set_baseline,"),
        (
            {"move_project": {"project": "P01", "stage": "paused"}, "set_baseline": {"project": "P01"}},
            "2 effects stand here.",
        ),
        ({"move_project": None}, "0 effects stand here."),
    ],
)
def test_an_effect_is_exactly_one(effect: dict[str, Any], said: str) -> None:
    assert said in fault("record_decision", {"effect": effect}, "effect")


def test_references_are_made_full_wherever_they_stand() -> None:
    command = COMMANDS["record_decision"].model_validate(
        {
            "meeting": "B01",
            "item": 1,
            "code": "LAP-D01",
            "outcome": "agreed",
            "text": "P01 it is.",
            "vote": {"for": ["U002"]},
            "effect": {"set_baseline": {"project": "P01", "milestones": {"P01-M02": "2015-01-30"}}},
            "supersedes": "D00",
        }
    )
    full = with_full_references(command, "LAP").model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert full == {
        "meeting": "LAP-B01",
        "item": 1,
        "code": "LAP-D01",
        "outcome": "agreed",
        "text": "P01 it is.",
        "vote": {"for": ["LAP-U002"]},
        "effect": {"set_baseline": {"project": "LAP-P01", "milestones": {"LAP-P01-M02": "2015-01-30"}}},
        "supersedes": "LAP-D00",
    }


def test_the_examples_of_the_documentation_are_right() -> None:
    for command in COMMANDS.values():
        for name, field in command.model_fields.items():
            for example in field.examples or ():
                read(command.do, name, example)


def test_patterns_of_the_schema_are_those_that_are_checked() -> None:
    schema = COMMANDS["move_project"].model_json_schema()["properties"]["project"]
    assert re.fullmatch(schema["pattern"].strip("^$"), "LAP-P01")
