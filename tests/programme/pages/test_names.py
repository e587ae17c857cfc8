"""People stand on pages by name, as the directory has it now; of who was erased, that they were a colleague."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from contracts.events.board import (
    InterestDeclared,
    InterestFollows,
    MeetingOpened,
    Vote,
    WrittenProcedureAnswered,
    WrittenProcedureClosed,
    WrittenProcedureOpened,
)
from contracts.events.decisions import ActionReassigned, DecisionRecorded, Outcome, Votes
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.systems import Systems
from services.runtime.store.database import Database
from tests.domain.history import at
from tests.programme.pages.filling_in import text_of
from tests.programme.pages.rooms import BRENT, CHAIR, HACKNEY, MEMBER, SECRETARY, Rooms, open_rooms

PAGES = (
    "/partners/LAP/HAC",
    "/board/LAP/actions/A01",
    "/board/LAP/actions",
    "/board/LAP/decisions/D02",
    "/board/LAP/B02",
    "/board/LAP/procedures/W01",
)
HAPPENED = (
    ActionReassigned(action="LAP-A01", owner="HAC", person=HACKNEY, reason="It is theirs."),
    DecisionRecorded(
        decision="LAP-D02",
        meeting="LAP-B02",
        item=1,
        outcome=Outcome.AGREED,
        text="Agreed.",
        quorate=True,
        votes=Votes(in_favour=(HACKNEY, CHAIR), against=(), abstained=()),
    ),
    InterestDeclared(meeting="LAP-B02", item=1, person=HACKNEY, nature="Ours.", follows=InterestFollows.NOTED),
    MeetingOpened(meeting="LAP-B02", present=(HACKNEY, BRENT), apologies=(CHAIR,), substitutes={MEMBER: BRENT}),
    WrittenProcedureOpened(procedure="LAP-W01", title="Extend it", text="Extended.", closes_at=at("2014-10-09")),
    WrittenProcedureAnswered(procedure="LAP-W01", person=HACKNEY, answer=Vote.FOR),
    WrittenProcedureClosed(procedure="LAP-W01", quorate=True, passed=True),
)


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


@pytest.fixture
async def rooms(opened: Rooms) -> Rooms:
    """The pages as Brent's lead reads them, and somebody of Hackney's whom the directory knows."""
    told = await opened.told(*HAPPENED)
    await named(told, HACKNEY, "Ada Lovelace")
    return await told.read_by(BRENT)


async def named(rooms: Rooms, person: str, name: str) -> None:
    own = person.replace("LAP", rooms.code)
    entry = DirectoryEntry(own, None, name, f"{own.lower()}@people.example")
    await rooms.service.directory.put(rooms.code, [entry])


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_names_people_and_no_address(rooms: Rooms, path: str) -> None:
    text = await rooms.read(path)
    assert "Ada Lovelace" in text
    assert "people.example" not in text


@pytest.mark.parametrize("path", PAGES)
async def test_who_was_erased_is_a_former_colleague_at_once_also_on_a_page_that_was_kept(
    rooms: Rooms, path: str
) -> None:
    # given a page that a browser and the service have kept
    before = await rooms.get(path)
    assert (await rooms.get(path)).text == before.text
    # when
    await rooms.service.directory.erase(rooms.code, HACKNEY.replace("LAP", rooms.code), at("2014-10-10"))
    # then
    assert rooms.reader is not None
    headers = {**rooms.reader.cookie, "If-None-Match": before.headers["etag"].replace("LAP", rooms.code)}
    answer = await rooms.client.get(path.replace("LAP", rooms.code), headers={"Accept": "text/html", **headers})
    assert answer.status_code == 200
    assert "Ada Lovelace" not in answer.text
    assert "A former colleague" in answer.text


async def test_a_meeting_names_who_was_there_in_whose_place_and_who_sent_apologies(rooms: Rooms) -> None:
    await named(rooms, BRENT, "Ben Brent")
    await named(rooms, CHAIR, "Cleo Chair")
    there = text_of(await rooms.get("/board/LAP/B02")).partition("Who was there")[2]
    present, _, apologies = there.partition("Apologies")
    assert "Ada Lovelace" in present
    assert re.search(r"Ben Brent, [^;]* \(in place of [Bb]oard member for London Borough HAC\)", present)
    assert apologies.strip().startswith("Cleo Chair")


async def test_how_each_answered_a_written_procedure_is_told_once_it_is_closed(opened: Rooms) -> None:
    still_open = await (await opened.told(*HAPPENED[:-1])).read_by(BRENT)
    closed = await (await opened.told(*HAPPENED)).read_by(BRENT)
    pages = [await each.read("/board/LAP/procedures/W01") for each in (still_open, closed)]
    assert ["Who answered how" in page for page in pages] == [False, True]


async def test_a_name_that_was_changed_stands_on_a_kept_page_at_once(rooms: Rooms) -> None:
    assert "Ada Lovelace" in await rooms.read(PAGES[0])
    await named(rooms, HACKNEY, "Ada King")
    text = await rooms.read(PAGES[0])
    assert ("Ada King" in text, "Ada Lovelace" in text) == (True, False)


async def test_who_fills_in_a_partners_return_comes_first_on_its_page(rooms: Rooms) -> None:
    await named(rooms, MEMBER, "Aaron Adams")
    people = (await rooms.read(PAGES[0])).partition('id="people"')[2]
    assert people.index("Ada Lovelace") < people.index("Aaron Adams")


async def test_without_a_name_a_page_says_what_somebody_does(rooms: Rooms) -> None:
    text = unescape(await rooms.read("/board/LAP/decisions/D02"))
    assert "Ada Lovelace, lead for London Borough HAC; Chair for London Borough BRE" in text


async def test_a_system_is_told_no_names(rooms: Rooms) -> None:
    database = Database(rooms.settings.access_database_url)
    try:
        until = datetime.now(UTC) + timedelta(days=1)
        made_by = SECRETARY.replace("LAP", rooms.code)
        token = await Systems(database).make(rooms.code, "A wall", until, may_write=False, made_by=made_by)
    finally:
        database.close()
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/html"}
    answer = await rooms.client.get(PAGES[0].replace("LAP", rooms.code), headers=headers)
    assert answer.status_code == 200
    assert "Ada Lovelace" not in answer.text
    assert "Lead for London Borough HAC" in answer.text
