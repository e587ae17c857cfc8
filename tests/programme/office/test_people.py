"""The people of a partnership and their roles, as the office sees and ends them."""

from __future__ import annotations

import re

from services.runtime.access.directory import DirectoryEntry
from tests.programme.pages.rooms import BRENT, Page, Rooms

PEOPLE = "/office/LAP/people"
LEAD = f"{PEOPLE}/U002"


async def ended(office: Rooms, address: str, **typed: str | list[str]) -> Page:
    page = await office.get(f"{address}/end")
    assert page.status == 200, page.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page.text))
    return await office.post(f"{address}/end", {**hidden, **typed})


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


async def test_everybody_is_listed_by_name_with_their_roles_and_whether_an_e_mail_reaches_them(office: Rooms) -> None:
    own = BRENT.replace("LAP", office.code)
    await office.service.directory.put(office.code, [DirectoryEntry(own, None, "Ada Brent", "ada@brent.example")])
    said = text_of(await office.read(PEOPLE))
    assert "Ada Brent LAP-U002 Lead for London Borough BRE ada@brent.example" in said
    assert "LAP-U004 Observer No address" in said


async def test_roles_are_ended_on_the_persons_page_which_says_so(office: Rooms) -> None:
    # when
    answer = await ended(office, LEAD, on="1 October 2014")
    # then
    assert answer.status == 303
    page = await office.read(answer.headers["location"].partition("#")[0])
    assert "LAP-U002 holds no role from 1 October 2014." in text_of(page)
    assert f'href="{LEAD}/end"' not in page
    assert "LAP-U002 none any more" in text_of(await office.read(PEOPLE))


async def test_the_partnerships_own_secretary_cannot_go(office: Rooms) -> None:
    address = f"{PEOPLE}/U001"
    assert (await office.get(f"{address}/end")).status == 409
    assert f'href="{address}/end"' not in await office.read(address)


async def test_roles_are_ended_by_the_secretary_alone(strangers: Rooms) -> None:
    lead = await strangers.read_by(BRENT)
    assert (await lead.get(f"{LEAD}/end")).status == 403
    assert (await strangers.read_by_stranger().get(f"{LEAD}/end")).status == 303
    assert (await lead.get(LEAD)).status == 403


async def test_there_is_no_page_of_a_person_that_there_is_not(office: Rooms) -> None:
    assert (await office.get(f"{PEOPLE}/U099")).status == 404
    strange = await office.get(f"{PEOPLE}/<b>")
    assert strange.status == 404
    assert "<b>" not in strange.text
