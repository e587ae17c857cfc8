"""Who belongs to several partnerships goes from each page to Home of another; who belongs to one sees nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.cli.serve import NAVIGATION
from services.runtime.access.directory import DirectoryEntry
from tests.parts.waiting import until
from tests.programme.pages.rooms import BRENT, OBSERVER, Rooms, open_rooms

SWITCHER = '<details class="switcher">'


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms"), navigation=NAVIGATION) as rooms:
        yield rooms


async def held_by_one(here: Rooms, there: Rooms, address: str) -> None:
    """Give two people, of a partnership each, the same address: it is one who signs in."""
    for rooms in (here, there):
        person = OBSERVER.replace("LAP", rooms.code)
        await rooms.service.directory.put(rooms.code, [DirectoryEntry(person, None, "Olive", address)])


async def test_who_holds_roles_in_two_partnerships_goes_to_home_of_the_other(rooms: Rooms) -> None:
    here, there = await rooms.told(), await rooms.told()
    await held_by_one(here, there, "olive@people.example")
    for one, other in ((here, there), (there, here)):
        page = await (await one.read_by(OBSERVER)).read("/risks/LAP")
        assert page.count(SWITCHER) == 1
        assert f'<a href="/home/{other.code}">London Archives Partnership</a>' in page
    alone = await (await here.read_by(BRENT)).read("/risks/LAP")
    assert SWITCHER not in alone


async def test_a_partnership_is_no_longer_named_a_second_after_ones_role_in_it_ended(rooms: Rooms) -> None:
    here, there = await rooms.told(), await rooms.told()
    await held_by_one(here, there, "oliver@people.example")
    olive = await here.read_by(OBSERVER)
    assert SWITCHER in await olive.read("/risks/LAP")
    await there.do("end_roles", person=OBSERVER.replace("LAP", there.code), on="2014-10-09")

    async def is_gone() -> bool:
        return SWITCHER not in await olive.read("/risks/LAP")

    await until(is_gone)
