"""Partners that join and leave."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.partners import PartnerAdmitted, PartnerKind, PartnerLeavingWithdrawn, PartnerLeft
from services.programme.core.deciding import AlreadyGiven
from tests.programme.partnerships import HACKNEY_LEAD, Partnership

ISL = {"code": "ISL", "name": "Islington", "kind": "london_borough", "gss": "E09000019", "joined_on": "2014-10-01"}


def test_an_organisation_is_admitted_from_the_day_it_joins(lap: Partnership) -> None:
    facts = lap.when("admit_partner", **ISL)
    assert facts == [
        PartnerAdmitted(
            partner="ISL",
            name="Islington",
            kind=PartnerKind.LONDON_BOROUGH,
            gss="E09000019",
            joined_on=date(2014, 10, 1),
        )
    ]
    assert lap.effective_on == [date(2014, 10, 1)]


def test_a_code_is_given_once(lap: Partnership) -> None:
    refused = lap.refusal("admit_partner", **{**ISL, "code": "BRE"})
    assert isinstance(refused, AlreadyGiven)
    assert refused.problem == "BRE is the code of Name of BRE, and codes are never reused; choose another one"


def test_the_code_of_a_partner_that_left_is_not_given_again(lap: Partnership) -> None:
    lap.given("record_partner_leaving", partner="BRE", left_on="2014-05-01")
    assert lap.refusal("admit_partner", **{**ISL, "code": "BRE"}).field == "code"


def test_a_partner_leaves_on_its_first_day_out(lap: Partnership) -> None:
    assert lap.when("record_partner_leaving", partner="HAR", left_on="2015-01-01") == [
        PartnerLeft(partner="HAR", left_on=date(2015, 1, 1))
    ]
    assert lap.effective_on == [date(2015, 1, 1)]


def test_a_partner_leaves_once(lap: Partnership) -> None:
    lap.given("record_partner_leaving", partner="HAR", left_on="2015-01-01")
    refused = lap.refusal("record_partner_leaving", partner="HAR", left_on="2015-02-01")
    assert refused.problem == "HAR has left already, on 1 January 2015; where that is wrong, take it back first"


def test_a_partner_does_not_leave_before_it_joined(lap: Partnership) -> None:
    refused = lap.refusal("record_partner_leaving", partner="HAR", left_on="2014-03-31")
    assert refused.field == "left_on"
    assert refused.problem == "HAR joined on 1 April 2014 and cannot leave before, on 31 March 2014"


def test_only_a_partner_leaves(lap: Partnership) -> None:
    refused = lap.refusal("record_partner_leaving", partner="ZZZ", left_on="2015-01-01")
    assert refused.problem == "no partner ZZZ; the partners are BRE, HAC, HAR, LMA"


WHY = {"reason": "The wrong partner was ticked."}
HARROWS_LEAVING = PartnerLeavingWithdrawn(partner="HAR", left_on=date(2015, 1, 1), **WHY)


@pytest.mark.parametrize("today", [date(2014, 12, 1), date(2015, 2, 1)], ids=["still ahead", "past"])
def test_that_a_partner_leaves_is_taken_back_with_a_reason_before_it_has_left_and_after(
    lap: Partnership, today: date
) -> None:
    lap.given("record_partner_leaving", partner="HAR", left_on="2015-01-01").at(today)
    assert lap.when("withdraw_partner_leaving", partner="HAR", **WHY) == [HARROWS_LEAVING]
    assert lap.effective_on == [today]


def test_only_a_partner_that_leaves_has_its_leaving_taken_back_and_only_once(lap: Partnership) -> None:
    # given
    nothing = "HAR has not left and is not to leave; there is nothing to take back"
    assert lap.refusal("withdraw_partner_leaving", partner="HAR", **WHY).problem == nothing
    # when
    lap.given("record_partner_leaving", partner="HAR", left_on="2015-01-01")
    lap.given("withdraw_partner_leaving", partner="HAR", **WHY)
    # then
    assert lap.refusal("withdraw_partner_leaving", partner="HAR", **WHY).problem == nothing
    assert lap.refusal("withdraw_partner_leaving", partner="ZZZ", **WHY).field == "partner"


def test_a_partner_of_which_it_was_taken_back_that_it_leaves_can_leave_on_another_day(lap: Partnership) -> None:
    # given
    lap.given("record_partner_leaving", partner="HAR", left_on="2015-01-01")
    lap.given("withdraw_partner_leaving", partner="HAR", **WHY)
    # when
    lap.given("record_partner_leaving", partner="HAR", left_on="2015-02-01")
    # then: the later one is what is taken back
    assert lap.when("withdraw_partner_leaving", partner="HAR", **WHY) == [
        HARROWS_LEAVING.model_copy(update={"left_on": date(2015, 2, 1)})
    ]


def test_its_people_act_for_it_again(lap: Partnership) -> None:
    # given
    lap.given("record_partner_leaving", partner="HAC", left_on="2014-07-01").at(date(2014, 7, 2))
    wish = {"owner": "HAC", "code": "R09", "title": "Flood", "likelihood": 2, "impact": 2}
    assert "HAC, which left on 1 July 2014" in lap.refusal("raise_risk", HACKNEY_LEAD, **wish).problem
    # when
    lap.given("withdraw_partner_leaving", partner="HAC", **WHY)
    # then
    assert lap.when("raise_risk", HACKNEY_LEAD, **wish)
