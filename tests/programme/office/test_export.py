"""The secretary takes the whole partnership along as a programme file."""

from __future__ import annotations

import pytest

from services.runtime.access.directory import DirectoryEntry
from tests.programme.pages.rooms import BRENT, Rooms

FILE = "/office/LAP/export/file"


async def test_the_file_holds_what_was_recorded_with_names_and_addresses(office: Rooms) -> None:
    own = BRENT.replace("LAP", office.code)
    await office.service.directory.put(office.code, [DirectoryEntry(own, "bre", "Ada Brent", "ada@brent.example")])
    # when
    answer = await office.client.get(FILE.replace("LAP", office.code), headers=office.reader.cookie)
    # then
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{office.code}.yaml"'
    assert answer.headers["cache-control"] == "no-store"
    assert f"code: {office.code}" in answer.text
    assert "ada@brent.example" in answer.text


@pytest.mark.parametrize("path", ["/office/LAP/export", FILE])
async def test_it_is_handed_to_the_secretary_alone(strangers: Rooms, path: str) -> None:
    lead = await strangers.read_by(BRENT)
    assert (await lead.get(path)).status == 403
    assert (await strangers.read_by_stranger().get(path)).status == 303
