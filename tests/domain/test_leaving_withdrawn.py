"""What comes of it that a partner leaves, once that was taken back: for its people, its membership, its figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given

from contracts.events import Fact
from contracts.events.partners import PartnerLeavingWithdrawn, PartnerLeft
from contracts.events.partnership import PersonAppointed, Role, RolesEnded
from domain.register import Register, fold
from tests.domain.comings_and_goings import ADMITTED, DAYS, comings_and_goings, without_what_was_taken_back
from tests.domain.test_register import log

LEAD = PersonAppointed(person="LAP-U002", partners=("BEX",), roles=(Role.PARTNER_LEAD,))
LEFT = PartnerLeft(partner="BEX", left_on=date(2014, 9, 3))
TAKEN_BACK = PartnerLeavingWithdrawn(partner="BEX", left_on=date(2014, 9, 3), reason="Another was meant.")


def register_after(*facts: Fact) -> Register:
    return fold("LAP", log(*ADMITTED, *facts))


def held(register: Register) -> dict[tuple[str, date], tuple[frozenset[Role], tuple[str, ...]]]:
    """Return by person and day their roles, and for whom they hold one."""
    return {
        (each.id, day): (each.roles_on(day), each.partners_on(day)) for each in register.people.values() for day in DAYS
    }


@given(comings_and_goings())
def test_everybody_holds_on_every_day_what_they_would_if_the_leaving_had_never_been_recorded(facts: list[Fact]) -> None:
    never = register_after(*without_what_was_taken_back(facts))
    now = register_after(*facts)
    assert held(now) == held(never)
    assert {code: each.left_on for code, each in now.partners.items()} == {
        code: each.left_on for code, each in never.partners.items()
    }


@pytest.mark.parametrize("ended_on", [date(2014, 9, 1), date(2014, 9, 3), date(2014, 9, 5)])
@pytest.mark.parametrize("is_first", [True, False], ids=["before the leaving", "after the leaving"])
def test_a_role_that_was_ended_stays_ended_for_the_day_that_was_named(ended_on: date, is_first: bool) -> None:
    # given
    ended = RolesEnded(person="LAP-U002", on=ended_on)
    facts = (ended, LEFT) if is_first else (LEFT, ended)
    # when
    person = register_after(LEAD, *facts, TAKEN_BACK).people["LAP-U002"]
    # then
    assert [day for day in DAYS if person.roles_on(day)] == [day for day in DAYS if day < ended_on]


def test_who_was_appointed_while_the_partner_was_leaving_holds_the_role_afterwards() -> None:
    while_leaving = register_after(LEFT, LEAD)
    assert not while_leaving.people["LAP-U002"].roles_on(date(2014, 9, 3))
    assert register_after(LEFT, LEAD, TAKEN_BACK).people["LAP-U002"].roles_on(date(2014, 9, 3))


def test_that_another_partner_leaves_stays_as_it_is() -> None:
    shared = LEAD.model_copy(update={"partners": ("BEX", "BRO")})
    both = (LEFT, LEFT.model_copy(update={"partner": "BRO"}))
    register = register_after(shared, *both, TAKEN_BACK)
    assert register.people["LAP-U002"].partners_on(date(2014, 9, 4)) == ("BEX",)
    assert register.partners["BRO"].left_on == date(2014, 9, 3)


def test_what_was_known_before_it_was_taken_back_is_known_as_it_was() -> None:
    events = log(*ADMITTED, LEAD, LEFT, TAKEN_BACK)
    before, after = fold("LAP", events[:-1]), fold("LAP", events)
    assert not before.partners["BEX"].is_member_on(date(2014, 9, 3))
    assert after.partners["BEX"].is_member_on(date(2014, 9, 3))
    [amended] = after.amendments
    assert (amended.subject, amended.was, amended.now) == ("BEX", date(2014, 9, 3), None)
    assert amended.reason == "Another was meant."


def test_it_is_known_by_which_event_a_partner_leaves() -> None:
    again = LEFT.model_copy(update={"left_on": date(2014, 9, 3) + timedelta(days=9), "decision": "LAP-D04"})
    events = log(*ADMITTED, LEFT, TAKEN_BACK, again)
    leaving = fold("LAP", events).partners["BEX"].leaving
    assert leaving is not None
    assert (leaving.on, leaving.number, leaving.decision) == (again.left_on, events[-1].version, "LAP-D04")
