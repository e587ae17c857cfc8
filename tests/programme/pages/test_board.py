"""The board's own pages: a meeting from its opening to its close, decisions, change requests, written procedures."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.events.board import MeetingScheduled
from contracts.events.commitments import CommitmentAgreed
from services.runtime.access.directory import DirectoryEntry
from tests.domain.history import FORMED_ON, at
from tests.programme.pages.filling_in import followed, sent, text_of
from tests.programme.pages.rooms import BRENT, CHAIR, HACKNEY, MEMBER, OBSERVER, SECRETARY, TODAY, Rooms, open_rooms

MEETING = "/board/LAP/B04"
PROJECT = "/projects/LAP/P01"
THERE = {f"seat-{CHAIR}": "there", f"seat-{MEMBER}": "there"}
ASKED = {"title": "New dates", "recommendation": "To agree them, as two services join.", "meeting": "LAP-B04"}
DECIDED = {"outcome": "agreed", "text": "The dates are agreed.", "how": "consensus"}


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


@pytest.fixture
async def rooms(opened: Rooms) -> Rooms:
    """A partnership of its own for each test, whose board meets in the afternoon; no one is signed in."""
    afternoon = at(TODAY).date()
    optional = CommitmentAgreed(
        commitment="LAP-C2",
        title="Share volunteers",
        text="",
        core=False,
        in_force_from=FORMED_ON,
        period="quarter",
        measure={"kind": "attestation"},
    )
    return await opened.told(MeetingScheduled(meeting="LAP-B04", date=afternoon, time="14:00"), optional)


@pytest.fixture
async def chair(rooms: Rooms) -> Rooms:
    """The same, with the meeting opened by its chair, and an item asked for by Brent's lead."""
    lead = await rooms.read_by(BRENT)
    await followed(lead, await sent(lead, f"{PROJECT}/ask-set-baseline", **ASKED, **{"baseline-M01": "30/1/2015"}))
    chair = await rooms.read_by(CHAIR)
    await followed(chair, await sent(chair, f"{MEETING}/open", **THERE))
    return chair


