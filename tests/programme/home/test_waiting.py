"""What waits for everybody is told to our own services alone, in one answer, in the words of each one's Home."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.return_links import ReturnLinks
from tests.domain.history import at
from tests.programme.pages.rooms import BRENT, HACKNEY, SECRETARY, Rooms, open_rooms

ASKED = "/home/LAP/waiting.json"


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path) as opened:
        yield opened


def links(rooms: Rooms) -> ReturnLinks:
    found = ReturnLinks.of(rooms.settings)
    assert found is not None
    return found


async def ask(rooms: Rooms, word: str) -> httpx.Response:
    return await rooms.client.get(ASKED, params={"word": word})


async def today(rooms: Rooms) -> dict[str, Any]:
    answer = await ask(rooms, links(rooms).word("waiting", "LAP"))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_it_lists_for_each_person_what_their_home_lists(rooms: Rooms) -> None:
    homes = {person: await (await rooms.read_by(person)).get("/home/LAP") for person in (HACKNEY, SECRETARY)}
    told = await today(rooms)
    for person, page in homes.items():
        home = unescape(page.text)
        assert len(told["people"][person]) > 1
        for each in told["people"][person]:
            assert f'<a href="{each["href"]}">{each["what"]}</a>' in home
            assert each["state"] in home
    assert BRENT not in told["people"]


async def test_no_name_and_no_address_is_in_it(rooms: Rooms) -> None:
    await rooms.service.directory.put("LAP", [DirectoryEntry(HACKNEY, None, "Dora Diaz", None)])
    home = await (await rooms.read_by(SECRETARY)).read("/home/LAP")
    answer = await ask(rooms, links(rooms).word("waiting", "LAP"))
    assert ["Dora Diaz" in text for text in (home, answer.text)] == [True, False]
    assert "people without an e-mail address" in answer.text
    assert "@" not in answer.text


async def test_nothing_is_told_by_a_clock_that_is_questioned(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    # given
    why = "The clock reads 2015-10-10 12:00 UTC, which nobody believes."
    monkeypatch.setattr(rooms.service.clock_guard, "blockage", lambda _partnership: why)
    # when
    answer = await ask(rooms, links(rooms).word("waiting", "LAP"))
    # then nobody is mailed: the services ask again
    assert (answer.status_code, answer.json()["detail"]) == (503, why)


@pytest.mark.parametrize(
    ("day", "is_working_day", "begins_week"),
    [
        ("2014-10-10", True, False),
        ("2014-10-11", False, False),
        ("2014-10-13", True, True),
        ("2015-04-06", False, False),  # Easter Monday
        ("2015-04-07", True, True),
    ],
)
async def test_it_says_whether_the_day_is_worked_and_begins_the_week(
    rooms: Rooms, day: str, is_working_day: bool, begins_week: bool
) -> None:
    rooms.clock.move_to(at(day, "13:00"))
    told = await today(rooms)
    assert (told["on"], told["is_working_day"], told["begins_week"]) == (day, is_working_day, begins_week)


async def test_it_is_told_to_our_own_services_alone(rooms: Rooms) -> None:
    own = links(rooms)
    words = {
        "": 401,
        own.word("waiting", "NEW"): 401,
        own.word("receipt", "LAP"): 401,
        ReturnLinks("another").word("waiting", "LAP"): 401,
        own.word("waiting", "LAP"): 200,
    }
    assert {word: (await ask(rooms, word)).status_code for word in words} == words
    signed_in = await (await rooms.read_by(SECRETARY)).get(ASKED)
    assert signed_in.status == 401
