"""A plan that exists is uploaded, put right on the page, and recorded as a project, all of it or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.domain.history import at
from tests.parts.sessions import SignedIn, signed_in
from tests.programme.pages.rooms import BRENT, HACKNEY, SECRETARY, Rooms, open_rooms
from tests.programme.workplan_sheet.test_workplan_pages import text_of

PLACE = "/projects/LAP/bring-in"
JIRA = (Path(__file__).parent / "files" / "jira.csv").read_bytes()
MS_PROJECT = (Path(__file__).parent / "files" / "ms-project.xml").read_bytes()
NEW = {"title": "Brought in", "lead": "BRE", "purpose": "To see."}


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("bring-in")) as opened:
        opened.clock.move_to(at("2015-09-01"))
        yield opened


class Browser:
    """A person at these pages, signed in."""

    def __init__(self, rooms: Rooms, session: SignedIn) -> None:
        self.rooms = rooms
        self.session = session

    async def upload(self, content: bytes, name: str = "plan.csv") -> httpx.Response:
        return await self.rooms.client.post(
            f"{PLACE}/upload", headers=self.session.cookie, data=self.session.csrf, files={"file": (name, content)}
        )

    async def read(self, place: str) -> str:
        answer = await self.rooms.client.get(place, headers=self.session.cookie)
        assert answer.status_code == 200, answer.text
        return text_of(answer)

    async def say(self, place: str, **fields: str) -> httpx.Response:
        data = {**self.session.csrf, **fields}
        return await self.rooms.client.post(place, headers=self.session.cookie, data=data)


async def browser(rooms: Rooms, person: str = SECRETARY) -> Browser:
    return Browser(rooms, await signed_in(rooms.settings, "LAP", person))


async def looked_at(one: Browser, content: bytes) -> str:
    answer = await one.upload(content)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_what_jira_gives_out_is_shown_corrected_and_recorded_as_a_project(rooms: Rooms) -> None:
    # given
    brent = await browser(rooms, BRENT)
    place = await looked_at(brent, JIRA)
    # when
    shown = await brent.read(place)
    # then
    assert "plan.csv, from Jira. 3 of 5 lines become milestones. Nothing is recorded yet." in shown
    assert "not found here: OTHER-7" in shown
    assert "nothing: It has no date." in shown
    # and when
    corrected = await brent.say(
        place, **NEW, then="look", left_out="A4", **{"owner-0": "HAC", "owner-0-name": "Priya Raman"}
    )
    # then
    assert "nothing: You left it out." in text_of(corrected)
    # and when
    said = {"owner-0": "HAC", "owner-0-name": "Priya Raman", "left_out": "A4"}
    recorded = await brent.say(place, **NEW, then="record", **said)
    # then
    assert (recorded.status_code, recorded.headers["location"]) == (
        303,
        "/projects/LAP/LAP-P02/workplan?recorded=2",
    )
    page = await brent.read("/projects/LAP/LAP-P02")
    assert "Brought in" in page
    assert "First services live" in page
    assert "Supplier chosen" not in page
    # and when it is sent twice
    again = await brent.say(place, **NEW, then="record")
    # then
    assert "This file was taken already, or is no longer kept." in text_of(again)


async def test_a_plan_of_ms_project_is_added_to_a_project_that_is_there(rooms: Rooms) -> None:
    # given
    secretary = await browser(rooms)
    place = await looked_at(secretary, MS_PROJECT)
    assert "from Microsoft Project. 3 of 5 lines become milestones." in await secretary.read(place)
    # when
    recorded = await secretary.say(place, into="LAP-P01", which="all", then="record")
    # then
    assert recorded.headers["location"] == "/projects/LAP/LAP-P01/workplan?recorded=4"
    assert "Draft the standard" in await secretary.read("/projects/LAP/LAP-P01")


async def test_a_person_says_which_column_is_which(rooms: Rooms) -> None:
    # given
    secretary = await browser(rooms)
    place = await looked_at(secretary, b"Task,Colour,Something\nOne,1/2/2015,x\nTwo,2/3/2015,y\n")
    assert "0 of 2 lines become milestones" in await secretary.read(place)
    # when
    again = await secretary.say(place, then="look", order="month_first", **{"column-due": "2"}, **NEW)
    # then
    assert "2 of 2 lines become milestones" in text_of(again)
    assert "Friday 2 January 2015" in text_of(again)


async def test_who_may_not_propose_is_told_so_and_nothing_is_recorded(rooms: Rooms) -> None:
    # given
    hackney = await browser(rooms, HACKNEY)
    place = await looked_at(hackney, JIRA)
    # when
    refused = await hackney.say(place, **NEW, then="record")
    # then
    assert refused.status_code == 409
    assert "may not do this (propose project)" in text_of(refused)


async def test_a_project_without_a_title_is_asked_for_one(rooms: Rooms) -> None:
    secretary = await browser(rooms)
    place = await looked_at(secretary, b"Task,Due\nOne,1/2/2015\n")
    refused = await secretary.say(place, lead="BRE", then="record")
    assert refused.status_code == 409
    assert "The project" in text_of(refused)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"Fruit,Colour\napple,red\n", "No column is the title"), (b"<html/>", "This is no plan of Microsoft Project")],
)
async def test_a_file_that_has_no_plan_gets_a_sentence(rooms: Rooms, content: bytes, said: str) -> None:
    secretary = await browser(rooms)
    answer = await secretary.upload(content)
    assert answer.status_code == 422
    assert said in answer.text


async def test_nobody_sees_the_plan_of_another(rooms: Rooms) -> None:
    secretary, brent = await browser(rooms), await browser(rooms, BRENT)
    place = await looked_at(secretary, JIRA)
    assert (await rooms.client.get(place, headers=brent.session.cookie)).status_code == 422
    assert (await rooms.client.get(place)).status_code == 401
