"""People may be appointed before their partner is admitted, and still stand in the log after it has left."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest

from contracts.events.partners import PartnerAdmitted, PartnerKind, PartnerLeft
from contracts.events.partnership import PersonAppointed, Role, RolesEnded
from services.runtime.access.return_links import ReturnLinks
from tests.programme.pages.filling_in import text_of
from tests.programme.pages.rooms import BRENT, SECRETARY, Rooms, open_rooms

EARLY, ENDED, LEFT, COMING = "LAP-U021", "LAP-U022", "LAP-U023", "LAP-U024"
ALL_BUT_SECRETARY = tuple(role for role in Role if role is not Role.SECRETARY)
HAPPENED = (
    PersonAppointed(person=EARLY, partners=("KIN",), roles=ALL_BUT_SECRETARY),
    PersonAppointed(person=ENDED, partners=("KIN",), roles=(Role.PARTNER_LEAD,)),
    RolesEnded(person=ENDED, on=date(2014, 10, 1)),
    PersonAppointed(person=LEFT, partners=("CAM",), roles=ALL_BUT_SECRETARY),
    PartnerAdmitted(
        partner="CAM", name="Camden", kind=PartnerKind.LONDON_BOROUGH, joined_on=date(2014, 4, 1), gss=None
    ),
    PartnerLeft(partner="CAM", left_on=date(2014, 10, 1)),
    PartnerAdmitted(partner="NEW", name="Newham", kind=PartnerKind.LONDON_BOROUGH, joined_on=date(2015, 1, 1)),
    PersonAppointed(person=COMING, partners=("NEW",), roles=ALL_BUT_SECRETARY),
)
THINGS = {
    "meeting": "B02",
    "item": "1",
    "project": "P01",
    "milestone": "M01",
    "partner": "BRE",
    "code": "BRE",
    "quarter": "2014-15-Q2",
    "commitment": "C1",
    "risk": "R01",
    "decision": "D01",
    "action": "A01",
}


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as opened:
        yield await opened.told(*HAPPENED)


def pages_of(rooms: Rooms, person: str) -> Iterator[str]:
    """Yield the address of every page of the partnership, about things that are there; of people, about one."""
    things = {**THINGS, "partnership": "LAP", "person": person.removeprefix("LAP-")}
    for route in rooms.service.router.routes:
        path = route.path  # type: ignore[attr-defined]
        if "{partnership}" in path and "GET" in (getattr(route, "methods", None) or ()):
            yield re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: things.get(part[1], "1"), path)


async def test_no_page_fails_for_somebody_whose_partner_is_still_to_be_admitted(rooms: Rooms) -> None:
    reads = await rooms.read_by(EARLY)
    failed = [path for path in pages_of(rooms, EARLY) if (await reads.get(path)).status >= 500]
    assert not failed


@pytest.mark.parametrize("person", [EARLY, ENDED, LEFT, COMING])
async def test_no_page_about_them_fails_for_the_secretary(rooms: Rooms, person: str) -> None:
    reads = await rooms.read_by(SECRETARY)
    about = [path for path in pages_of(rooms, person) if "/people" in path]
    assert len(about) > 5
    failed = [path for path in about if (await reads.get(path)).status >= 500]
    assert not failed


@pytest.mark.parametrize(("person", "change"), [(EARLY, "roles"), (ENDED, "roles"), (LEFT, "end"), (COMING, "end")])
async def test_the_secretary_can_change_their_roles(rooms: Rooms, person: str, change: str) -> None:
    reads = await rooms.read_by(SECRETARY)
    page = await reads.get(f"/office/LAP/people/{person.removeprefix('LAP-')}/{change}")
    assert page.status == (200 if person != LEFT else 409)


async def test_a_change_of_which_there_is_none_to_make_is_said_to_be_none(rooms: Rooms) -> None:
    # given a core commitment, by which every full member is bound
    page = await (await rooms.read_by(BRENT)).get("/commitments/LAP/C1/adopt")
    # then
    assert page.status == 409
    assert "<h1>There is nothing to do here now</h1>" in page.text


@pytest.mark.parametrize("person", [EARLY, LEFT, COMING])
async def test_there_is_no_return_to_fill_in_before_its_partner_joins_or_after_it_has_left(
    rooms: Rooms, person: str
) -> None:
    reads = await rooms.read_by(person)
    pages = [await reads.get(page) for page in ("/home/LAP", "/return/LAP")]
    assert [page.status for page in pages] == ([403, 403] if person == LEFT else [200, 200])
    assert not [page for page in pages if "/return/LAP/20" in page.text]


async def test_the_lead_of_a_partner_has_one(rooms: Rooms) -> None:
    page = await (await rooms.read_by(BRENT)).get("/return/LAP")
    assert page.headers["location"].startswith("/return/LAP/20")


async def test_what_waits_for_everybody_is_told_while_a_partner_is_still_to_be_admitted(rooms: Rooms) -> None:
    links = ReturnLinks.of(rooms.settings)
    assert links is not None
    word = links.word("waiting", rooms.code)
    answer = await rooms.client.get(f"/home/{rooms.code}/waiting.json", params={"word": word})
    assert answer.status_code == 200
    assert rooms.code in answer.text


async def test_the_page_of_a_partner_that_left_names_the_first_day_without_it(rooms: Rooms) -> None:
    page = text_of(await (await rooms.read_by(SECRETARY)).get("/partners/LAP/CAM"))
    assert "Member no longer, from 1 October 2014" in page
