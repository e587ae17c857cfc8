"""Partners that join and leave."""

from __future__ import annotations

from datetime import date

from contracts.events.partners import PartnerAdmitted, PartnerKind, PartnerLeft
from services.programme.core.deciding import AlreadyGiven
from tests.programme.partnerships import Partnership

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
    assert refused.problem == "HAR has left already, on 1 January 2015"


def test_a_partner_does_not_leave_before_it_joined(lap: Partnership) -> None:
    refused = lap.refusal("record_partner_leaving", partner="HAR", left_on="2014-03-31")
    assert refused.field == "left_on"
    assert refused.problem == "HAR joined on 1 April 2014 and cannot leave before, on 31 March 2014"


def test_only_a_partner_leaves(lap: Partnership) -> None:
    refused = lap.refusal("record_partner_leaving", partner="ZZZ", left_on="2015-01-01")
    assert refused.problem == "no partner ZZZ; the partners are BRE, HAC, HAR, LMA"
