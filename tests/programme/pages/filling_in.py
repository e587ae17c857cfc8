"""How tests fill in the forms of pages, as a browser without scripts does."""

from __future__ import annotations

import re

from tests.programme.pages.rooms import Page, Rooms


async def sent(rooms: Rooms, address: str, **typed: str | list[str]) -> Page:
    """Fill in the form at an address and send it."""
    page = await rooms.get(address)
    assert page.status == 200, page.text
    return await posted(rooms, address, page, **typed)


async def posted(rooms: Rooms, address: str, page: Page, **typed: str | list[str]) -> Page:
    """Send the form of a page."""
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([\w-]+)"', page.text))
    return await rooms.post(address, {**hidden, **typed})


async def followed(rooms: Rooms, answer: Page) -> Page:
    """Return the page that a form which was taken leads to."""
    assert answer.status == 303, answer.text
    return await rooms.get(answer.headers["location"])


def text_of(page: Page) -> str:
    """Return what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))
