"""Everything of a partner as a file: what its page shows, by the same figures, and nothing that stands on no page."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.wording.numbers import quantity
from tests.programme.pages.rooms import BRENT, Rooms, open_rooms

PLACE = "/partners/LAP/BRE"
HEADINGS = 4
AMOUNTS = {"days_pledged", "days_released", "load_ratio"}


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as opened:
        yield opened


async def as_json(rooms: Rooms, partner: str = "BRE", **query: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await rooms.read(f"/partners/LAP/{partner}/everything.json", **query))
    return found


async def as_workbook(rooms: Rooms, partner: str = "BRE") -> Workbook:
    observer = await rooms.read_by("LAP-U004")
    assert observer.reader is not None
    answer = await rooms.client.get(f"/partners/LAP/{partner}/everything.xlsx", headers=observer.reader.cookie)
    assert answer.headers["content-disposition"] == f'attachment; filename="LAP-{partner}-everything.xlsx"'
    return load_workbook(BytesIO(answer.content))


def lines(sheet: Worksheet) -> list[dict[str, object]]:
    headings, *rows = list(sheet.iter_rows(min_row=HEADINGS, values_only=True))
    return [dict(zip(map(key, headings), row, strict=True)) for row in rows]


def key(words: object) -> str:
    return str(words).casefold().replace(" ", "_")


@pytest.mark.parametrize("partner", ["BRE", "HAC"])
async def test_both_files_have_the_same_lines_with_real_dates_and_numbers_in_the_workbook(
    rooms: Rooms, partner: str
) -> None:
    # given
    def plain(value: object) -> object:
        return value.date().isoformat() if isinstance(value, datetime) else value

    def number(name: str, value: object) -> object:
        return float(str(value)) if value is not None and name in AMOUNTS else value

    # when
    written, book = await as_json(rooms, partner), await as_workbook(rooms, partner)
    # then
    del written["as_at"]
    assert list(written) == [key(name) for name in book.sheetnames]
    for sheet in book:
        expected = [{name: number(name, value) for name, value in line.items()} for line in written[key(sheet.title)]]
        assert [{name: plain(value) for name, value in line.items()} for line in lines(sheet)] == expected
        assert sheet.freeze_panes == ("C5" if sheet.max_column > 1 else "B5")
        assert not sheet.protection.sheet
    assert all(isinstance(line["forecast"], datetime) for line in lines(book["Milestones"]))
    assert all(isinstance(line["score"], int) for line in lines(book["Risks"]))


@pytest.mark.parametrize("partner", ["BRE", "HAC"])
async def test_the_files_have_what_the_page_shows(rooms: Rooms, partner: str) -> None:
    # when
    written, page = await as_json(rooms, partner), await rooms.read(f"/partners/LAP/{partner}")
    # then
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    named = [
        line[name]
        for table, name in (("milestones", "milestone"), ("actions", "action"), ("risks", "risk"), ("people", "person"))
        for line in written[table]
    ]
    assert named
    assert all(f">{reference}<" in page or reference in shown.split() for reference in named)
    (line,) = written["partner"]
    released, pledged = (quantity(Decimal(line[name] or 0)) for name in ("days_released", "days_pledged"))
    assert f"{released} released of {pledged} pledged" in shown
    for line in written["rates"]:
        assert line["due"] == 0 or f"{line['met']} of {line['due']}" in shown
    assert {line["status"] for line in written["commitments"]} <= set(re.findall(r"</span>([^<]+)</span>", page))


async def test_the_files_are_as_at_the_instant_that_the_page_is_as_at(rooms: Rooms) -> None:
    # given
    page = await rooms.read(PLACE, as_at="2014-09-30T17:00")
    # then
    assert f'href="{PLACE}/everything.xlsx?as_at=2014-09-30T17%3A00"' in page
    assert (await as_json(rooms, as_at="2014-09-30T17:00"))["as_at"] == "2014-09-30T17:00"


async def test_people_stand_in_them_by_their_ids_and_roles_for_this_partner(rooms: Rooms) -> None:
    people = (await as_json(rooms))["people"]
    assert {"person": BRENT, "role": "partner lead"} in people
    assert {line["person"] for line in people} == {BRENT, "LAP-U005"}


@pytest.mark.parametrize("name", ["everything.json", "everything.xlsx"])
async def test_a_partner_that_is_not_there_has_no_files(rooms: Rooms, name: str) -> None:
    assert (await rooms.get(f"/partners/LAP/NONE/{name}")).status == 404


@pytest.mark.parametrize("name", ["everything.json", "everything.xlsx"])
async def test_who_has_no_role_gets_no_files(rooms: Rooms, name: str) -> None:
    answer = await rooms.read_by_stranger().get(f"{PLACE}/{name}")
    assert answer.status == 303
    assert answer.headers["location"].startswith("/sign-in")