def happened(text: str) -> str:
    """Return what a page says has just happened."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text.partition('id="happened"')[2].partition("<dl")[0]))


# -- change requests ---------------------------------------------------------------------------------------------------


async def test_a_lead_asks_the_board_for_a_change_on_the_page_of_its_project(rooms: Rooms) -> None:
    # given
    lead = await rooms.read_by(BRENT)
    address = f"{PROJECT}/ask-set-baseline"
    assert f'href="{address}"' in await lead.read(PROJECT)
    # when
    asked = await sent(lead, address, **ASKED, **{"baseline-M01": "30/1/2015"})
    page = await followed(lead, asked)
    # then
    said = (
        "London Borough BRE asks the board for a change, item 101 of LAP-B04: these become the baselines: First ten "
        "services on 30 January 2015. To agree them, as two services join."
    )
    assert said in happened(page.text)
    assert said in text_of(page).partition("History")[2]
    assert f'<a href="{MEETING}/items/101/remove">Take it back</a>' in page.text
    agenda = text_of(await lead.get(MEETING))
    assert "If agreed: these become the baselines: First ten services on 30 January 2015." in agenda
    assert "New dates" in await lead.read(PROJECT)
    # when
    page = await followed(lead, await sent(lead, f"{MEETING}/items/101/remove", reason="It is not needed."))
    # then
    assert "Item 101 was taken off the agenda. It is not needed." in happened(page.text)


async def test_a_partner_asks_for_what_is_its_own_alone(rooms: Rooms) -> None:
    brent, hackney, observer = [await rooms.read_by(person) for person in (BRENT, HACKNEY, OBSERVER)]
    for reader in (hackney, observer, rooms):
        assert "/ask-" not in await reader.read(PROJECT)
    assert (await hackney.get(f"{PROJECT}/ask-move-project")).status == 403
    assert "/ask-grant-derogation" in await hackney.read("/commitments/LAP/C1")
    assert "/ask-withdraw-commitment" not in await hackney.read("/commitments/LAP/C1")
    leave = {**ASKED, "periods": ["2014-15 Q3"], "partner": "HAC"}
    assert (await sent(brent, "/commitments/LAP/C1/ask-grant-derogation", **leave)).status == 403
    page = await followed(hackney, await sent(hackney, "/commitments/LAP/C1/ask-grant-derogation", **leave))
    assert "London Borough HAC need not meet Commitment C1 in 2014-15 Q3." in happened(page.text)
    assert "/ask-record-leaving" in await hackney.read("/partners/LAP/HAC")
    assert "/ask-record-leaving" not in await hackney.read("/partners/LAP/BRE")


async def test_what_is_wrong_with_a_request_stands_beside_its_field(rooms: Rooms) -> None:
    lead = await rooms.read_by(BRENT)
    nothing = await sent(lead, f"{PROJECT}/ask-set-baseline", **ASKED, **{"baseline-M01": ""})
    assert nothing.status == 422
    assert "No milestone is named" in text_of(nothing)
    wrong = await sent(lead, f"{PROJECT}/ask-set-baseline", **{**ASKED, "title": ""}, **{"baseline-M01": "soon"})
    assert '<a href="#baseline-M01">“soon” is not a date.' in wrong.text
    assert '<a href="#title">Say in a few words what is asked.</a>' in wrong.text
    assert wrong.text.index("#baseline-M01") < wrong.text.index("#title")
    unchosen = await sent(lead, "/commitments/LAP/C1/ask-grant-derogation", **ASKED, partner="BRE")
    assert '<a href="#periods">' in unchosen.text


async def test_the_secretary_asks_for_what_is_nobodys_own(rooms: Rooms) -> None:
    office = await rooms.read_by(SECRETARY)
    assert 'href="/board/LAP/ask-admit-partner"' in await office.read("/board/LAP")
    fields = {"name": "Camden", "code": "CAM", "kind": "london_borough", "membership": "full", "joined_on": "1/1/2015"}
    page = await followed(office, await sent(office, "/board/LAP/ask-admit-partner", **ASKED, **fields))
    assert page.status == 200
    assert "If agreed: Camden joins on 1 January 2015." in text_of(await office.get(MEETING))


async def test_a_commitment_that_the_board_is_asked_to_take_on_is_agreed_when_it_decides(rooms: Rooms) -> None:
    # given
    office = await rooms.read_by(SECRETARY)
    counted = {"commitment_title": "Give days", "core": "no", "from": "1/1/2015", "period": "quarter", "by": ""}
    address = "/board/LAP/ask-adopt-quantity"
    wrong = await sent(office, address, **ASKED, **counted, unit="days", target="many")
    assert '<a href="#target">“many” is not an amount.' in wrong.text
    await followed(office, await sent(office, address, **ASKED, **counted, unit="days", target="6"))
    await followed(office, await sent(office, f"{MEETING}/open", **THERE))
    # when
    form = text_of(await office.get(f"{MEETING}/items/101/decide"))
    await followed(office, await sent(office, f"{MEETING}/items/101/decide", as_asked="yes", **DECIDED))
    # then
    assert "Give days – a commitment, optional, from 1 January 2015" in form
    page = text_of(await office.get("/commitments/LAP/C3"))
    assert "Give days" in page
    assert "6.00 days" in page


# -- a meeting ---------------------------------------------------------------------------------------------------------


async def test_the_chair_opens_a_meeting_says_who_is_there_and_puts_that_right(rooms: Rooms) -> None:
    # given
    chair = await rooms.read_by(CHAIR)
    assert f'href="{MEETING}/open"' in await chair.read(MEETING)
    form = text_of(await chair.get(f"{MEETING}/open"))
    assert "A quorum is 1 seat of 1 partner." in form
    # when
    page = await followed(chair, await sent(chair, f"{MEETING}/open", others=[OBSERVER], **THERE))
    # then
    assert "The meeting began, with 3 people present." in happened(page.text)
    assert f'<a href="{MEETING}/attendance">Correct who is there</a>' in page.text
    assert "Quorum Quorum 2 seats filled; needed are 1 seat of 1 partner" in text_of(page)
    again = await chair.get(f"{MEETING}/attendance")
    assert '<option value="there" selected>' in again.text
    assert f'value="{OBSERVER}" checked' in again.text
    # when
    right = {f"seat-{CHAIR}": "there", f"seat-{MEMBER}": "apologies"}
    page = await followed(chair, await sent(chair, f"{MEETING}/attendance", **right))
    # then
    assert "Who is there was put right: 1 person present." in happened(page.text)
    assert "1 person present; 1 apology" in text_of(page)
    # when
    page = await followed(chair, await sent(chair, f"{MEETING}/close"))
    # then
    assert "The meeting ended." in happened(page.text)
    assert f"{MEETING}/attendance" not in page.text


async def test_people_are_called_by_name_first_and_by_what_they_do(rooms: Rooms) -> None:
    # given
    entry = DirectoryEntry(MEMBER.replace("LAP", rooms.code), "ada", "Ada Lovelace", "ada@example.org")
    await rooms.service.directory.put(rooms.code, [entry])
    chair = await rooms.read_by(CHAIR)
    # then
    form = (await chair.get(f"{MEETING}/open")).text
    assert f'<label for="seat-{MEMBER}">Ada Lovelace, board member for London Borough HAC</label>' in form
    office = await rooms.read_by(SECRETARY)
    reassign = (await office.get("/board/LAP/actions/A01/reassign")).text
    assert f'<option value="{MEMBER}">Ada Lovelace, board member for London Borough HAC</option>' in reassign
    assert f'<option value="{OBSERVER}">Observer ({OBSERVER})</option>' in reassign
    again = await sent(office, "/board/LAP/actions/A01/reassign", owner="HAC", reason="")
    assert "Ada Lovelace, board member" in again.text


async def test_a_meeting_is_opened_on_its_day_by_the_chair(rooms: Rooms) -> None:
    chair, member = await rooms.read_by(CHAIR), await rooms.read_by(MEMBER)
    assert "/open" not in await chair.read("/board/LAP/B03")
    assert (await chair.get("/board/LAP/B03/open")).status == 409
    assert f"{MEETING}/open" not in await member.read(MEETING)


async def test_somebody_cannot_sit_in_two_seats(rooms: Rooms) -> None:
    chair = await rooms.read_by(CHAIR)
    twice = {f"seat-{CHAIR}": MEMBER, f"seat-{MEMBER}": "there"}
    answer = await sent(chair, f"{MEETING}/open", **{**twice, f"seat-{MEMBER}": CHAIR})
    assert answer.status == 422
    assert f'<a href="#seat-{CHAIR}">' in answer.text


# -- decisions ---------------------------------------------------------------------------------------------------------


async def test_a_decision_on_what_was_asked_for_shows_what_it_changes_and_changes_it(chair: Rooms) -> None:
    # given
    address = f"{MEETING}/items/101/decide"
    assert f'href="{address}"' in await chair.read(MEETING)
    form = text_of(await chair.get(address))
    assert "There is a quorum for this item: 2 seats filled." in form
    assert "Baseline of First ten services 19 December 2014 30 January 2015" in form
    # when
    answer = await sent(chair, address, as_asked="yes", **DECIDED)
    page = await followed(chair, answer)
    # then
    assert answer.headers["location"].startswith("/board/LAP/decisions/D002?")
    assert "The decision on item 101 of LAP-B04 was recorded: agreed." in happened(page.text)
    assert "Carried out on 10 October 2014" in text_of(page)
    assert "30 Jan 2015" in await chair.read(PROJECT)
    assert (await chair.get(address)).status == 409
    assert "was decided by LAP-D002" in text_of(await sent_anyway(chair, address, as_asked="yes", **DECIDED))


async def test_a_decision_that_was_recorded_wrongly_says_the_way_to_put_it_right_which_works(chair: Rooms) -> None:
    # given
    page = await followed(chair, await sent(chair, f"{MEETING}/items/101/decide", as_asked="no", **DECIDED))
    assert "A decision is never edited. Where it is wrong, put an item on an agenda" in happened(page.text)
    # when
    office = await chair.read_by(SECRETARY)
    item = {"title": "The dates once more", "kind": "decision"}
    page = await followed(office, await sent(office, f"{MEETING}/add-item", **item))
    [address] = re.findall(rf'href="({MEETING}/items/\d+/decide)"', page.text)
    rightly = {**DECIDED, "outcome": "not_agreed", "text": "The dates stand.", "supersedes": "LAP-D002"}
    page = await followed(office, await sent(office, address, **rightly))
    # then
    assert "It supersedes LAP-D002." in happened(page.text)
    assert "LAP-D003" in text_of(await office.get("/board/LAP/decisions/D002"))


async def sent_anyway(rooms: Rooms, address: str, **typed: str) -> object:
    """Send a form whose page is no longer shown, as who goes back in their browser does."""
    assert rooms.reader is not None
    return await rooms.post(address, {"code": "D003", **typed, **rooms.reader.csrf})


async def test_a_decision_may_bring_about_nothing_or_something_else(chair: Rooms) -> None:
    address = f"{MEETING}/items/101/decide"
    assert f'href="{address}-move-project"' in (await chair.get(address)).text
    otherwise = {**DECIDED, "outcome": "agreed_as_amended", "stage": "paused"}
    page = await followed(chair, await sent(chair, f"{address}-move-project", **otherwise))
    said = text_of(page)
    assert "moves to “Paused”." in said
    assert "Carried out on 10 October 2014" in said
    assert "Paused" in await chair.read(PROJECT)


async def test_votes_are_counted_seat_by_seat_and_decide_the_outcome(chair: Rooms) -> None:
    # when
    address = f"{MEETING}/items/101/decide"
    votes = {"how": "vote", f"vote-{CHAIR}": "against", f"vote-{MEMBER}": "abstain"}
    answer = await sent(chair, address, as_asked="no", **{**DECIDED, **votes})
    # then
    assert answer.status == 422
    assert '<a href="#outcome">The vote was 0 for, 1 against, 1 abstained' in answer.text
    assert "<details open>" in answer.text
    # when
    page = await followed(
        chair, await sent(chair, address, as_asked="no", **{**DECIDED, **votes, "outcome": "not_agreed"})
    )
    # then
    said = text_of(page)
    assert "by vote: 0 for, 1 against, 1 abstained" in said
    assert "Against LAP-U005, chair for London Borough BRE" in said


async def test_who_has_an_interest_has_no_vote_until_it_is_taken_back(chair: Rooms) -> None:
    # given
    member = await chair.read_by(MEMBER)
    item = f"{MEETING}/items/101"
    page = await followed(member, await sent(member, f"{item}/interest", nature="A cousin.", follows="speaks_no_vote"))
    assert f'<a href="{item}/take-back">Undo</a>' in page.text
    assert f"vote-{MEMBER}" not in (await chair.get(f"{item}/decide")).text
    assert (await (await chair.read_by(OBSERVER)).get(f"{item}/take-back")).status == 403
    # when
    page = await followed(member, await sent(member, f"{item}/take-back", person=MEMBER, reason="The wrong item."))
    # then
    assert "An interest declared in item 101 was taken back. The wrong item." in happened(page.text)
    assert "A cousin. The member speaks, but does not vote." not in text_of(page).partition("History")[0]
    assert f"vote-{MEMBER}" in (await chair.get(f"{item}/decide")).text
    assert (await member.get(f"{item}/take-back")).status == 409


async def test_a_decision_that_partners_ratify_waits_for_them(chair: Rooms) -> None:
    # given
    ratified = {"ratifying": ["BRE", "HAC"], "needed": "1"}
    page = await followed(
        chair, await sent(chair, f"{MEETING}/items/101/decide", as_asked="yes", **DECIDED, **ratified)
    )
    assert "0 of 1 partners needed have ratified it" in text_of(page)
    assert text_of(page).count("Not yet") == 2
    # when
    office = await chair.read_by(SECRETARY)
    page = await followed(office, await sent(office, "/board/LAP/decisions/D002/ratify", partner="HAC", on="9/10/14"))
    # then
    assert "London Borough HAC ratified it on 9 October 2014." in happened(page.text)
    assert "Carried out on 10 October 2014" in text_of(page)


async def test_an_action_is_assigned_on_the_page_of_its_decision(chair: Rooms) -> None:
    fields = {"text": "Tell the services.", "owner": "HAC", "due": "1 Dec 2014"}
    assert 'href="/board/LAP/decisions/D01/assign"' in await chair.read("/board/LAP/decisions/D01")
    answer = await sent(chair, "/board/LAP/decisions/D01/assign", **fields)
    assert answer.headers["location"].startswith("/board/LAP/actions/A002?")
    page = await followed(chair, answer)
    assert "The action was assigned to London Borough HAC, due 1 December 2014." in happened(page.text)
    assert "Tell the services." in await chair.read("/board/LAP/decisions/D01")


async def test_decisions_are_listed_page_by_page(rooms: Rooms) -> None:
    office = await rooms.read_by(SECRETARY)
    await rooms.do("open_meeting", meeting="B04", present=[CHAIR.replace("LAP", rooms.code)])
    for number in range(2, 23):
        item = {"meeting": "B04", "item": number}
        await rooms.do("add_agenda_item", **item, kind="decision", title="One")
        await rooms.do("record_decision", **item, code=f"D{number:03}", outcome="noted", text=f"Noted {number}.")
    first, second = await office.read("/board/LAP/decisions"), await office.read("/board/LAP/decisions", page="2")
    assert "Noted 22." in first
    assert "Noted 2." not in first
    assert 'href="?page=2"' in first
    assert "Noted 2." in second
    assert 'href="?page=1"' in second
    for odd in ("0", "99", "²", "x"):
        assert (await office.get("/board/LAP/decisions", page=odd)).status == 200


# -- written procedures ------------------------------------------------------------------------------------------------


async def test_the_secretary_puts_a_text_to_the_members_and_counts_their_answers(opened: Rooms) -> None:
    # given
    rooms = await opened.told()
    office, member = await rooms.read_by(SECRETARY), await rooms.read_by(MEMBER)
    text = {"title": "Extend", "text": "The contract is extended."}
    # when
    wrong = await sent(office, "/board/LAP/open-procedure", **text, closes_on="", closes_at="17:00")
    assert '<a href="#closes_on">Enter the day until which they answer.</a>' in wrong.text
    late = await sent(office, "/board/LAP/open-procedure", **text, closes_on="1/11/2014", closes_at="late")
    assert '<a href="#closes_at">Give a time such as 17:00.</a>' in late.text
    past = await sent(office, "/board/LAP/open-procedure", **text, closes_on="1/10/2014", closes_at="9:00")
    assert '<a href="#closes_at">1 October 2014, 09:00 has passed' in past.text
    until = {"closes_on": "10 Oct 2014", "closes_at": "23:00"}
    page = await followed(office, await sent(office, "/board/LAP/open-procedure", **text, **until))
    # then
    assert "The text was put to the members." in happened(page.text)
    assert "/close" not in page.text
    assert (await member.get("/board/LAP/open-procedure")).status == 403
    # when
    await followed(member, await sent(member, "/board/LAP/procedures/W01/answer", answer="for"))
    rooms.clock.move_to(at("2014-10-10", "23:00"))
    page = await followed(office, await sent(office, "/board/LAP/procedures/W01/close"))
    # then
    assert "The procedure closed: it passed." in happened(page.text)


async def test_what_a_procedure_brings_about_is_carried_out_when_it_passes(opened: Rooms) -> None:
    # given
    rooms = await opened.told()
    office, member, lead = [await rooms.read_by(person) for person in (SECRETARY, MEMBER, BRENT)]
    address = f"{PROJECT}/procedure-move-project"
    assert f'href="{address}"' in await office.read(PROJECT)
    assert (await lead.get(address)).status == 403
    # when
    now = rooms.clock.now()
    closes = (now + timedelta(days=1)).astimezone(ZoneInfo("Europe/London"))
    text = {"title": "Pause it", "text": "It is paused.", "stage": "paused"}
    until = {"closes_on": f"{closes:%d/%m/%Y}", "closes_at": f"{closes:%H:%M}"}
    page = await followed(office, await sent(office, address, **text, **until))
    # then
    assert "Brings about" in text_of(page)
    # when
    await followed(member, await sent(member, "/board/LAP/procedures/W01/answer", answer="for"))
    rooms.clock.move_to(now + timedelta(days=1))
    await followed(office, await sent(office, "/board/LAP/procedures/W01/close"))
    # then
    assert "The project moved to the stage “Paused”, by LAP-D002." in text_of(await office.get(PROJECT))


# -- adoption ----------------------------------------------------------------------------------------------------------


async def test_what_was_adopted_by_mistake_is_taken_back(rooms: Rooms) -> None:
    lead = await rooms.read_by(BRENT)
    adopted = {"partner": "BRE", "from": "1/1/2015"}
    page = await followed(lead, await sent(lead, "/commitments/LAP/C2/adopt", **adopted))
    assert '<a href="/commitments/LAP/C2/take-back">Undo</a>' in page.text
    assert "/take-back" not in await (await rooms.read_by(HACKNEY)).read("/commitments/LAP/C2")
    page = await followed(lead, await sent(lead, "/commitments/LAP/C2/take-back", partner="BRE", reason="A slip."))
    assert "That London Borough BRE adopted it was taken back. A slip." in happened(page.text)
    assert 'href="/commitments/LAP/C2/adopt"' in page.text


async def test_an_items_optional_parts_are_taken_away_again(rooms: Rooms) -> None:
    office = await rooms.read_by(SECRETARY)
    item = {"kind": "decision", "title": "One", "about": "LAP-P01", "recommendation": "Agree.", "owner": "BRE"}
    await followed(office, await sent(office, f"{MEETING}/add-item", **item))
    emptied = {**item, "about": "", "recommendation": "", "owner": ""}
    page = await followed(office, await sent(office, f"{MEETING}/items/1/amend", **emptied))
    assert "Item 1, “One”, was amended." in happened(page.text)
    assert "Agree." not in text_of(page)


async def test_the_gss_code_of_a_partner_is_put_right(rooms: Rooms) -> None:
    office = await rooms.read_by(SECRETARY)
    fields = {"name": "London Borough BRE", "kind": "london_borough", "gss": "E09000005", "reason": "It was left out."}
    page = await followed(office, await sent(office, "/partners/LAP/BRE/amend", **fields))
    assert "GSS code of the partner put right. It was left out." in happened(page.text)
