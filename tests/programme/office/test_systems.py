"""Systems with a token of their own: a secretary makes it, it is shown once, and it ends by a click or their role."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.runtime.access.systems import Systems
from services.runtime.base.clock import SteppedClock
from services.runtime.store.database import Database
from tests.domain.history import at
from tests.parts.tokens import by_operator
from tests.parts.waiting import until
from tests.programme.pages.rooms import OBSERVER, SECRETARY, Page, Rooms

PAGE = "/office/LAP/systems"
MADE = re.compile(r"<code>(concordat_system_[\w-]{43})</code>")
RISK = {"code": "R77", "title": "A risk", "likelihood": 2, "impact": 3, "owner": "BRE"}


def in_half_a_year() -> str:
    """Return a day that a token may last to, as tokens live in real time."""
    return (datetime.now(UTC) + timedelta(days=180)).date().isoformat()


async def posted(office: Rooms, path: str, **typed: str) -> Page:
    """Send a form of a page of the office."""
    assert office.reader is not None
    return await office.post(path, {**typed, **office.reader.csrf})


async def made(office: Rooms, name: str = "Grants database of Brent", scope: str = "read") -> str:
    """Make the token of a system on the page and return it."""
    page = await posted(office, PAGE, name=name, scope=scope, until=in_half_a_year())
    found = MADE.search(page.text)
    assert found, page.text
    assert page.headers["cache-control"] == "no-store"
    return found[1]


async def asked(office: Rooms, token: str, path: str, accept: str = "text/html") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Accept": accept}
    return await office.client.get(path.replace("LAP", office.code), headers=headers)


async def risk_raised(office: Rooms, token: str) -> httpx.Response:
    address = f"/api/v1/partnerships/{office.code}/commands/raise-risk"
    return await office.client.post(address, json=RISK, headers={"Authorization": f"Bearer {token}"})


async def own_office(opened: Rooms) -> Rooms:
    """Return the office of a partnership that no other test changes, as its secretary sees it."""
    return await (await opened.told()).read_by(SECRETARY)


async def test_a_secretary_makes_the_token_of_a_system_which_is_shown_once_and_listed(opened: Rooms) -> None:
    office = await own_office(opened)
    assert f'href="{PAGE}"' in await office.read("/office/LAP")
    token = await made(office, scope="write")
    page = await office.read(PAGE)
    assert token not in page
    for said in ("Grants database of Brent", "read and write", "LAP-U001", "never"):
        assert said in page
    await asked(office, token, "/risks/LAP")
    assert "never" not in await office.read(PAGE)
    folder = office.settings.data_dir
    assert token.encode() not in b"".join(each.read_bytes() for each in folder.glob("access.db*"))


async def test_a_form_that_is_sent_twice_makes_one_system_and_says_so(opened: Rooms) -> None:
    office = await own_office(opened)
    await made(office)

    again = await posted(office, PAGE, name="Grants database of Brent", scope="read", until=in_half_a_year())

    assert again.status == 409
    assert "“Grants database of Brent” has a token already" in again.text
    assert MADE.search(again.text) is None


async def test_a_system_that_reads_sees_what_an_observer_sees_and_changes_nothing(opened: Rooms) -> None:
    office = await own_office(opened)
    token = await made(office)
    for path in (
        "/home/LAP",
        "/risks/LAP",
        "/return/LAP",
        "/api/v1/partnerships/LAP",
        "/api/v1/partnerships/LAP/events",
    ):
        assert (await asked(office, token, path)).status_code == 200, path
    for path in ("/office/LAP", PAGE, "/office/LAP/people", "/return/LAP/2014-15-Q2"):
        assert (await asked(office, token, path)).status_code == 403, path
    refused = await risk_raised(office, token)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:concordat:problem:token-only-reads")
    assert "in the office" in refused.json()["detail"]


async def test_a_system_that_writes_acts_as_the_secretary_who_made_it(opened: Rooms) -> None:
    office = await own_office(opened)
    token = await made(office, scope="write")
    assert (await risk_raised(office, token)).status_code == 201
    last = (await asked(office, token, "/api/v1/partnerships/LAP/events?limit=1000", "*/*")).json()[-1]
    assert (last["actor"], last["type"]) == (f"{office.code}-U001", "org.concordat.risk-raised.v1")
    assert (await asked(office, token, "/office/LAP/people")).status_code == 200


async def test_a_system_sees_nothing_of_another_partnership(opened: Rooms) -> None:
    office, other = await own_office(opened), await own_office(opened)
    token = await made(office, scope="write")
    refused = await asked(other, token, "/risks/LAP", "application/json")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:concordat:problem:no-role")
    listed = (await asked(office, token, "/api/v1/partnerships", "*/*")).json()
    assert [each["code"] for each in listed] == [office.code]


async def test_an_ended_token_opens_nothing_a_second_later_and_another_partnership_ends_none(opened: Rooms) -> None:
    office, other = await own_office(opened), await own_office(opened)
    token = await made(office)
    which = re.search(r'name="which" value="(\w+)"', await office.read(PAGE))
    assert which
    await posted(other, f"{PAGE}/end", which=which[1])
    assert "Grants database of Brent" in await office.read(PAGE)
    assert (await asked(office, token, "/risks/LAP")).status_code == 200
    ended = await posted(office, f"{PAGE}/end", which=which[1])
    assert ended.headers["location"] == f"{PAGE}?done=ended"
    assert "No system has a token." in await office.read(PAGE, done="ended")

    async def is_over() -> bool:
        return (await asked(office, token, "/risks/LAP")).status_code == 401

    await until(is_over)


@pytest.mark.parametrize("scope", ["read", "write"])
async def test_the_end_of_its_makers_role_ends_a_token(opened: Rooms, scope: str) -> None:
    office = await own_office(opened)
    await office.do("appoint_person", name="Second", email=f"second@{office.code.lower()}.example", roles=["secretary"])
    second = max(each.person_id for each in await office.service.directory.everyone(office.code))
    office = await office.read_by(second.replace(office.code, "LAP"))
    token = await made(office, scope=scope)
    assert (await asked(office, token, "/risks/LAP")).status_code == 200
    await office.do("end_roles", person=second, on="2014-10-09")

    async def is_over() -> bool:
        answer = await asked(office, token, "/risks/LAP", "application/json")
        return answer.status_code == 403 and "not a secretary" in answer.json()["detail"]

    await until(is_over)
    assert (await risk_raised(office, token)).status_code == 403
    page = await (await office.read_by(SECRETARY)).read(PAGE)
    assert "is not secretary any more" in page


async def test_a_token_whose_maker_was_erased_is_none(opened: Rooms) -> None:
    office = await own_office(opened)
    token = await made(office)
    await office.service.directory.erase(office.code, f"{office.code}-U001", office.clock.now())
    assert (await asked(office, token, "/risks/LAP")).status_code == 401


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "", "scope": "read", "until": "1 June 2099"}, "name"),
        ({"name": "Theirs", "until": "1 June 2099"}, "scope"),
        ({"name": "Theirs", "scope": "read", "until": "1 June 2099"}, "until"),
        ({"name": "Theirs", "scope": "read", "until": "1 March 2014"}, "until"),
    ],
)
async def test_what_is_wrong_stands_beside_what_was_typed(opened: Rooms, typed: dict[str, str], field: str) -> None:
    office = await own_office(opened)
    page = await posted(office, PAGE, **typed)
    assert page.status == 422
    assert f'id="{field}-error"' in page.text
    assert f'value="{typed["name"]}"' in page.text
    assert "No system has a token." in page.text


async def test_a_token_makes_no_other_and_a_page_of_another_session_makes_none(opened: Rooms) -> None:
    office = await own_office(opened)
    token = await made(office, scope="write")
    typed = {"name": "Theirs", "scope": "write", "until": in_half_a_year()}
    address = PAGE.replace("LAP", office.code)
    by_token = await office.client.post(
        address, data=typed, headers={"Authorization": f"Bearer {token}", "Accept": "text/html"}
    )
    assert by_token.status_code == 403
    assert "A token makes and ends no other" in by_token.text
    forged = await office.post(PAGE, {**typed, "csrf": "0" * 64})
    assert forged.status == 403
    assert "Theirs</th>" not in await office.read(PAGE)


async def test_the_deployments_token_makes_none(opened: Rooms) -> None:
    office = await own_office(opened)
    typed = {"name": "Loader", "scope": "write", "until": in_half_a_year()}
    path = PAGE.replace("LAP", office.code)
    answers = [
        await office.client.post(path, data=typed, headers=by_operator(office.settings)),
        await office.client.get(path, headers=by_operator(office.settings)),
    ]
    assert [each.status_code for each in answers] == [403, 403]
    assert "No system has a token." in await office.read(PAGE)


async def test_nobody_but_the_secretary_comes_to_the_page(opened: Rooms) -> None:
    observer = await (await opened.told()).read_by(OBSERVER)
    assert (await observer.get(PAGE)).status == 403
    assert (await posted(observer, PAGE, name="Mine", scope="read", until=in_half_a_year())).status == 403


async def test_tokens_that_ended_by_themselves_are_forgotten(opened: Rooms) -> None:
    office = await own_office(opened)
    database = Database(office.settings.access_database_url)
    try:
        systems = Systems(database, SteppedClock(at("2014-10-10")))
        token = await systems.make(office.code, "Old", at("2014-10-11"), may_write=False, made_by=f"{office.code}-U001")
        assert (await asked(office, token, "/risks/LAP")).status_code == 401
        assert [each.name for each in systems.of_sync(office.code)] == ["Old"]
        await Systems(database).forget_ended()
        assert systems.of_sync(office.code) == []
    finally:
        database.close()
