"""Forming a partnership and appointing people."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.partnership import BoardRules, PartnershipFormed, PersonAppointed, Role
from domain.register import Register
from services.programme.core.commands import COMMANDS
from services.programme.core.deciding import AlreadyGiven, Context, NoPartnership, Refused, decide
from tests import bank_holidays
from tests.programme.partnerships import SECRETARY, START, Partnership

LAP = {"code": "LAP", "name": "London Archives Partnership", "formed_on": "2014-04-01"}


def test_a_new_partnership_has_a_secretary_from_the_start() -> None:
    nobody = Partnership()
    facts = nobody.when("form_partnership", **LAP)
    assert facts == [
        PartnershipFormed(
            name="London Archives Partnership",
            vision="",
            formed_on=date(2014, 4, 1),
            financial_year_start_month=4,
            timezone="Europe/London",
            holidays="GB-ENG",
            board=BoardRules(),
        ),
        PersonAppointed(person=SECRETARY, roles=(Role.SECRETARY,)),
        *bank_holidays.facts("GB-ENG", 2014),
    ]


def test_what_is_set_up_became_true_on_the_day_of_forming() -> None:
    nobody = Partnership()
    nobody.when("form_partnership", **LAP)
    assert nobody.effective_on == [date(2014, 4, 1)] * 3


def test_a_partnership_is_formed_once(lap: Partnership) -> None:
    refused = lap.refusal("form_partnership", **LAP)
    assert isinstance(refused, AlreadyGiven)
    assert refused.problem == "there is a partnership LAP already: London Archives Partnership; choose another code"


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({"timezone": "Europe/Camelot"}, "timezone", "'Europe/Camelot' is not a time zone; write one such as"),
        ({"timezone": "Europe"}, "timezone", "'Europe' is not a time zone"),
        ({"timezone": "../../etc/passwd"}, "timezone", "is not a time zone"),
        ({"holidays": "GB-XYZ"}, "holidays", "'GB-XYZ' is not a set of bank holidays; write one such as 'GB-ENG'"),
        ({"holidays": "Avalon"}, "holidays", "'Avalon' is not a set of bank holidays"),
    ],
)
def test_a_partnership_lives_in_a_time_zone_and_with_holidays_that_exist(fields, field, problem) -> None:
    refused = Partnership().refusal("form_partnership", **LAP, **fields)
    assert refused.field == field
    assert problem in refused.problem


def test_a_file_admits_the_partners_without_whom_there_is_no_quorum() -> None:
    form = COMMANDS["form_partnership"].model_validate({**LAP, "board": {"must_attend": ["BRE", "ZZZ"]}})
    with pytest.raises(Refused) as refused:
        decide(Register("LAP"), form, Context(SECRETARY, START, frozenset({"BRE", "HAC"})))
    assert refused.value.field == "board.must_attend[1]"
    assert refused.value.problem.startswith("no partner ZZZ is admitted anywhere in the file")


def test_without_a_file_they_are_admitted_afterwards() -> None:
    assert len(Partnership().when("form_partnership", **LAP, board={"must_attend": ["BRE"]})) == 3


def test_nothing_happens_in_a_partnership_that_was_not_formed() -> None:
    refused = Partnership().refusal("close_meeting", meeting="B01")
    assert isinstance(refused, NoPartnership)
    assert refused.problem == "there is no partnership LAP; form it first"


def test_people_are_counted(lap: Partnership) -> None:
    facts = lap.when("appoint_person", name="Ann", partner="BRE", roles=["contributor", "observer"])
    assert facts == [PersonAppointed(person="LAP-U010", partner="BRE", roles=(Role.CONTRIBUTOR, Role.OBSERVER))]


def test_no_name_and_no_address_stands_in_an_event(lap: Partnership) -> None:
    [fact] = lap.when(
        "appoint_person", name="Ann Onymous", email="ann@brent.example", key="ann", partner="BRE", roles=["observer"]
    )
    assert "ann" not in fact.model_dump_json().lower()


def test_a_person_can_be_given_other_roles(lap: Partnership) -> None:
    facts = lap.when("appoint_person", person="U008", name="Ann", partner="HAC", roles=["partner_lead"])
    assert facts == [PersonAppointed(person="LAP-U008", partner="HAC", roles=(Role.PARTNER_LEAD,))]


def test_a_person_can_be_left_without_a_role(lap: Partnership) -> None:
    facts = lap.when("appoint_person", person="U008", name="Ann", roles=[])
    assert facts == [PersonAppointed(person="LAP-U008", roles=())]


def test_the_secretary_stays_secretary(lap: Partnership) -> None:
    facts = lap.when("appoint_person", person="U001", name="Ann", roles=["observer"])
    assert facts == [PersonAppointed(person=SECRETARY, roles=(Role.SECRETARY, Role.OBSERVER))]


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({"partner": "ZZZ", "roles": ["observer"]}, "partner", "no partner ZZZ; the partners are BRE, HAC, HAR, LMA"),
        ({"roles": ["partner_lead"]}, "partner", "a person who is partner_lead acts for a partner; name it"),
        ({"roles": ["contributor"]}, "partner", "a person who is contributor acts for a partner; name it"),
        ({"roles": []}, "roles", "a new person needs a role"),
        ({"person": "ANN", "roles": ["observer"]}, "person", "write one such as U010"),
    ],
)
def test_an_appointment_that_does_not_fit_is_refused(lap: Partnership, fields, field, problem) -> None:
    refused = lap.refusal("appoint_person", name="Ann", **fields)
    assert refused.field == field
    assert problem in refused.problem
