"""Letters about returns name the partner, the quarter and the deadline in the partnership's own time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.events.partnership import PersonAppointed, Role
from contracts.events.reporting import ReturnDue, ReturnOverdue
from contracts.events.returns import PartnersReminded, ReturnSubmitted
from domain.register.people import after_leaving, appointed
from services.notifications.intake import notices
from services.notifications.intake.notices import Notice
from services.notifications.intake.read_model import PartnershipRecord
from services.notifications.letters.letter import Detail, Item, Link, Material
from services.notifications.letters.returns import (
    chased_letter,
    due_letter,
    missing_letter,
    opens_returns,
    overdue_letter,
    receipt_letter,
)
from services.notifications.receipt_source import RecordedLine
from tests.notifications import logs
from tests.notifications.logs import Log


def material(notice: Notice, *partners: str) -> Material:
    return Material(
        notice=notice,
        partnership=PartnershipRecord("LAP", "London Archives Partnership", "Europe/London"),
        partner_names={"BRE": "Brent", "CMD": "Camden"},
        recipient="partner lead (Brent)",
        partners=partners,
        public_url="https://concordat.example",
        items=(),
        files={},
    )


def notice_of(fact: ReturnDue | ReturnOverdue) -> list[Notice]:
    event = Log("reporting").record(fact)
    if isinstance(fact, ReturnDue):
        return [notices.of_due_returns(event, fact, [], logs.CUT_OFF.date())[0]]
    return [notice for notice, _ in notices.of_overdue_returns(event, fact, [], logs.CUT_OFF.date())]


def test_a_reminder_says_whose_return_is_due_and_when() -> None:
    # when
    letter = due_letter(material(notice_of(logs.due("BRE"))[0], "BRE"))
    # then
    assert letter.subject == "Return for 2014-15 Q2 due on 3 October 2014 – London Archives Partnership"
    assert letter.heading == "Brent’s return for 2014-15 Q2 is due on 3 October 2014"
    assert Detail("Deadline", "Friday 3 October 2014, 17:00 BST") in letter.facts


def test_an_overdue_return_is_said_to_be_overdue() -> None:
    # when
    letter = overdue_letter(material(notice_of(logs.overdue("BRE"))[0], "BRE"))
    # then
    assert letter.heading == "Brent’s return for 2014-15 Q2 is overdue"


def test_the_secretary_sees_who_is_missing_and_who_could_not_be_told() -> None:
    # when
    letter = missing_letter(material(notice_of(logs.overdue("BRE", "CMD"))[1]))
    # then
    assert letter.heading == "2 partners have not reported for 2014-15 Q2"
    [section] = letter.sections
    assert [item.title for item in section.items] == ["Brent (BRE)", "Camden (CMD)"]
    assert all("no partner lead" in item.notes[0] for item in section.items)


def test_one_reminder_names_all_partners_of_a_lead_whose_returns_are_missing() -> None:
    # given
    shared = appointed(PersonAppointed(person="LAP-U002", partners=("BRE", "CMD", "EAL"), roles=(Role.PARTNER_LEAD,)))
    event = Log("reporting").record(logs.due("BRE", "CMD"))
    # when
    notice, recipients = notices.of_due_returns(event, logs.due("BRE", "CMD"), [shared], logs.CUT_OFF.date())
    letter = due_letter(material(notice, *recipients[0].partners))
    # then
    assert [(each.person, each.partners) for each in recipients] == [("LAP-U002", ("BRE", "CMD"))]
    assert letter.heading == "The returns of Brent and Camden for 2014-15 Q2 are due on 3 October 2014"
    assert letter.opening[0] == "Brent and Camden have not yet submitted their returns for 2014-15 Q2."


def test_the_people_of_a_partner_that_left_are_reminded_of_nothing() -> None:
    # given
    left_on = logs.CUT_OFF.date()
    lead = appointed(PersonAppointed(person="LAP-U002", partner="BRE", roles=(Role.PARTNER_LEAD,)))
    event = Log("reporting").record(logs.due("BRE"))
    # when
    _, recipients = notices.of_due_returns(event, logs.due("BRE"), [after_leaving(lead, "BRE", left_on)], left_on)
    # then
    assert recipients == []


RETURN = "https://concordat.example/return/LAP/2014-15-Q2"


def test_a_reminder_leads_to_the_return_and_where_there_is_a_key_opens_it_without_sign_in() -> None:
    asking = material(notice_of(logs.due("BRE"))[0], "BRE")
    opening = replace(asking, keys={"BRE": "a-key"})
    assert due_letter(asking).link == Link("Open the return", f"{RETURN}/BRE")
    assert due_letter(opening).link == Link("Open the return", f"{RETURN}/BRE/open?key=a-key")
    assert ["do not pass it on" in " ".join(due_letter(each).closing) for each in (asking, opening)] == [False, True]


def test_a_letter_about_several_partners_leads_to_the_return_of_each() -> None:
    letter = overdue_letter(material(notice_of(logs.overdue("BRE", "CMD"))[0], "BRE", "CMD"))
    assert (letter.link, *letter.more_links) == (
        Link("Open the return of Brent", f"{RETURN}/BRE"),
        Link("Open the return of Camden", f"{RETURN}/CMD"),
    )


@pytest.mark.parametrize(
    ("late", "said", "opens"),
    [
        (timedelta(0), "Brent’s return for 2014-15 Q2 is due on 3 October 2014", True),
        (timedelta(seconds=1), "Brent’s return for 2014-15 Q2 is overdue", False),
    ],
)
def test_the_secretary_reminds_before_the_deadline_and_after_it(late: timedelta, said: str, opens: bool) -> None:
    # given
    fact = PartnersReminded(quarter="2014-15 Q2", deadline=logs.CUT_OFF, partners=("BRE",))
    event = Log("programme").record(fact, at=logs.CUT_OFF + late)
    lead = appointed(PersonAppointed(person="LAP-U002", partners=("BRE", "CMD"), roles=(Role.PARTNER_LEAD,)))
    # when
    notice, recipients = notices.of_reminded_partners(event, fact, [lead], logs.CUT_OFF.date())
    letter = chased_letter(material(notice, "BRE"))
    # then
    assert [(each.person, each.partners) for each in recipients] == [("LAP-U002", ("BRE",))]
    assert letter.heading == said
    assert letter.opening[1] == "The secretary of the London Archives Partnership asks you for it."
    assert opens_returns(notice) is opens


def test_a_receipt_says_what_was_submitted_and_leads_to_all_that_was_recorded() -> None:
    # given
    fact = ReturnSubmitted(partner="BRE", quarter="2014-15 Q2", nothing_changed=True, note="Thank you.")
    notice, _ = notices.of_submitted_return(Log("programme").record(fact), fact, [], logs.CUT_OFF.date())
    # when
    letter = receipt_letter(material(notice))
    # then
    assert letter.heading == "Brent’s return for 2014-15 Q2 is submitted"
    assert Detail("Note to the board", "Thank you.") in letter.facts
    assert Detail("Attested", "nothing has changed in milestones, projects and risks") in letter.facts
    assert letter.link.address == "https://concordat.example/return/LAP/2014-15-Q2/BRE/submitted"
    assert letter.sections == ()


def test_a_receipt_lists_what_was_and_what_is() -> None:
    fact = ReturnSubmitted(partner="BRE", quarter="2014-15 Q2")
    notice, _ = notices.of_submitted_return(Log("programme").record(fact), fact, [], logs.CUT_OFF.date())
    recorded = (
        RecordedLine("Catalogue", "P01-M02", "3 April 2016", "4 May 2016: rain"),
        RecordedLine("New", "", "", "x"),
    )
    # when
    [section] = receipt_letter(replace(material(notice), recorded=recorded)).sections
    # then
    assert section.heading == "What was recorded"
    assert section.items == (
        Item("Catalogue (P01-M02)", ("3 April 2016 → 4 May 2016: rain",)),
        Item("New", ("nothing → x",)),
    )
