"""That a partner leaves is taken back on its page: what that gives back is shown before, and each way back is open."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date

import pytest

from contracts.events.partners import PartnerLeft
from contracts.events.partnership import RolesEnded
from tests.programme.office.test_corrections import links_in, rows
from tests.programme.pages.filling_in import followed, posted, sent, text_of
from tests.programme.pages.rooms import HACKNEY, MEMBER, SECRETARY, Page, Rooms, open_rooms
from tests.programme.pages.test_names import named

HAC = "/partners/LAP/HAC"
WHY = {"reason": "Harrow was meant."}
LEFT = PartnerLeft(partner="HAC", left_on=date(2014, 9, 1))


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


def undo_on(page: Page) -> str:
    found = re.search(r'<a href="([^"]*)">Undo</a>', page.text)
    assert found is not None
    return found[1]


async def test_a_leaving_is_undone_where_it_was_recorded_and_so_is_that_it_was_undone(opened: Rooms) -> None:
    rooms = await (await opened.told()).read_by(SECRETARY)
    assert "/stay" not in await rooms.read(HAC)
    # when
    page = await followed(rooms, await sent(rooms, f"{HAC}/leave", left_on="1 September 2014"))
    assert "no longer, from 1 September 2014" in text_of(page)
    page = await followed(rooms, await sent(rooms, undo_on(page), **WHY))
    # then
    assert "Full, since 1 April 2014" in text_of(page)
    assert "was taken back. Harrow was meant." in text_of(page)
    assert undo_on(page) == f"{HAC}/leave"
    assert (await rooms.get(f"{HAC}/stay")).status == 409


async def test_a_leaving_that_is_ahead_stands_on_the_page_and_in_the_list_until_it_is_taken_back(opened: Rooms) -> None:
    rooms = await (await opened.told(LEFT.model_copy(update={"left_on": date(2014, 12, 1)}))).read_by(SECRETARY)
    said = "leaves on 1 December 2014"
    assert f"Full, since 1 April 2014; it {said}" in text_of(await rooms.get(HAC))
    assert said in text_of(await rooms.get("/partners/LAP"))
    # when
    await sent(rooms, f"{HAC}/stay", **WHY)
    # then
    assert said not in text_of(await rooms.get(HAC)) + text_of(await rooms.get("/partners/LAP"))


async def test_who_gets_which_role_back_is_shown_by_name_before_it_is_taken_back(opened: Rooms) -> None:
    # given: one of two people goes as well, on a day of their own; the other was erased
    told = await opened.told(RolesEnded(person=MEMBER, on=date(2014, 8, 1)), LEFT)
    await named(told, HACKNEY, "Ada Lovelace")
    rooms = await told.read_by(SECRETARY)
    # when
    asked = text_of(await rooms.get(f"{HAC}/stay"))
    # then
    assert "London Borough HAC no member from 1 September 2014 a member" in asked
    assert "Ada Lovelace no role for it from 1 September 2014 partner lead" in asked
    assert MEMBER not in asked
    # and when
    await sent(rooms, f"{HAC}/stay", **WHY)
    assert "Ada Lovelace" in await rooms.read(HAC)


async def test_what_the_board_decided_is_taken_back_and_the_form_says_which_decision_stays(opened: Rooms) -> None:
    rooms = await (await opened.told(LEFT.model_copy(update={"decision": "LAP-D01"}))).read_by(SECRETARY)
    assert "LAP-D01 stays as it was recorded" in text_of(await rooms.get(f"{HAC}/stay"))
    assert (await sent(rooms, f"{HAC}/stay", **WHY)).status == 303


async def test_a_form_that_is_sent_twice_or_late_takes_back_no_other_leaving(opened: Rooms) -> None:
    # given: two tabs with the form
    rooms = await (await opened.told(LEFT)).read_by(SECRETARY)
    form = await rooms.get(f"{HAC}/stay")
    # when: one is sent twice, then the partner leaves on the right day, and the other is sent
    first, second = [await posted(rooms, f"{HAC}/stay", form, **WHY) for _ in range(2)]
    assert (first.status, first.headers["location"]) == (second.status, second.headers["location"])
    await sent(rooms, f"{HAC}/leave", left_on="1 October 2014")
    late = await posted(rooms, f"{HAC}/stay", form, reason="Another reason.")
    # then
    assert late.status == 412
    assert "no longer, from 1 October 2014" in text_of(await rooms.get(HAC))


async def test_of_two_leavings_the_one_that_stands_is_taken_back(opened: Rooms) -> None:
    # given
    rooms = await (await opened.told(LEFT)).read_by(SECRETARY)
    await sent(rooms, f"{HAC}/stay", **WHY)
    await sent(rooms, f"{HAC}/leave", left_on="1 October 2014")
    # when
    ways = {what: how for what, how in await rows(rooms) if "HAC is no longer a member" in what}
    # then
    standing, taken_back, earlier = ways.items()
    assert "1 October 2014" in standing[0]
    assert links_in(standing[1]) == [f"{HAC}/stay"]
    assert "was taken back" in taken_back[0]
    assert "1 September 2014" in earlier[0]
    assert links_in(earlier[1]) == []
