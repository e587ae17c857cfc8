"""A partnership is set up from a programme file: faults with their lines, then what will be, then all or nothing."""

from __future__ import annotations

import re

import httpx
import pytest

from services.programme.office.set_up_page import ADDRESS
from services.runtime.access.sessions.session import SET_UP
from tests.parts.sessions import SignedIn, signed_in_with
from tests.programme.office.test_people import text_of
from tests.programme.pages.rooms import Rooms

FILE = """\
format: concordat/1
partnership:
  code: {code}
  name: Severn Archives
  vision: One search for all.
  formed_on: 2014-04-01
  board: {{clear_days: 4, quorum_count: 2, quorum_partners: 2, must_attend: [GLO]}}
partners:
  - {{code: GLO, name: Gloucestershire, kind: county, joined_on: 2014-04-01}}
  - {{code: BRI, name: Bristol, kind: unitary, joined_on: 2014-04-01}}
people:
  - {{key: secretary, name: Sue Severn, email: sue@severn.example, roles: [secretary]}}
  - {{key: glo, name: Glen, email: glen@glo.example, partner: GLO, roles: [partner_lead, board_member]}}
projects:
  - {{code: P01, title: Shared search, lead: GLO, stage: in_delivery}}
history:
  - {{at: 2014-06-02T10:00, by: secretary, do: schedule_meeting, code: B01, date: 2014-07-17, time: "14:00"}}
"""


@pytest.fixture
async def operator(opened: Rooms) -> SignedIn:
    return await signed_in_with(opened.settings, "setter@nowhere.example", SET_UP)


async def upload(rooms: Rooms, who: SignedIn, content: str) -> httpx.Response:
    file = {"file": ("severn.yaml", content.encode(), "application/yaml")}
    headers = {**who.cookie, "Accept": "text/html"}
    return await rooms.client.post(f"{ADDRESS}/upload", data=who.csrf, files=file, headers=headers)


async def page(rooms: Rooms, who: SignedIn, address: str) -> str:
    answer = await rooms.client.get(address, headers={**who.cookie, "Accept": "text/html"})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", text_of(answer.text.replace("\N{NO-BREAK SPACE}", " ")))


async def test_one_sees_what_will_be_and_then_it_is_once(opened: Rooms, operator: SignedIn) -> None:
    # when a file is chosen
    answer = await upload(opened, operator, FILE.format(code="SEV"))
    preview = answer.headers["location"]
    said = await page(opened, operator, preview)
    # then
    for words in (
        "Severn Archives SEV",
        "Nothing has been recorded yet.",
        "4 clear working days before a meeting",
        "2 members of 2 partners; always Gloucestershire",
        "1 entry, 2 June 2014 to 2 June 2014",
        "Shared search (in delivery)",
        "1 partner lead",
        "1 scheduled",
        "Nobody is written to about what was due before today.",
    ):
        assert words in said
    assert "SEV" not in await opened.service.dispatcher.partnerships()
    # and when it is said to be right, twice
    first, second = [
        await opened.client.post(preview, data=operator.csrf, headers={**operator.cookie, "Accept": "text/html"})
        for _ in range(2)
    ]
    # then
    assert first.headers["location"].startswith(f"{ADDRESS}?done=SEV&proof=")
    assert "Severn Archives is set up" in await page(opened, operator, first.headers["location"])
    assert second.status_code == 422
    assert "was taken already" in second.text
    found = await opened.service.directory.find_by_key("SEV", "secretary")
    assert found is not None
    assert found.email == "sue@severn.example"


async def test_each_fault_stands_with_its_line_and_nothing_is_kept(opened: Rooms, operator: SignedIn) -> None:
    broken = FILE.format(code="BAD").replace("lead: GLO, stage", "lead: GLX, stage").replace("kind: unitary", "kind: x")
    answer = await upload(opened, operator, broken)
    said = text_of(answer.text)
    assert answer.status_code == 422
    assert "“severn.yaml” has 2 faults. Nothing was set up." in said
    assert re.search(r"Line 10 partners\[1\]\.kind ", said)
    assert re.search(r"15 projects\[0\]\.lead No partner GLX", said)


async def test_a_code_that_is_taken_is_a_fault_of_its_line(strangers: Rooms, operator: SignedIn) -> None:
    answer = await upload(strangers, operator, FILE.format(code=strangers.code))
    assert answer.status_code == 422
    assert f"There is a partnership {strangers.code} already" in text_of(answer.text)


async def test_what_is_no_programme_file_gets_a_sentence(opened: Rooms, operator: SignedIn) -> None:
    none = await opened.client.post(
        f"{ADDRESS}/upload", data=operator.csrf, files={"file": ("", b"")}, headers={**operator.cookie}
    )
    assert none.status_code == 422
    assert "Choose the programme file." in none.text
    picture = await upload(opened, operator, "\0\1\2")
    assert "this is not a text file" in picture.text.lower()


async def test_a_file_without_a_secretary_who_is_reached_says_so_beforehand(opened: Rooms, operator: SignedIn) -> None:
    without = FILE.format(code="NOS").replace(", email: sue@severn.example", "")
    answer = await upload(opened, operator, without)
    assert "No secretary has an e-mail address" in await page(opened, operator, answer.headers["location"])


async def test_nobody_else_sets_up_and_a_file_is_seen_by_who_sent_it(office: Rooms, operator: SignedIn) -> None:
    assert office.reader is not None
    preview = (await upload(office, operator, FILE.format(code="OWN"))).headers["location"]
    another = await signed_in_with(office.settings, "setter@nowhere.example", SET_UP)
    # then
    for path in (ADDRESS, preview):
        assert (await office.client.get(path)).status_code == 401
        assert (await office.client.get(path, headers=office.reader.cookie)).status_code == 403
    assert (await upload(office, office.reader, FILE.format(code="OWN"))).status_code == 403
    assert "no longer kept" in (await office.client.get(preview, headers=another.cookie)).text
    unsigned = await office.client.post(preview, data={"csrf": "0" * 64}, headers=operator.cookie)
    assert unsigned.status_code == 403
    assert "OWN" not in await office.service.dispatcher.partnerships()


async def test_a_session_is_told_of_no_partnership_that_another_one_set_up(opened: Rooms, operator: SignedIn) -> None:
    other = await signed_in_with(opened.settings, "other@nowhere.example", SET_UP)
    answer = await upload(opened, operator, FILE.format(code="SEW"))
    preview = answer.headers["location"]
    done = await opened.client.post(preview, data=operator.csrf, headers={**operator.cookie, "Accept": "text/html"})
    told = done.headers["location"]
    assert "Severn Archives is set up" in await page(opened, operator, told)
    for who, address in (
        (other, told),
        (other, f"{ADDRESS}?done=SEW"),
        (operator, f"{ADDRESS}?done=SEW&proof=é"),
        (operator, told.replace("SEW", opened.code)),
    ):
        said = await page(opened, who, address)
        assert "is set up" not in said
        assert "Set up a partnership" in said
