"""The quorum: how many, of how many partners, with whom; judged for each item after withdrawals."""

from __future__ import annotations

import pytest

from contracts.events.partnership import BoardRules
from services.programme.board.seats import Seat, is_quorum
from tests.programme.partnerships import (
    CHAIR,
    HACKNEY,
    HACKNEY_SUBSTITUTE,
    LMA,
    LMA_LEAD,
    OBSERVER,
    SECRETARY,
    Partnership,
)


def quorate(lap: Partnership, item: int = 1) -> bool:
    recorded = lap.when("record_decision", meeting="B01", item=item, code="D01", outcome="noted", text="Noted.")[0]
    return bool(recorded.quorate)


def meeting(lap: Partnership, present: list[str], **more: object) -> Partnership:
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    for item in (1, 2):
        lap.given("add_agenda_item", meeting="B01", item=item, kind="decision", title=f"Item {item}")
    return lap.given("open_meeting", meeting="B01", present=present, **more)


def declare(lap: Partnership, person: str, follows: str) -> None:
    lap.given("declare_interest", meeting="B01", item=1, person=person, nature="A cousin.", follows=follows)


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ([CHAIR, HACKNEY], True),
        ([CHAIR, HACKNEY, LMA], True),
        ([CHAIR], False),
        ([CHAIR, SECRETARY, OBSERVER, LMA_LEAD], False),
        ([CHAIR, HACKNEY_SUBSTITUTE], False),
    ],
)
def test_only_members_of_the_board_count(lap: Partnership, present, expected) -> None:
    assert quorate(meeting(lap, present)) is expected


def test_a_substitute_counts_for_the_partner_of_the_absent_member(lap: Partnership) -> None:
    assert quorate(meeting(lap, [LMA], substitutes={CHAIR: HACKNEY_SUBSTITUTE}))


def test_a_member_who_also_sits_for_another_fills_one_seat(lap: Partnership) -> None:
    assert not quorate(meeting(lap, [LMA], substitutes={CHAIR: LMA}))


def test_two_members_of_one_partner_are_not_two_partners(lap: Partnership) -> None:
    lap.given("appoint_person", person=LMA, name="Moved", partner="BRE", roles=["board_member"])
    assert not quorate(meeting(lap, [CHAIR, LMA]))


def test_those_who_withdrew_from_an_item_do_not_count_at_it(lap: Partnership) -> None:
    meeting(lap, [CHAIR, HACKNEY])
    declare(lap, HACKNEY, "withdraws")
    assert not quorate(lap, item=1)
    assert quorate(lap, item=2)


@pytest.mark.parametrize("follows", ["noted", "speaks_no_vote"])
def test_those_who_only_do_not_vote_still_count(lap: Partnership, follows) -> None:
    meeting(lap, [CHAIR, HACKNEY])
    declare(lap, HACKNEY, follows)
    assert quorate(lap)


def test_a_withdrawal_stands_whatever_else_the_person_declares(lap: Partnership) -> None:
    meeting(lap, [CHAIR, HACKNEY])
    declare(lap, HACKNEY, "withdraws")
    declare(lap, HACKNEY, "noted")
    assert not quorate(lap)


A, B, C = Seat("a", ("BRE",)), Seat("b", ("HAC",)), Seat("c", ("HAC",))
NOBODYS = Seat("d", ())


@pytest.mark.parametrize(
    ("rules", "seats", "expected"),
    [
        (BoardRules(quorum_count=2, quorum_partners=2), [A, B], True),
        (BoardRules(quorum_count=3, quorum_partners=2), [A, B], False),
        (BoardRules(quorum_count=2, quorum_partners=2), [B, C], False),
        (BoardRules(quorum_count=2, quorum_partners=1), [B, C], True),
        (BoardRules(quorum_count=2, quorum_partners=1), [A, NOBODYS], True),
        (BoardRules(quorum_count=2, quorum_partners=2), [A, NOBODYS], False),
        (BoardRules(quorum_count=1, quorum_partners=1, must_attend=("HAC",)), [A], False),
        (BoardRules(quorum_count=1, quorum_partners=1, must_attend=("HAC",)), [A, B], True),
        (BoardRules(quorum_count=1, quorum_partners=1, must_attend=("HAC", "BRE")), [B, C], False),
        (BoardRules(), [], False),
    ],
)
def test_a_quorum_is_enough_members_of_enough_partners_and_those_who_must_be_there(rules, seats, expected) -> None:
    assert is_quorum(rules, seats) is expected
