"""Home tells who is signed in what needs them, and everybody what comes next and how the partnership stands."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from services.runtime.access.directory import DirectoryEntry
from tests.domain.history import at
from tests.parts.sessions import signed_in_with
from tests.programme.pages.rooms import BRENT, HACKNEY, OBSERVER, SECRETARY, Rooms, open_rooms

NEEDS = "What needs you"


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    """The pages, each test with a partnership of its own where it changes something."""
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as opened:
        yield opened


async def test_the_partnerships_are_listed_with_their_next_meeting(rooms: Rooms) -> None:
    page = await rooms.read("/home/")
    assert 'href="/home/LAP"' in page
    assert "LAP · 2 partners · 1 open project" in page
    assert "Next meeting LAP-B02 on 16 October 2014" in page


async def test_it_says_what_comes_next_who_has_not_reported_and_the_figures_of_the_pack(rooms: Rooms) -> None:
    page = await rooms.read("/home/LAP")
    assert "Thursday 16 October, 14:00" in page
    assert "Returns for 2014-15 Q3 are due" in page
    assert "London Borough HAC" in page
    assert "50 %" in page
    assert "1 of 2 obligations met" in page
    assert "1 of 2</p>" in page


async def test_papers_are_out_from_the_instant_at_which_they_go_out(rooms: Rooms) -> None:
    before = await rooms.read("/home/LAP", as_at="2014-10-08T08:59")
    after = await rooms.read("/home/LAP", as_at="2014-10-08T09:00")
    assert "go out on Wednesday 8 October</dd>" in before
    assert "go out on" not in after
    assert '<a href="/packs/LAP/B02">Board pack</a>' in after


async def test_links_of_home_as_at_an_instant_stay_at_that_instant(rooms: Rooms) -> None:
    page = await rooms.read("/home/LAP", as_at="2014-09-30T17:00")
    assert 'href="/projects/LAP?as_at=2014-09-30T17%3A00"' in page
    assert "As at 30 September 2014, 17:00 BST." in page


async def test_who_is_signed_in_finds_what_needs_them_first_and_nobody_else_does(rooms: Rooms) -> None:
    hackney = await (await rooms.read_by(HACKNEY)).read("/home/LAP")
    assert hackney.index(NEEDS) < hackney.index("Next meeting") < hackney.index("How we stand")
    assert '<a href="/return/LAP/2014-15-Q2/HAC">Return for 2014-15 Q2</a>' in hackney
    assert "Was due Friday 3 October, 17:00, 7 days ago." in hackney
    assert '<a href="/board/LAP/actions/A01">Action: Tell <b> everyone.</a>' in unescape(hackney)
    observer = await (await rooms.read_by(OBSERVER)).read("/home/LAP")
    assert "Board pack for 16 October 2014" in observer
    assert "Tell" not in observer
    assert NEEDS not in await (await rooms.read_by(HACKNEY)).read("/home/LAP", as_at="2014-10-09")


async def test_whom_nothing_needs_is_told_so_with_the_date_of_the_next_thing(rooms: Rooms) -> None:
    page = await (await rooms.read_by(BRENT)).read("/home/LAP")
    assert "Nothing needs you at the moment. Next, on Thursday 16 October, 14:00: LAP-B02 begins." in page


async def test_whoever_has_no_role_in_the_partnership_is_told_so_and_nothing_else(rooms: Rooms) -> None:
    other = await rooms.told()
    stranger = await other.read_by(HACKNEY)
    answer = await rooms.client.get("/home/LAP", headers={"Accept": "text/html", **stranger.reader.cookie})  # type: ignore[union-attr]
    assert answer.status_code == 403
    assert "You have no role in LAP." in answer.text
    assert "How we stand" not in answer.text


async def test_whoever_has_no_role_anywhere_is_told_who_can_give_one(rooms: Rooms) -> None:
    former = DirectoryEntry("LAP-U991", None, "A former lead", "nobody@elsewhere.example")
    await rooms.service.directory.put("LAP", [former])
    nobody = await signed_in_with(rooms.settings, "nobody@elsewhere.example")
    answer = await rooms.client.get("/home/", headers={"Accept": "text/html", **nobody.cookie})
    assert answer.status_code == 200
    assert "You have no role in any partnership under this e-mail address." in answer.text
    assert "There is no partnership yet" not in answer.text


async def test_home_changes_as_soon_as_an_answer_is_kept_in_the_draft_of_a_return(rooms: Rooms) -> None:
    # given
    hackney = await (await rooms.told()).read_by(HACKNEY)
    before = await hackney.get("/home/LAP")
    assert "Not begun" in before.text
    # when
    assert hackney.reader is not None
    await hackney.post("/return/LAP/2014-15-Q2/HAC", {"then": "unchanged", **hackney.reader.csrf})
    after = await hackney.get("/home/LAP")
    # then
    assert "Not begun" not in after.text
    assert " answered</span>" in after.text
    assert before.headers["etag"] != after.headers["etag"]


async def test_home_changes_as_soon_as_something_is_recorded_and_with_the_clock(tmp_path: Path) -> None:
    async with open_rooms(tmp_path) as rooms:
        tags = [(await rooms.get("/home/LAP")).headers["etag"]]
        await rooms.do("move_meeting", meeting="B02", date="2014-10-17", time="10:00")
        moved = await rooms.get("/home/LAP")
        assert "Friday 17 October, 10:00" in moved.text
        rooms.clock.move_to(at("2014-10-17", "09:59"))
        last = await rooms.get("/home/LAP")
        assert "LAP-B02 begins" in last.text
        rooms.clock.move_to(at("2014-10-17", "10:00"))
        begun = await rooms.get("/home/LAP")
        assert "LAP-B02 begins" not in begun.text
        tags += [each.headers["etag"] for each in (moved, last, begun)]
    assert len(set(tags)) == 4


async def without_an_address(office: Rooms) -> int:
    """Return how many people the secretary's Home says cannot be reached."""
    [told] = re.findall(r"(\d+) people without an e-mail address", await office.read("/home/LAP"))
    return int(told)


async def test_the_secretary_sees_at_once_who_can_be_reached(rooms: Rooms) -> None:
    # given
    own = await rooms.told()
    office = await own.read_by(SECRETARY)
    unreachable = await without_an_address(office)
    # when
    entry = DirectoryEntry(HACKNEY.replace("LAP", own.code), "hackney", "Lead for Hackney", "hackney@example.org")
    await rooms.service.directory.put(own.code, [entry])
    # then
    assert await without_an_address(office) == unreachable - 1
