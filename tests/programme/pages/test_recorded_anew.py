"""What was recorded with the wrong words, and what the board can be asked for: each on a page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from contracts.events.board import MeetingScheduled
from tests.domain.history import at
from tests.programme.pages.filling_in import followed, posted, sent, text_of
from tests.programme.pages.rooms import CHAIR, HACKNEY, MEMBER, SECRETARY, TODAY, Rooms, open_rooms

MEETING = "/board/LAP/B04"
ASKED = {"title": "One more", "recommendation": "To agree it.", "meeting": "LAP-B04"}


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


@pytest.fixture
async def rooms(opened: Rooms) -> Rooms:
    """A partnership of its own for each test, whose board meets in the afternoon."""
    return await opened.told(MeetingScheduled(meeting="LAP-B04", date=at(TODAY).date(), time="14:00"))


async def test_an_action_with_the_wrong_words_is_worded_anew_and_the_one_before_it_dropped(rooms: Rooms) -> None:
    # given
    chair, address = await rooms.read_by(CHAIR), "/board/LAP/actions/A01/reword"
    form = await chair.get(address)
    assert "Tell &lt;b&gt; everyone." in form.text
    # when it is sent twice
    once = await posted(chair, address, form, text="Tell every member.")
    twice = await posted(chair, address, form, text="Tell every member.")
    # then
    assert once.headers["location"] == twice.headers["location"]
    page = await followed(chair, once)
    assert "Tell every member." in text_of(page)
    assigned = "The action was assigned to London Borough HAC, due 9 October 2014, in place of LAP-A01. Correct this"
    assert assigned in text_of(page)
    before = text_of(await chair.get("/board/LAP/actions/A01"))
    assert "Dropped" in before
    assert "Worded anew as LAP-A002." in before
    actions = await chair.read("/board/LAP/actions")
    assert actions.count("Tell every member.") == 1


async def test_an_action_that_was_moved_and_is_worded_anew_says_when_it_was_first_due(rooms: Rooms) -> None:
    # given
    chair = await rooms.read_by(CHAIR)
    await followed(chair, await sent(chair, "/board/LAP/actions/A01/move", due="16/10/2014", reason="Half term."))
    # when
    page = await followed(chair, await sent(chair, "/board/LAP/actions/A01/reword", text="Tell every member."))
    # then
    assert "Due 16 October 2014 first due 9 October 2014, moved once" in text_of(page)


async def test_who_goes_back_to_a_form_that_they_sent_is_led_to_what_happened(rooms: Rooms) -> None:
    # given
    chair, address = await rooms.read_by(SECRETARY), "/board/LAP/actions/A01/done"
    await followed(chair, await sent(chair, address, on="9/10/2014", evidence="All told."))
    # when
    again = await chair.get(address)
    # then
    assert again.status == 409
    assert "There is nothing to do here now" in text_of(again)
    [leads_to] = re.findall(r'<a class="button" href="([^"]+)">See what happened to LAP-A01</a>', again.text)
    told = text_of(await chair.get(leads_to.partition("#")[0]))
    assert "The action was done on 9 October 2014" in told
    assert "Undo" in told


async def test_an_action_is_not_worded_anew_with_the_words_that_it_has_or_by_who_may_not(rooms: Rooms) -> None:
    chair, address = await rooms.read_by(CHAIR), "/board/LAP/actions/A01/reword"
    same = await sent(chair, address, text="Tell <b> everyone.")
    assert (same.status, "It says this already." in same.text) == (422, True)
    none = await sent(chair, address, text="")
    assert "Say what must be done." in none.text
    assert (await (await rooms.read_by(HACKNEY)).get(address)).status == 403
    assert "Dropped" not in text_of(await chair.get("/board/LAP/actions/A01"))


@pytest.mark.parametrize(
    ("last", "more", "measure"),
    [
        ("return-on-time", {}, "The return for the quarter is submitted by its deadline."),
        ("takes-part", {"period": "year"}, "The partner leads or takes part in a project that was in delivery"),
    ],
)
async def test_the_board_is_asked_for_a_commitment_for_which_nothing_is_reported_and_agrees(
    rooms: Rooms, last: str, more: dict[str, str], measure: str
) -> None:
    # given
    office, address = await rooms.read_by(SECRETARY), f"/board/LAP/ask-adopt-{last}"
    assert f'href="{address}"' in await office.read("/board/LAP")
    assert ('name="period"' in await office.read(address)) is bool(more)
    # when
    wanted = {"commitment_title": "All in", "commitment_text": "Each of us.", "core": "no", "from": "1/1/2015", **more}
    await followed(office, await sent(office, address, **ASKED, **wanted))
    seats = {f"seat-{CHAIR}": "there", f"seat-{MEMBER}": "there"}
    await followed(office, await sent(office, f"{MEETING}/open", **seats))
    decided = {"outcome": "agreed", "text": "Agreed.", "how": "consensus", "as_asked": "yes"}
    await followed(office, await sent(office, f"{MEETING}/items/101/decide", **decided))
    # then
    page = text_of(await office.get("/commitments/LAP/C2"))
    assert "All in" in page
    assert measure in page
