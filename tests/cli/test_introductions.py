"""Whom the demonstration has one begin with: people whose Home is worth seeing for different reasons."""

from __future__ import annotations

from datetime import date

from contracts.events.decisions import ActionAssigned
from contracts.events.partnership import Role
from contracts.events.returns import ReturnSubmitted
from domain.figures.overview import figures
from services.cli.introductions import MOST, introductions
from services.programme.home.reader import Beside, Reader
from tests.domain.history import SECRETARY, History, at

PARTNERS = ("BNT", "BRE", "CAM", "CRO", "EAL", "ENF", "GRE", "HAC")
CHAIR, OBSERVER, CONTRIBUTOR = "LAP-U020", "LAP-U021", "LAP-U022"


def lead(partner: str) -> str:
    return f"LAP-U{PARTNERS.index(partner) + 2:03}"


def history() -> History:
    """Eight partners with a lead each, and one person in each other role; the second quarter is about to end."""
    told = History(*PARTNERS).appointed(SECRETARY, Role.SECRETARY)
    for partner in PARTNERS:
        told.appointed(lead(partner), Role.PARTNER_LEAD, partners=(partner,))
        told.told("2014-07-02", ReturnSubmitted(partner=partner, quarter="2014-15 Q1", by=lead(partner)))
    told.appointed(CHAIR, Role.CHAIR, partners=("BRE",)).appointed(OBSERVER, Role.OBSERVER)
    return told.appointed(CONTRIBUTOR, Role.CONTRIBUTOR, partners=("CAM",)).agreed("C1", {"kind": "attestation"})


def with_action(told: History, number: int, partner: str, due: str) -> History:
    day = date.fromisoformat(due)
    fact = ActionAssigned(
        action=f"LAP-A{number:02}", decision="LAP-D01", text="Write to the council", owner=partner, due=day
    )
    return told.told("2014-08-01", fact)


def introduced(told: History, day: str = "2014-09-22") -> dict[str, str]:
    instant = at(day, "12:00")
    register = told.register(instant)
    made = figures(register, register.calendar.last_ended_quarter(date.fromisoformat(day)), instant)
    return introductions(Reader(made, each, Beside()) for each in register.people.values())


def test_each_role_is_introduced_and_each_lead_for_another_reason() -> None:
    told = with_action(with_action(history(), 1, "ENF", "2014-08-31"), 2, "GRE", "2014-09-25")

    found = introduced(told)

    assert {SECRETARY, CHAIR, OBSERVER, CONTRIBUTOR} < set(found)
    assert [found[each] for each in found if each in map(lead, PARTNERS)] == [
        "Return for 2014-15 Q2: not begun",
        "Action: Write to the council: overdue, was due Sunday 31 August, and 1 thing more",
        "Action: Write to the council: due in 3 days, and 1 thing more",
    ]


def test_whom_nothing_needs_is_introduced_with_these_words() -> None:
    assert introduced(history())[OBSERVER] == "Nothing needs them at present"


def test_what_is_done_needs_nobody() -> None:
    told = history()
    for partner in PARTNERS:
        told.told("2014-09-23", ReturnSubmitted(partner=partner, quarter="2014-15 Q2", by=lead(partner)))

    assert "can still be changed" not in str(introduced(told, "2014-09-24"))


def test_at_most_eight_are_introduced() -> None:
    told = history()
    for number, partner in enumerate(PARTNERS, start=1):
        with_action(told, number, partner, "2014-08-31" if number % 2 else "2014-09-25")

    assert len(introduced(told)) <= MOST
