"""The secretary reminds partners of a return that is missing, and not twice within a day without saying so."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.returns import PartnersReminded
from domain.register.papers import return_deadline
from tests.programme.partnerships import Partnership, london

Q1 = "2014-15 Q1"


@pytest.fixture
def lap() -> Partnership:
    """The partnership when its first quarter has ended."""
    return london().at(date(2014, 7, 7))


def test_partners_are_reminded_of_a_return_each_once_with_its_deadline(lap: Partnership) -> None:
    facts = lap.when("remind_of_returns", quarter=Q1, partners=["BRE", "LMA", "BRE"])
    deadline = return_deadline(lap.register, lap.register.calendar.quarter(Q1), lap.now)
    assert facts == [PartnersReminded(quarter=Q1, deadline=deadline, partners=("BRE", "LMA"))]


@pytest.mark.parametrize(
    ("partner", "quarter", "problem"),
    [
        ("HAR", Q1, "HAR has no lead to be reminded; appoint one"),
        ("BRE", "2013-14 Q4", "BRE owes no return for 2013-14 Q4"),
        ("LMA", Q1, "LMA has submitted its return for 2014-15 Q1"),
    ],
)
def test_only_who_owes_a_return_and_can_be_told_is_reminded(
    lap: Partnership, partner: str, quarter: str, problem: str
) -> None:
    lap.given("submit_return", partner="LMA", quarter=Q1)
    refused = lap.refusal("remind_of_returns", quarter=quarter, partners=[partner])
    assert (refused.field, refused.problem) == ("partners", problem)


def test_within_a_day_a_partner_is_reminded_again_only_if_that_is_said(lap: Partnership) -> None:
    lap.given("remind_of_returns", quarter=Q1, partners=["BRE"]).later(hours=23)
    refused = lap.refusal("remind_of_returns", quarter=Q1, partners=["LMA", "BRE"])
    assert refused.field == "again"
    assert refused.problem == "BRE was reminded on 7 July 2014 at 13:00; say again: true to do it once more"
    assert lap.when("remind_of_returns", quarter=Q1, partners=["LMA", "BRE"], again=True)
    assert lap.later(hours=1).when("remind_of_returns", quarter=Q1, partners=["BRE"])
