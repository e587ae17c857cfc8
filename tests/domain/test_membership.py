"""What kind of member a partner is on a day, and who holds which role for whom. Source: domain.md section 10."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contracts.events.partners import Membership, PartnerAdmitted, PartnerAmended, PartnerLeft
from contracts.events.partnership import PersonAppointed, Role, RolesEnded
from contracts.events.projects import ProjectProposed, Stage
from domain.calendar import Period
from domain.figures.projects import project_figures
from domain.register import Register, fold
from domain.register.people import after_ending, after_leaving, appointed
from tests.domain.test_register import log

JOINED = date(2014, 4, 1)
QUARTER = Period(date(2014, 7, 1), date(2014, 9, 30), "2014-15 Q2")
TNA = PartnerAdmitted(partner="TNA", name="Archives", kind="national_body", joined_on=JOINED)


def becomes(membership: str, since: date) -> PartnerAmended:
    return PartnerAmended(partner="TNA", membership=membership, membership_from=since, reason="r")


def register_after(*facts) -> Register:
    return fold("LAP", log(*facts))


def test_a_partner_is_a_full_member_unless_it_was_admitted_as_supporting() -> None:
    assert register_after(TNA).partners["TNA"].membership_on(JOINED) is Membership.FULL
    supporting = TNA.model_copy(update={"membership": Membership.SUPPORTING})
    assert register_after(supporting).partners["TNA"].membership_on(JOINED) is Membership.SUPPORTING


def test_of_changes_the_latest_date_holds_and_of_the_same_date_the_last_recorded() -> None:
    tna = register_after(
        TNA, becomes("supporting", date(2014, 9, 1)), becomes("full", date(2014, 8, 1)),
        becomes("supporting", date(2014, 8, 1)), becomes("full", date(2014, 8, 15)),
    ).partners["TNA"]  # fmt: skip
    on = {day: tna.membership_on(day).value for day in (date(2014, 7, 31), date(2014, 8, 1), date(2014, 8, 31))}
    assert list(on.values()) == ["full", "supporting", "full"]
    assert tna.membership_on(date(2014, 9, 1)) is Membership.SUPPORTING


def test_a_change_may_reach_back_to_before_it_was_recorded_and_before_the_partner_joined() -> None:
    tna = register_after(TNA, becomes("supporting", JOINED - timedelta(days=1))).partners["TNA"]
    assert tna.membership_on(JOINED) is Membership.SUPPORTING


@pytest.mark.parametrize(
    ("changes", "at_both_ends", "throughout"),
    [
        ((), True, True),
        ((becomes("supporting", date(2014, 8, 1)), becomes("full", date(2014, 9, 1))), True, False),
        ((becomes("supporting", date(2014, 9, 30)),), False, False),
        ((becomes("supporting", date(2014, 10, 1)),), True, True),
    ],
)
def test_both_ends_of_a_period_are_not_every_day_of_it(changes, at_both_ends: bool, throughout: bool) -> None:
    tna = register_after(TNA, *changes).partners["TNA"]
    assert tna.is_full_member_at_both_ends(QUARTER) is at_both_ends
    assert tna.is_full_member_throughout(QUARTER) is throughout


def test_a_new_name_is_shown_and_the_former_one_is_kept() -> None:
    renamed = PartnerAmended(partner="TNA", name="National Archives", reason="r")
    tna = register_after(TNA, renamed).partners["TNA"]
    assert (tna.name, tna.name_at(tna.names[0].recorded_at)) == ("National Archives", "Archives")


SHARED = PersonAppointed(person="LAP-U002", partners=("BEX", "BRO"), roles=(Role.BOARD_MEMBER, Role.PARTNER_LEAD))
ENDS = date(2015, 1, 1)


def test_each_role_is_held_for_each_partner() -> None:
    assert appointed(SHARED).partners_on(ENDS, {Role.PARTNER_LEAD}) == ("BEX", "BRO")


@pytest.mark.parametrize(
    ("ending", "leads", "sits_for"),
    [
        ({}, (), ()),
        ({"partner": "BEX"}, ("BRO",), ("BRO",)),
        ({"roles": (Role.PARTNER_LEAD,)}, (), ("BEX", "BRO")),
        ({"partner": "BEX", "roles": (Role.PARTNER_LEAD,)}, ("BRO",), ("BEX", "BRO")),
    ],
)
def test_roles_end_for_all_partners_or_one_all_or_some(ending, leads, sits_for) -> None:
    person = after_ending(appointed(SHARED), RolesEnded(person="LAP-U002", on=ENDS, **ending))
    assert person.partners_on(ENDS, {Role.PARTNER_LEAD}) == leads
    assert person.partners_on(ENDS, {Role.BOARD_MEMBER}) == sits_for
    assert person.partners_on(ENDS - timedelta(days=1), {Role.PARTNER_LEAD}) == ("BEX", "BRO")


def test_nobody_holds_a_role_for_a_partner_from_the_day_it_left_on() -> None:
    person = after_leaving(appointed(SHARED), "BEX", ENDS)
    assert person.partners_on(ENDS) == ("BRO",)
    assert person.partners_on(ENDS - timedelta(days=1)) == ("BEX", "BRO")


def test_whether_somebody_is_appointed_before_or_after_the_leaving_is_recorded_makes_no_difference() -> None:
    bexley = TNA.model_copy(update={"partner": "BEX"})
    leaves = PartnerLeft(partner="BEX", left_on=ENDS)
    before, after = register_after(bexley, SHARED, leaves), register_after(bexley, leaves, SHARED)
    assert before.people["LAP-U002"] == after.people["LAP-U002"]


def test_the_programme_office_outlasts_its_partner() -> None:
    office = appointed(PersonAppointed(person="LAP-U001", partner="LMA", roles=(Role.SECRETARY, Role.OBSERVER)))
    assert after_leaving(office, "LMA", ENDS).roles_on(ENDS) == {Role.SECRETARY}


def test_a_partner_that_left_takes_part_in_no_project_whose_lead_it_is_until_another_leads() -> None:
    # given: who leads and who takes part both leave in the middle of a quarter, and nothing else is recorded of it
    third, day = PartnerAdmitted(partner="HAC", name="Hackney", kind="other", joined_on=JOINED), date(2014, 8, 14)
    work = ProjectProposed(
        project="LAP-P01",
        title="A portal",
        purpose="One place to search.",
        lead="TNA",
        taking_part=("BRE", "HAC"),
        stage=Stage.IN_DELIVERY,
        tolerance_days=14,
    )
    other = TNA.model_copy(update={"partner": "BRE"})
    leaving = [PartnerLeft(partner=each, left_on=day) for each in ("TNA", "BRE")]
    register = register_after(TNA, other, third, work, *leaving)
    # when
    [before] = project_figures(register, QUARTER, day - timedelta(days=1))
    [after] = project_figures(register, QUARTER, day)
    # then
    assert (before.lead, before.taking_part) == ("TNA", ("BRE", "HAC"))
    assert (after.lead, after.taking_part) == ("TNA", ("HAC",))
