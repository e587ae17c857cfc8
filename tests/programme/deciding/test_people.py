"""One person for several partners, partners that left, roles that end, members that support. Domain section 10."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.partners import Membership, PartnerAmended
from contracts.events.partnership import PersonAppointed, RolesEnded
from services.programme.core.deciding import NotAllowed, Refused
from tests.programme.partnerships import (
    CHAIR,
    HACKNEY,
    HACKNEY_LEAD,
    HACKNEY_SUBSTITUTE,
    LMA,
    LMA_LEAD,
    SECRETARY,
    Partnership,
)

SHARED = "LAP-U010"  # sits for Harrow and LMA, and leads their returns
MEETING_ON = "2014-07-17"


@pytest.fixture
def shared(lap: Partnership) -> Partnership:
    """London with a person who acts for Harrow and LMA."""
    lap.given("appoint_person", name="Ann", partners=["HAR", "LMA"], roles=["board_member", "partner_lead"])
    return lap


def meeting(lap: Partnership, present: list[str], **more: object) -> Partnership:
    lap.given("schedule_meeting", code="B01", date=MEETING_ON, time="14:00")
    lap.given("add_agenda_item", meeting="B01", item=1, kind="decision", title="One")
    return lap.given("open_meeting", meeting="B01", present=present, **more)


def decide(lap: Partnership, **more: object) -> dict[str, object]:
    return {"meeting": "B01", "item": 1, "code": "D01", "outcome": "agreed", "text": "So be it.", **more}


def is_quorate(lap: Partnership) -> bool:
    return bool(lap.when("record_decision", **decide(lap))[0].quorate)


def rules(lap: Partnership, **rules: object) -> None:
    formed = lap.register.partnership
    formed.rules = formed.rules.model_copy(update=rules)


# -- one person for several partners -------------------------------------------------------------------------------


def test_a_person_is_appointed_for_several_partners_or_one_and_not_both(lap: Partnership) -> None:
    [several] = lap.when("appoint_person", name="Ann", partners=["HAR", "LMA", "HAR"], roles=["board_member"])
    [one] = lap.when("appoint_person", name="Ann", partners=["HAR"], roles=["board_member"])
    assert (several.partner, several.partners) == (None, ("HAR", "LMA"))
    assert (one.partner, one.partners) == ("HAR", ())
    with pytest.raises(ValueError, match="Both partner and partners stand here"):
        lap.when("appoint_person", name="Ann", partner="HAR", partners=["LMA"], roles=["board_member"])


def test_each_of_several_partners_must_be_known(lap: Partnership) -> None:
    refused = lap.refusal("appoint_person", name="Ann", partners=["HAR", "ZZZ"], roles=["board_member"])
    assert refused.field == "partners[1]"


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        ({"quorum_count": 2, "quorum_partners": 1}, False),
        ({"quorum_count": 1, "quorum_partners": 2}, True),
        ({"quorum_count": 1, "quorum_partners": 3}, False),
        ({"quorum_count": 1, "quorum_partners": 1, "must_attend": ("HAR", "LMA")}, True),
    ],
)
def test_one_seat_counts_once_by_heads_and_for_each_of_its_partners(shared, needed, expected: bool) -> None:
    rules(shared, **needed)
    assert is_quorate(meeting(shared, [SHARED])) is expected


def test_one_vote_for_several_partners(shared: Partnership) -> None:
    meeting(shared, [SHARED, CHAIR])
    refused = shared.refusal("record_decision", **decide(shared, vote={"for": [SHARED], "against": [SHARED]}))
    assert "stands in the vote twice" in refused.problem


def test_a_withdrawal_takes_them_out_for_all_their_partners(shared: Partnership) -> None:
    rules(shared, quorum_count=1, quorum_partners=1, must_attend=("LMA",))
    meeting(shared, [SHARED, CHAIR])
    interest = {"nature": "A cousin in Harrow.", "follows": "withdraws"}
    shared.given("declare_interest", meeting="B01", item=1, person=SHARED, **interest)
    assert not is_quorate(shared)


def test_a_substitute_sits_for_all_partners_of_the_absent_person_and_not_for_their_own(shared: Partnership) -> None:
    meeting(shared, [], substitutes={SHARED: HACKNEY_SUBSTITUTE})
    rules(shared, quorum_count=1, quorum_partners=1, must_attend=("HAR", "LMA"))
    assert is_quorate(shared)
    rules(shared, must_attend=("HAC",))
    assert not is_quorate(shared)


def test_a_board_member_without_a_partner_counts_by_heads_alone(lap: Partnership) -> None:
    lap.given("appoint_person", name="Ann", roles=["board_member"])
    rules(lap, quorum_count=2, quorum_partners=1)
    assert is_quorate(meeting(lap, [CHAIR, SHARED]))
    rules(lap, quorum_partners=2)
    assert not is_quorate(lap)


@pytest.mark.parametrize(("partner", "may"), [("HAR", True), ("LMA", True), ("HAC", False)])
def test_they_record_for_any_of_their_partners_and_no_other(shared: Partnership, partner: str, may: bool) -> None:
    attest = {"commitment": "C1", "partner": partner, "period": "2014-15 Q1", "answer": "yes"}
    if may:
        assert shared.when("attest_commitment", who=SHARED, **attest)
    else:
        refused = shared.refusal("attest_commitment", who=SHARED, **attest)
        assert isinstance(refused, NotAllowed)
        assert "of HAR, LMA) may not do this" in refused.problem


def test_a_substitute_answers_for_a_member_with_whom_it_shares_a_partner(shared: Partnership) -> None:
    shared.given("appoint_person", name="Sub", partner="HAR", roles=["substitute"])
    shared.given("open_written_procedure", code="W01", title="One", text="One.", closes="2014-06-30T17:00")
    shared.given("answer_written_procedure", who="LAP-U011", procedure="W01", answer="for")
    shared.given("answer_written_procedure", who=CHAIR, procedure="W01", answer="for")
    rules(shared, quorum_count=2, quorum_partners=3, must_attend=("LMA",))
    shared.at(date(2014, 7, 1))
    assert shared.when("close_written_procedure", procedure="W01")[0].quorate


# -- partners that left ---------------------------------------------------------------------------------------------


@pytest.fixture
def hackney_leaves(lap: Partnership) -> Partnership:
    """London, of which Hackney is no longer a member from 1 July on."""
    return lap.given("record_partner_leaving", partner="HAC", left_on="2014-07-01")


@pytest.mark.parametrize(("day", "may"), [(date(2014, 6, 30), True), (date(2014, 7, 1), False)])
def test_nothing_is_recorded_by_the_people_of_a_partner_that_left(hackney_leaves, day: date, may: bool) -> None:
    hackney_leaves.at(day)
    fields = {"partner": "HAC", "quarter": "2014-15 Q1"}
    if may:
        assert hackney_leaves.when("submit_return", who=HACKNEY_LEAD, **fields)
    else:
        refused = hackney_leaves.refusal("submit_return", who=HACKNEY_LEAD, **fields)
        assert isinstance(refused, NotAllowed)
        assert refused.problem == (
            "LAP-U009 acted for HAC, which left on 1 July 2014; "
            "nothing is recorded by the people of a partner that left"
        )


def test_one_whose_other_partner_is_still_there_goes_on_for_that_one(shared: Partnership) -> None:
    shared.given("record_partner_leaving", partner="HAR", left_on="2014-07-01").at(date(2014, 7, 2))
    assert shared.when("submit_return", who=SHARED, partner="LMA", quarter="2014-15 Q1")
    refused = shared.refusal("submit_return", who=SHARED, partner="HAR", quarter="2014-15 Q1")
    assert isinstance(refused, NotAllowed)


def test_judged_by_the_meetings_date_they_may_be_there_and_count_for_nothing(hackney_leaves: Partnership) -> None:
    meeting(hackney_leaves, [CHAIR, HACKNEY])
    assert not is_quorate(hackney_leaves)
    refused = hackney_leaves.refusal("record_decision", **decide(hackney_leaves, vote={"for": [HACKNEY]}))
    assert refused.problem.endswith("was there neither as a member of the board nor in a member's place")


def test_before_the_day_on_which_the_partner_left_they_count(lap: Partnership) -> None:
    lap.given("record_partner_leaving", partner="HAC", left_on="2014-07-18")
    assert is_quorate(meeting(lap, [CHAIR, HACKNEY]))


def test_a_partner_that_left_need_not_attend(hackney_leaves: Partnership) -> None:
    rules(hackney_leaves, must_attend=("HAC",))
    assert is_quorate(meeting(hackney_leaves, [CHAIR, LMA]))


def test_an_answer_of_theirs_counts_no_more_once_the_procedure_closes_after_the_leaving(hackney_leaves) -> None:
    lap = hackney_leaves
    lap.given("open_written_procedure", code="W01", title="One", text="One.", closes="2014-07-10T17:00")
    lap.given("answer_written_procedure", who=HACKNEY, procedure="W01", answer="for")
    lap.given("answer_written_procedure", who=CHAIR, procedure="W01", answer="for").at(date(2014, 7, 11))
    assert not lap.when("close_written_procedure", procedure="W01")[0].quorate


def test_nobody_is_appointed_for_a_partner_that_left(hackney_leaves: Partnership) -> None:
    hackney_leaves.at(date(2014, 7, 1))
    refused = hackney_leaves.refusal("appoint_person", name="Late", partner="HAC", roles=["partner_lead"])
    assert refused.problem.startswith("HAC left on 1 July 2014, and nobody acts for a partner that left")


# -- roles that end -------------------------------------------------------------------------------------------------


def test_roles_end_on_a_day_and_until_then_are_held(shared: Partnership) -> None:
    shared.given("end_roles", person=SHARED, partner="HAR", roles=["partner_lead"], on="2014-07-01")
    assert shared.when("submit_return", who=SHARED, partner="HAR", quarter="2014-15 Q1")
    shared.at(date(2014, 7, 1))
    assert isinstance(shared.refusal("submit_return", who=SHARED, partner="HAR", quarter="2014-15 Q1"), NotAllowed)
    assert shared.when("submit_return", who=SHARED, partner="LMA", quarter="2014-15 Q1")


def test_ending_roles_says_so(shared: Partnership) -> None:
    [ended] = shared.when("end_roles", person=SHARED, partner="HAR", on="2014-07-01")
    assert ended == RolesEnded(person=SHARED, partner="HAR", on=date(2014, 7, 1))
    assert shared.effective_on == [date(2014, 7, 1)]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"person": LMA_LEAD, "partner": "HAC"}, "LAP-U006 does not act for HAC, but for LMA"),
        ({"person": SECRETARY}, "LAP-U001 is the partnership's secretary and stays so; name the other roles"),
        (
            {"person": LMA_LEAD, "roles": ["chair"]},
            "LAP-U006 holds none of this on 1 July 2014; it holds partner lead then",
        ),
    ],
)
def test_what_cannot_end_is_refused_in_a_sentence(lap: Partnership, fields, sentence: str) -> None:
    assert lap.refusal("end_roles", on="2014-07-01", **fields).problem == sentence


def test_a_new_appointment_begins_anew(shared: Partnership) -> None:
    shared.given("end_roles", person=SHARED, on="2014-04-01")
    [again] = shared.when("appoint_person", person=SHARED, name="Ann", partner="HAR", roles=["partner_lead"])
    assert again == PersonAppointed(person=SHARED, partner="HAR", roles=("partner_lead",))


# -- members that support, and other amendments ---------------------------------------------------------------------


def test_a_partner_is_admitted_as_a_supporting_member(lap: Partnership) -> None:
    [admitted] = lap.when(
        "admit_partner", code="TNA", name="N", kind="national_body", membership="supporting", joined_on="2014-04-01"
    )
    assert admitted.membership is Membership.SUPPORTING


def amend(**fields: object) -> dict[str, object]:
    return {"partner": "BRE", "reason": "As agreed.", **fields}


def test_a_partner_is_renamed_and_what_stands_so_already_is_left_out(lap: Partnership) -> None:
    [amended] = lap.when("amend_partner", **amend(name="Brent Council", kind="london_borough"))
    assert amended == PartnerAmended(partner="BRE", name="Brent Council", reason="As agreed.")
    assert lap.when("amend_partner", **amend(name="Name of BRE")) == []


def test_a_membership_changes_from_a_day_which_may_be_past(lap: Partnership) -> None:
    lap.at(date(2014, 9, 1))
    lap.given("amend_partner", **amend(membership="supporting", **{"from": "2014-07-01"}))
    brent = lap.register.partners["BRE"]
    assert (brent.is_full_member_on(date(2014, 6, 30)), brent.is_full_member_on(date(2014, 7, 1))) == (True, False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "nothing is to change of BRE; give name, kind, gss, or membership and from"),
        ({"membership": "supporting"}, "a new membership needs its first day; give it as from"),
        ({"from": "2014-07-01"}, "from is the first day of a new membership; give the membership as well"),
    ],
)
def test_an_amendment_that_says_too_little_is_refused(lap: Partnership, fields, sentence: str) -> None:
    assert lap.refusal("amend_partner", **amend(**fields)).problem == sentence


def test_a_supporting_member_adopts_a_core_commitment_and_a_full_one_does_not(lap: Partnership) -> None:
    adopt = {"commitment": "C1", "partner": "BRE", "from": "2014-07-01"}
    assert "supporting ones adopt it" in lap.refusal("adopt_commitment", **adopt).problem
    lap.given("amend_partner", **amend(membership="supporting", **{"from": "2014-10-01"}))
    assert lap.when("adopt_commitment", **adopt)


def test_a_person_holds_for_a_partner_the_roles_that_are_named_for_it(lap: Partnership) -> None:
    facts = lap.when(
        "appoint_person",
        name="Ada",
        partners=["BRE", "HAC"],
        roles=["partner_lead", "contributor"],
        held_for={"BRE": ["partner_lead"]},
    )
    assert [type(each).__name__ for each in facts] == ["PersonAppointed", "RolesEnded"]
    assert (facts[1].partner, facts[1].roles, facts[1].on) == ("BRE", ("contributor",), lap.now.date())


def test_roles_are_named_for_a_partner_of_whoever_is_appointed(lap: Partnership) -> None:
    wanted = {"name": "Ada", "partners": ["BRE", "HAC"], "roles": ["partner_lead", "contributor"]}
    with pytest.raises(Refused, match="LMA is none of the partners"):
        lap.when("appoint_person", **wanted, held_for={"LMA": ["contributor"]})
