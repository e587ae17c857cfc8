"""A workplan is downloaded on its page, uploaded again, looked at and recorded, all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from services.programme.sheets import kept_uploads
from services.programme.sheets.kept_uploads import KEPT_FOR
from tests.parts.sessions import SignedIn, signed_in
from tests.programme.pages.rooms import BRENT, HACKNEY, SECRETARY, Rooms, open_rooms
from tests.programme.workplan_sheet.filling_in import filled_in

PLACE = "/projects/LAP/LAP-P01/workplan"


class Browser:
    """A person at these pages, signed in."""

    def __init__(self, rooms: Rooms, session: SignedIn) -> None:
        self.rooms = rooms
        self.session = session

    async def download(self) -> bytes:
        answer = await self.rooms.client.get(f"{PLACE}.xlsx", headers=self.session.cookie)
        assert answer.headers["content-disposition"] == 'attachment; filename="LAP-P01-workplan.xlsx"'
        return answer.content

    async def upload(self, content: bytes, name: str = "plan.xlsx") -> httpx.Response:
        return await self.rooms.client.post(
            f"{PLACE}/upload", headers=self.session.cookie, data=self.session.csrf, files={"file": (name, content)}
        )

    async def look(self, content: bytes) -> str:
        """Upload a file and return the address that shows what it changes."""
        answer = await self.upload(content)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def read(self, place: str) -> str:
        answer = await self.rooms.client.get(place, headers=self.session.cookie)
        assert answer.status_code == 200, answer.text
        return text_of(answer)

    async def record(self, place: str, **fields: str) -> httpx.Response:
        data = {**self.session.csrf, **fields}
        return await self.rooms.client.post(place, headers=self.session.cookie, data=data)


def text_of(answer: httpx.Response) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.replace("\N{NO-BREAK SPACE}", " ")).split())


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("workplans")) as opened:
        yield opened


async def browser(rooms: Rooms, person: str = SECRETARY) -> Browser:
    return Browser(rooms, await signed_in(rooms.settings, "LAP", person))


async def test_a_workplan_that_was_filled_in_is_shown_and_then_recorded(rooms: Rooms) -> None:
    # given
    secretary = await browser(rooms)
    content = await secretary.download()
    later = {("M01", "Forecast"): date(2015, 3, 6), ("M01", "Reason"): "Two services join later."}
    new = {("M03", "Milestone"): "A new point", ("M03", "Owner"): "BRE", ("M03", "Forecast"): date(2015, 5, 1)}
    # when
    place = await secretary.look(filled_in(content, {**later, **new}))
    shown = await secretary.read(place)
    # then
    assert "from the file plan.xlsx. Nothing is recorded yet." in shown
    assert "6 March 2015" in shown
    assert "A new point" in shown
    # and when
    recorded = await secretary.record(place)
    # then
    assert (recorded.status_code, recorded.headers["location"]) == (303, f"{PLACE}?recorded=2")
    assert "Recorded: 2 changes to the workplan." in await secretary.read(f"{PLACE}?recorded=2")
    assert "A new point" in await secretary.read("/projects/LAP/LAP-P01")
    # and when it is sent twice
    again = await secretary.record(place)
    # then
    assert again.status_code == 422
    assert "This file was taken already, or is no longer kept." in text_of(again)


async def test_a_file_with_a_fault_records_nothing_and_says_where(rooms: Rooms) -> None:
    # given
    secretary = await browser(rooms)
    cells = {
        ("M01", "Forecast"): date(2015, 4, 10),
        ("M01", "Reason"): "Later.",
        ("M01", "Depends on"): "M09",
    }
    # when
    place = await secretary.look(filled_in(await secretary.download(), cells))
    shown = await secretary.read(place)
    tried = await secretary.record(place)
    # then
    assert "P01, D6 : No milestone LAP-P01-M09; project LAP-P01 has" in shown
    assert "Record all of this" not in shown
    assert tried.status_code == 409
    assert "10 April 2015" not in await secretary.read("/projects/LAP/LAP-P01")


async def test_two_who_changed_the_same_see_both_and_one_of_them_chooses(rooms: Rooms) -> None:
    # given
    secretary = await browser(rooms)
    content = await secretary.download()
    cells = {("M01", "Forecast"): date(2015, 6, 5), ("M01", "Reason"): "Much later."}
    await rooms.do("reforecast_milestone", milestone="P01-M01", forecast="2015-05-08", reason="Later.")
    # when
    place = await secretary.look(filled_in(content, cells))
    shown = await secretary.read(place)
    unsaid = await secretary.record(place)
    # then
    assert "What is there now: 8 May 2015" in shown
    assert unsaid.status_code == 409
    assert "Say what is to hold." in text_of(unsaid)
    # and when
    chosen = await secretary.record(place, **{"LAP-P01-M01.forecast": "file"})
    # then
    assert chosen.status_code == 303
    assert "5 Jun 2015" in await secretary.read("/projects/LAP/LAP-P01")


async def test_what_is_there_now_can_hold_too(rooms: Rooms) -> None:
    # given
    secretary = await browser(rooms)
    content = await secretary.download()
    cells = {("M01", "Forecast"): date(2015, 7, 3), ("M01", "Milestone"): "Renamed", ("M01", "Reason"): "Much later."}
    await rooms.do("reforecast_milestone", milestone="P01-M01", forecast="2015-07-10", reason="Later.")
    # when
    place = await secretary.look(filled_in(content, cells))
    await secretary.record(place, **{"LAP-P01-M01.forecast": "now"})
    # then
    page = await secretary.read("/projects/LAP/LAP-P01")
    assert "10 Jul 2015" in page
    assert "Renamed" in page


async def test_a_file_that_changes_nothing_says_so(rooms: Rooms) -> None:
    secretary = await browser(rooms)
    assert "The file changes nothing." in await secretary.read(await secretary.look(await secretary.download()))


async def test_who_may_not_is_told_so_before_anything_is_recorded(rooms: Rooms) -> None:
    # given
    hackney = await browser(rooms, HACKNEY)
    cells = {("M01", "Milestone"): "Not theirs", ("M01", "Reason"): "So."}
    # when
    place = await hackney.look(filled_in(await hackney.download(), cells))
    # then
    assert "may not do this" in await hackney.read(place)
    assert (await hackney.record(place)).status_code == 409


async def test_nobody_sees_the_file_of_another(rooms: Rooms) -> None:
    # given
    secretary, brent = await browser(rooms), await browser(rooms, BRENT)
    place = await secretary.look(await secretary.download())
    # when
    others = await rooms.client.get(place, headers=brent.session.cookie)
    nobodys = await rooms.client.get(place)
    elsewhere = await rooms.client.get(place.replace("P01", "P02"), headers=secretary.session.cookie)
    # then
    assert (others.status_code, nobodys.status_code, elsewhere.status_code) == (422, 401, 404)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty. Choose the file that you saved."),
        (b"PK\x03\x04", "The file is damaged: it cannot be unpacked."),
        (b"a,b\n1,2\n", "The file is no workplan"),
    ],
    ids=["empty", "damaged", "another"],
)
async def test_a_file_that_is_none_gets_a_sentence_beside_its_field(rooms: Rooms, content: bytes, said: str) -> None:
    secretary = await browser(rooms)
    answer = await secretary.upload(content)
    assert answer.status_code == 422
    assert answer.text.count(said) == 2  # in the summary and at the field


async def test_no_file_at_all_is_asked_for(rooms: Rooms) -> None:
    secretary = await browser(rooms)
    answer = await secretary.upload(b"", name="")
    assert "Choose the workplan that you filled in." in answer.text


async def test_a_form_of_another_session_is_refused(rooms: Rooms) -> None:
    # given
    secretary, brent = await browser(rooms), await browser(rooms, BRENT)
    place = await secretary.look(filled_in(await secretary.download(), {("M01", "Milestone"): "X"}))
    # when
    refused = await rooms.client.post(place, headers=secretary.session.cookie, data=brent.session.csrf)
    # then
    assert refused.status_code == 403


async def test_a_project_that_is_not_there_has_no_workplan(rooms: Rooms) -> None:
    answer = await rooms.client.get("/projects/LAP/LAP-P77/workplan.xlsx", auth=rooms.reading)
    assert answer.status_code == 404


async def test_files_nobody_decided_on_go_after_a_day(rooms: Rooms) -> None:
    # given
    secretary = await browser(rooms)
    place = await secretary.look(await secretary.download())
    now = rooms.clock.now()
    # when
    early = await rooms.service.database.write(lambda connection: kept_uploads.forget(connection, now - KEPT_FOR))
    shown = await secretary.read(place)
    gone = await rooms.service.database.write(
        lambda connection: kept_uploads.forget(connection, now.replace(year=2099))
    )
    # then
    assert early == 0
    assert "The file changes nothing." in shown
    assert gone >= 1
    assert (await rooms.client.get(place, headers=secretary.session.cookie)).status_code == 422
