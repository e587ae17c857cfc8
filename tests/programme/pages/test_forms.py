"""Every form of a room: who is shown it, what it records, and what it refuses with what was typed kept."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest

from contracts.events.partners import Membership, PartnerAmended
from tests.programme.pages.filling_in import followed, posted, sent, text_of
from tests.programme.pages.rooms import (
    BRENT,
    CHAIR,
    HACKNEY,
    MEMBER,
    OBSERVER,
    SECRETARY,
    Page,
    Rooms,
    open_rooms,
)

Typed = Mapping[str, str]

WHY = {"reason": "The hall is flooded."}
EVERYBODY = (SECRETARY, BRENT, HACKNEY, OBSERVER, CHAIR, MEMBER)


@dataclass(frozen=True)
class Filled:
    """A form that is filled in.

    ``at`` is where its link stands and ``last`` what its address ends in. ``may`` are those who may fill it in beside
    the secretary, ``typed`` what they type and ``said`` what the page says then, with ``way_back`` the words of the
    link that puts it right. ``wrong`` replaces what was typed by something that is refused with ``fault``.
    """

    at: str
    last: str
    typed: Typed
    said: str
    wrong: Typed
    fault: str
    may: tuple[str, ...] = ()
    way_back: str = ""
    first: tuple[tuple[str, Mapping[str, object]], ...] = field(default=())

    @property
    def address(self) -> str:
        return f"{self.at}/{self.last}"


MEETING, ACTION, PROCEDURE = "/board/LAP/B02", "/board/LAP/actions/A01", "/board/LAP/procedures/W01"
OPENED = (
    (
        "open_written_procedure",
        {"code": "W01", "title": "Extend it", "text": "The contract is extended.", "closes": "2014-10-20T17:00"},
    ),
)
DONE = (("complete_action", {"action": "A01", "on": "2014-10-08", "evidence": "The minutes."}),)
LEAVING = (("record_partner_leaving", {"partner": "HAC", "left_on": "2015-04-01"}),)
WHEN = {"date": "Friday 14 November 2014", "time": "10:00", "place": "Guildhall", "minutes": "90"}
ITEM = {"kind": "discussion", "title": "Budget", "about": "LAP-P01-M01", "recommendation": "", "owner": ""}
FORMS = (
    Filled(
        at="/board/LAP",
        last="schedule",
        typed=WHEN,
        said="The meeting was scheduled for Friday 14 November 2014, 10:00, Guildhall.",
        wrong={"time": "noon"},
        fault="“noon” is not a time of day.",
        way_back="Correct this",
    ),
    Filled(
        at=MEETING,
        last="move",
        typed={**WHEN, "date": "14/11/14"},
        said="The meeting is now on Friday 14 November 2014, 10:00, Guildhall.",
        wrong={"date": "14/11/13"},
        fault="14 November 2013",
        way_back="Correct this",
    ),
    Filled(
        at=MEETING,
        last="cancel",
        typed=WHY,
        said="The meeting was cancelled. The hall is flooded.",
        wrong={"reason": ""},
        fault="Say why it is not held.",
    ),
    Filled(
        at=MEETING,
        last="add-item",
        typed=ITEM,
        said="Item 2, “Budget”, was put on the agenda.",
        wrong={"item": "1"},
        fault="Number 2 is free.",
        way_back="Correct this",
    ),
    Filled(
        at=MEETING,
        last="items/1/amend",
        typed={
            "kind": "decision",
            "title": "Newer dates",
            "about": "LAP-P01",
            "recommendation": "Agree them all.",
            "owner": "HAC",
        },
        said="Item 1, “Newer dates”, was amended.",
        wrong={"title": ""},
        fault="Enter a title.",
        way_back="Correct this",
    ),
    Filled(
        at=MEETING,
        last="items/1/remove",
        typed=WHY,
        said="Item 1 was taken off the agenda. The hall is flooded.",
        wrong={"reason": " "},
        fault="Say why.",
    ),
    Filled(
        at=MEETING,
        last="items/1/interest",
        typed={"nature": "A sister works there.", "follows": "withdraws"},
        said="An interest in item 1 was declared. A sister works there. The member withdraws",
        wrong={"follows": ""},
        fault="Choose what follows.",
        may=(CHAIR, MEMBER),
    ),
    Filled(
        at=PROCEDURE,
        last="answer",
        typed={"answer": "against"},
        said="Your answer Against",
        wrong={"answer": ""},
        fault="Choose an answer.",
        may=(CHAIR, MEMBER),
        way_back="Correct this",
        first=OPENED,
    ),
    Filled(
        at="/partners/LAP/HAC",
        last="leave",
        typed={"left_on": "1 April 2015"},
        said="London Borough HAC is no longer a member from 1 April 2015.",
        wrong={"left_on": "1 April 2013"},
        fault="cannot leave before",
        way_back="Undo",
    ),
    Filled(
        at="/partners/LAP/HAC",
        last="stay",
        typed=WHY,
        said="That London Borough HAC is no longer a member from 1 April 2015 was taken back. The hall is flooded.",
        wrong={"reason": ""},
        fault="Say why.",
        way_back="Undo",
        first=LEAVING,
    ),
    Filled(
        at=ACTION,
        last="done",
        typed={"on": "8 Oct 2014", "evidence": "The minutes say so."},
        said="The action was done on 8 October 2014. The minutes say so.",
        wrong={"on": "11 Oct 2014"},
        fault="11 October 2014",
        may=(HACKNEY,),
        way_back="Undo",
    ),
    Filled(
        at=ACTION,
        last="move",
        typed={"due": "31/10/14", **WHY},
        said="The action is now due 31 October 2014. The hall is flooded.",
        wrong={"due": "9 Oct 2014"},
        fault="Give another date.",
        may=(CHAIR,),
        way_back="Correct this",
    ),
    Filled(
        at=ACTION,
        last="reassign",
        typed={"owner": "BRE", "person": BRENT, **WHY},
        said="The action is for London Borough BRE from now on. The hall is flooded.",
        wrong={"reason": ""},
        fault="Say why.",
        way_back="Correct this",
    ),
    Filled(
        at=ACTION,
        last="drop",
        typed=WHY,
        said="The action was dropped. The hall is flooded.",
        wrong={"reason": ""},
        fault="Say why.",
        may=(CHAIR,),
        way_back="Undo",
    ),
    Filled(
        at=ACTION,
        last="reopen",
        typed=WHY,
        said="The action is to be done after all. The hall is flooded.",
        wrong={"reason": ""},
        fault="Say why.",
        may=(CHAIR, HACKNEY),
        first=DONE,
    ),
)


def named(form: Filled) -> str:
    return form.address


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


async def a_partnership_for(opened: Rooms, form: Filled) -> Rooms:
    rooms = await opened.told()
    for command, fields in form.first:
        await rooms.do(command, **fields)
    return rooms


def typed_by(person: str, form: Filled) -> Typed:
    """Return what somebody types; the secretary, who speaks for others, says whose it is."""
    speaks_for_others = person == SECRETARY and MEMBER not in form.typed.values() and MEMBER in form.may
    return {**form.typed, "person": MEMBER} if speaks_for_others else form.typed


@pytest.mark.parametrize("form", FORMS, ids=named)
async def test_a_form_is_shown_to_those_who_may_fill_it_in_and_to_nobody_else(opened: Rooms, form: Filled) -> None:
    rooms = await a_partnership_for(opened, form)
    for person in EVERYBODY:
        reader = await rooms.read_by(person)
        may = person in (SECRETARY, *form.may)
        page, asked = await reader.get(form.at), await reader.get(form.address)
        assert (f'href="{form.address}"' in page.text) == may, person
        assert asked.status == (200 if may else 403), person
        if not may:
            assert "the secretary" in text_of(asked)  # who may is said
    assert form.address not in (await rooms.get(form.at)).text
    assert (await rooms.read_by_stranger().get(form.address)).status == 303


@pytest.mark.parametrize("form", FORMS, ids=named)
async def test_a_form_records_one_change_and_says_so_where_it_happened_with_the_way_back(
    opened: Rooms, form: Filled
) -> None:
    for person in (SECRETARY, *form.may):
        rooms = await (await a_partnership_for(opened, form)).read_by(person)
        page = await followed(rooms, await sent(rooms, form.address, **typed_by(person, form)))
        assert (form.said if person != SECRETARY or form.at != PROCEDURE else "An answer was recorded.") in text_of(
            page
        )
        assert way_back_of(page) == form.way_back


@pytest.mark.parametrize("form", FORMS, ids=named)
async def test_what_a_form_cannot_take_is_said_in_words_and_what_was_typed_is_kept(opened: Rooms, form: Filled) -> None:
    rooms = await (await a_partnership_for(opened, form)).read_by(SECRETARY)
    typed = {**typed_by(SECRETARY, form), **form.wrong}
    answer = await sent(rooms, form.address, **typed)
    assert answer.status == 422
    assert "There is a problem" in answer.text
    assert form.fault in text_of(answer)
    for value in filter(None, typed.values()):
        assert value in answer.text
    # and then
    again = await posted(rooms, form.address, answer, **typed_by(SECRETARY, form))
    assert again.status == 303


async def test_what_got_the_next_number_meanwhile_takes_it_from_nobody_who_is_still_typing(opened: Rooms) -> None:
    # given
    rooms = await (await opened.told()).read_by(SECRETARY)
    seen = await rooms.get("/board/LAP/schedule")
    await rooms.do("schedule_meeting", code="B04", date="2014-12-01", time="10:00")
    # when
    answer = await posted(rooms, "/board/LAP/schedule", seen, **WHEN)
    # then
    assert answer.status == 412
    assert 'value="Guildhall"' in answer.text
    # when
    again = await posted(rooms, "/board/LAP/schedule", answer, **WHEN)
    # then
    assert again.headers["location"].startswith("/board/LAP/B05?happened=")


async def test_who_answers_a_written_procedure_twice_is_counted_by_the_last_answer(opened: Rooms) -> None:
    rooms = await opened.told()
    for command, fields in OPENED:
        await rooms.do(command, **fields)
    member = await rooms.read_by(MEMBER)
    await sent(member, f"{PROCEDURE}/answer", answer="against")
    asked = await member.get(f"{PROCEDURE}/answer")
    assert 'value="against" checked' in asked.text
    page = await followed(member, await posted(member, f"{PROCEDURE}/answer", asked, answer="for"))
    assert "Answers 1 Your answer For" in text_of(page)
    assert "Your answer" not in text_of(await (await rooms.read_by(CHAIR)).get(PROCEDURE))  # each sees their own


async def test_an_interest_that_was_declared_stands_beside_the_agenda(opened: Rooms) -> None:
    rooms = await (await opened.told()).read_by(MEMBER)
    typed = {"nature": "A sister works there.", "follows": "speaks_no_vote"}
    page = await followed(rooms, await sent(rooms, f"{MEETING}/items/1/interest", **typed))
    whose = "Item 1: LAP-U006, board member for London Borough HAC."
    assert f"{whose} A sister works there. The member speaks, but does not vote." in text_of(page)


async def test_nobody_declares_an_interest_or_answers_in_the_name_of_another_member(opened: Rooms) -> None:
    rooms = await opened.told()
    for command, fields in OPENED:
        await rooms.do(command, **fields)
    member = await rooms.read_by(MEMBER)
    typed = {"nature": "A sister works there.", "follows": "withdraws", "person": CHAIR}
    assert (await sent(member, f"{MEETING}/items/1/interest", **typed)).status == 403
    await sent(member, f"{PROCEDURE}/answer", answer="for", person=CHAIR)
    assert "Your answer" not in text_of(await (await rooms.read_by(CHAIR)).get(PROCEDURE))


@pytest.mark.parametrize("item", ["9", "0", "one", "9" * 5000, "\N{SUPERSCRIPT TWO}"])
async def test_an_item_that_is_not_on_the_agenda_is_not_there(opened: Rooms, item: str) -> None:
    rooms = await (await opened.told()).read_by(SECRETARY)
    assert (await rooms.get(f"{MEETING}/items/{item}/amend")).status == 404


async def test_a_supporting_member_adopts_a_core_commitment_and_a_full_one_is_bound_by_it_anyway(
    opened: Rooms,
) -> None:
    # given
    supporting = {"membership": Membership.SUPPORTING, "membership_from": date(2014, 7, 1)}
    rooms = await opened.told(PartnerAmended(partner="HAC", reason="It funds.", **supporting))
    lead = await rooms.read_by(HACKNEY)
    # when
    page = await followed(lead, await sent(lead, "/commitments/LAP/C1/adopt", **{"from": "1 Jan 2015"}, partner="HAC"))
    # then
    assert "London Borough HAC from 1 January 2015" in text_of(page)
    assert "/adopt" not in await (await rooms.read_by(BRENT)).read("/commitments/LAP/C1")


def way_back_of(page: Page) -> str:
    """Return the words of the link that puts right what has just happened."""
    happened = page.text.partition('id="happened"')[2].partition("<dl")[0]
    found = re.findall(r">(Undo|Correct this)</a>", happened)
    return found[0] if found else ""
