"""The office of a partnership to which a history was told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.cli.serve import NAVIGATION
from tests.programme.pages.rooms import SECRETARY, Rooms, open_rooms


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms"), navigation=NAVIGATION) as rooms:
        yield rooms


@pytest.fixture
async def strangers(opened: Rooms) -> Rooms:
    """A partnership that no other test changes, for whoever is not signed in."""
    return await opened.told()


@pytest.fixture
async def office(strangers: Rooms) -> Rooms:
    """The same as its secretary sees it."""
    return await strangers.read_by(SECRETARY)
