"""A partnership is set up page by page; what was entered comes to a programme file, which goes the one way in."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from services.programme.office import set_up_draft
from services.runtime.access.sessions.session import SET_UP
from tests.parts.sessions import SignedIn, signed_in_with
from tests.programme.office.test_people import text_of
from tests.programme.pages.rooms import BRENT, Rooms

PAGES = "/office/set-up/pages"
STEPS = {
    "partnership": "Name and rules of the board",
    "partners": "Partners",
    "people": "People",
    "commitments": "Commitments",
    "projects": "Projects",
    "meetings": "Calendar",
}
PARTNERSHIP = {
    "name": "Severn Archives",
    "code": "SVN",
    "vision": "",
    "formed_on": "1 April 2014",
    "financial_year_start_month": "4",
    "holidays": "GB-ENG",
    "clear_days": "6",
    "cutoff_working_days": "3",
    "quorum_count": "2",
    "quorum_partners": "2",
}
GLO = {"name": "Gloucestershire", "code": "GLO", "kind": "county", "membership": "full", "joined_on": "1 April 2014"}
SUE = {"name": "Sue Severn", "email": "sue@svn.example", "roles": ["secretary"], "partner": ""}
GLEN = {"name": "Glen", "email": "", "roles": ["partner_lead", "board_member"], "partner": "GLO"}
DAYS = {
    "title": "Release staff time",
    "text": "Each.",
    "core": "yes",
    "in_force_from": "1 April 2014",
    "period": "quarter",
    "by": "",
    "measure": "quantity",
    "unit": "days",
    "number": "4.50",
}
SEARCH = {"title": "Shared search: all of it", "purpose": "", "lead": "GLO", "taking_part": [], "stage": "in_delivery"}
MEETING = {"date": "11 December 2014", "time": "14:00", "place": ""}


class Setter:
    """Somebody who sets up, in a browser."""

    def __init__(self, rooms: Rooms, who: SignedIn) -> None:
        self.rooms = rooms
        self.who = who

    async def get(self, address: str) -> httpx.Response:
        return await self.rooms.client.get(address, headers={**self.who.cookie, "Accept": "text/html"})

    async def post(self, address: str, **typed: str | list[str]) -> httpx.Response:
        headers = {**self.who.cookie, "Accept": "text/html"}
        return await self.rooms.client.post(address, data={**self.who.csrf, **typed}, headers=headers)

    async def begin(self) -> str:
        answer = await self.post(PAGES)
        return answer.headers["location"].removesuffix("/partnership")

    async def said(self, address: str) -> str:
        answer = await self.get(address)
        assert answer.status_code == 200, text_of(answer.text)
        return text_of(answer.text)


@pytest.fixture
async def setter(opened: Rooms) -> Setter:
    return Setter(opened, await signed_in_with(opened.settings, "pages@nowhere.example", SET_UP))


async def entered(setter: Setter, draft: str, part: str, **typed: str | list[str]) -> None:
    answer = await setter.post(f"{draft}/{part}", **typed)
    assert answer.status_code == 303, text_of(answer.text)


async def test_six_steps_lead_to_a_preview_and_to_a_partnership(setter: Setter) -> None:
    draft = await setter.begin()
    for part, *entries in (
        ("partnership", PARTNERSHIP),
        ("partners", GLO, {**GLO, "name": "Bristol", "code": "BRI", "kind": "unitary"}),
        ("people", SUE, GLEN),
        ("commitments", DAYS, {**DAYS, "title": "Report on time", "measure": "return_on_time"}),
        ("projects", SEARCH),
        ("meetings", MEETING),
    ):
        for entry in entries:
            await entered(setter, draft, part, **entry)
    steps = await setter.said(draft)
    assert "1. Name and rules of the board Done" in steps
    assert "2. Partners 2 entered" in steps
    # when
    preview = (await setter.post(draft)).headers["location"]
    said = await setter.said(preview)
    # then
    for words in ("Severn Archives SVN", "6 clear working days", "Shared search: all of it (in delivery)", "Bristol"):
        assert words in said
    # and when
    done = await setter.post(preview)
    # then
    assert done.headers["location"].startswith("/office/set-up?done=SVN&proof=")
    register = await setter.rooms.service.dispatcher.view(
        "SVN",
        lambda its: (its.commitments["SVN-C1"].measure.target, its.meetings["SVN-B01"].date.isoformat(), [*its.people]),
    )
    assert (str(register[0]), *register[1:]) == ("4.50", "2014-12-11", ["SVN-U001", "SVN-U002"])
    secretary = await setter.rooms.service.directory.find_by_key("SVN", "secretary")
    assert secretary is not None
    assert secretary.name == "Sue Severn"
    assert (await setter.get(draft)).status_code == 404


async def test_what_is_wrong_in_an_entry_is_said_and_nothing_typed_is_lost(setter: Setter) -> None:
    draft = await setter.begin()
    await entered(setter, draft, "partnership", **PARTNERSHIP)
    await entered(setter, draft, "partners", **GLO)
    for part, typed, sentence in (
        ("partnership", {**PARTNERSHIP, "name": ""}, "Enter its name."),
        ("people", {**GLEN, "roles": []}, "Tick at least one role."),
        ("people", {**GLEN, "email": "glen"}, "is not an e-mail address"),
        ("commitments", {**DAYS, "unit": ""}, "Enter of what the amount is."),
        ("commitments", {**DAYS, "measure": "evidence", "number": "none"}, "Enter how many items"),
        ("commitments", {**DAYS, "measure": ""}, "Choose how it is measured."),
        ("projects", {**SEARCH, "lead": ""}, "Choose who leads it."),
        ("meetings", {**MEETING, "date": "soon"}, "is not a date"),
    ):
        answer = await setter.post(f"{draft}/{part}", **typed)
        assert answer.status_code == 422, part
        assert sentence in text_of(answer.text), part
        kept = next(value for value in typed.values() if isinstance(value, str) and value)
        assert kept in answer.text, part


async def test_what_fits_only_together_leads_to_its_step(setter: Setter) -> None:
    draft = await setter.begin()
    await entered(setter, draft, "partnership", **PARTNERSHIP)
    await entered(setter, draft, "partners", **GLO)
    await entered(setter, draft, "partners", **{**GLO, "name": "Another"})
    answer = await setter.post(draft)
    assert answer.status_code == 422
    assert re.search(rf'href="{draft}/partners">Partners</a>: .*GLO', answer.text)


async def test_an_entry_is_changed_and_removed_and_one_sent_twice_is_there_once(setter: Setter) -> None:
    draft = await setter.begin()
    await entered(setter, draft, "partnership", **PARTNERSHIP)
    for _ in range(2):
        await entered(setter, draft, "partners", **GLO)
    assert "2. Partners 1 entered" in await setter.said(draft)
    # when
    await setter.post(f"{draft}/partners/1", **{**GLO, "name": "Gloucester City"})
    # then
    assert "Gloucester City (GLO)" in await setter.said(f"{draft}/partners")
    # and when
    await setter.post(f"{draft}/partners/1", **GLO, then="remove")
    # then
    assert "2. Partners None yet" in await setter.said(draft)
    assert (await setter.get(f"{draft}/partners/1")).status_code == 404


@pytest.mark.parametrize("part", STEPS)
async def test_every_step_can_be_opened_before_any_other(setter: Setter, part: str) -> None:
    draft = await setter.begin()
    assert STEPS[part] in await setter.said(f"{draft}/{part}")


async def test_a_draft_is_there_for_the_address_with_which_it_was_begun_and_for_nobody_else(setter: Setter) -> None:
    draft, rooms = await setter.begin(), setter.rooms
    await entered(setter, draft, "partnership", **{**PARTNERSHIP, "name": "Mine alone"})
    same = Setter(rooms, await signed_in_with(rooms.settings, "pages@nowhere.example", SET_UP))
    other = Setter(rooms, await signed_in_with(rooms.settings, "other@nowhere.example", SET_UP))
    lead = Setter(rooms, (await (await rooms.told()).read_by(BRENT)).readers[BRENT])
    assert "Mine alone" in await same.said(PAGES)
    assert "Mine alone" not in await other.said(PAGES)
    assert (await other.get(draft)).status_code == 404
    assert (await other.post(f"{draft}/partnership", **PARTNERSHIP)).status_code == 404
    assert (await lead.get(PAGES)).status_code == 403
    assert (await rooms.client.get(draft)).status_code == 401


async def test_a_draft_goes_a_month_after_it_was_changed(setter: Setter) -> None:
    draft, database = await setter.begin(), setter.rooms.service.database
    now = setter.rooms.clock.now()
    await database.write(lambda connection: set_up_draft.forget(connection, now - set_up_draft.KEPT_FOR))
    assert (await setter.get(draft)).status_code == 200
    await database.write(lambda connection: set_up_draft.forget(connection, now + timedelta(days=1)))
    assert (await setter.get(draft)).status_code == 404
