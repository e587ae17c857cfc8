"""Who sees what, at every route of every service: each role, none, one elsewhere, an ended session, tokens, nobody.

The routes are the application's own, so that a new one joins by itself. Who is turned away is asked for over HTTP. Who
is let in is asked of the door alone: that saves making some thousand pages.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute

from contracts.events.partnership import Role
from services.access.session_store import SessionStore
from services.access.token_store import TokenStore
from services.cli.serve import SERVICES
from services.programme.service import ProgrammeService
from services.reporting.service import ReportingService
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.roles import FRESH_SECONDS
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.systems import Systems
from services.runtime.access.table import Beyond
from services.runtime.access.who_sees import WHO_SEES
from services.runtime.base.settings import Settings, load_settings
from services.runtime.process.lifecycle import Host
from services.runtime.web.signed_in import SignedIn
from tests.cli.command import SMALL
from tests.parts.sessions import signed_in, signed_in_with
from tests.parts.tokens import Software, by_software_of, by_system
from tests.parts.waiting import caught_up
from tools.access_page import PAGE, page

TOKEN = "only-for-tests"
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}
NAMES = ("Northern Fire", "Durham", "breathing apparatus")
"""What stands in pages of the partnership, and in none that a stranger is shown."""
ELSEWHERE = "LON"
BOTH = "bo@people.example"
SWITCHER = re.compile(r'<details class="switcher">.*?</details>', re.DOTALL)
"""What names the partnerships to which somebody belongs, for them alone."""
LATER = datetime.now(UTC) + timedelta(days=1)
ROLES = (*(role.value for role in Role),)


@dataclass(frozen=True)
class Deployment:
    """All services with a partnership that has somebody in each role, and the headers with which each of them asks."""

    host: Host
    sessions: Sessions
    settings: Settings
    headers: dict[str, dict[str, str]]

    @property
    def routes(self) -> Iterator[tuple[str, str]]:
        """Every method and template of a path of the application, without what is answered before any door."""
        early = {"/static/{name:path}", "/health/live"}
        for route in self.host.app.routes:
            for method in sorted(getattr(route, "methods", None) or ()):
                if path_of(route) not in early and method != "HEAD":
                    yield method, path_of(route)

    async def lets_in(self, who: str, method: str, path: str) -> bool:
        """Say whether the door lets somebody in. Nothing is answered."""
        app = self.host.app
        scope = {
            "type": "http",
            "app": app,
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in self.headers[who].items()],
        }
        assert await SignedIn(self.settings, self.sessions).refusal(scope) is None
        return await app.state.doors.refusal(scope, nothing) is None


def path_of(route: BaseRoute) -> str:
    path: str = route.path  # type: ignore[attr-defined]
    return path


async def nothing() -> dict[str, object]:
    return {"type": "http.request", "body": b""}


def filled(template: str) -> str:
    """Return a path about things that are there."""
    named = {"partnership": "NFA", "meeting": "B01", "project": "P01", "milestone": "M01", "partner": "DUR"}
    named |= {"quarter": "2014-15-Q2", "commitment": "C1", "risk": "R01", "reference": "P01", "code": "DUR"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: named.get(part[1], "1"), template)


@pytest.fixture(scope="module")
async def deployment(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    folder: Path = tmp_path_factory.mktemp("who-sees")
    settings = load_settings(data_dir=folder, port=0, api_token=TOKEN, log_level="error", poll_seconds=0.1)
    async with (
        Host(settings, list(SERVICES.values())) as host,
        httpx.AsyncClient(base_url=host.url, auth=Software(settings), timeout=60) as client,
    ):
        yaml = {"Content-Type": "application/yaml"}
        assert (await client.post("/api/v1/imports", content=SMALL.read_bytes(), headers=yaml)).status_code == 201
        other = {"code": ELSEWHERE, "name": "London", "formed_on": "2014-04-01", "holidays": "none"}
        assert (await client.post("/api/v1/partnerships", json=other)).status_code == 201
        headers = {
            "a stranger": {},
            "the operator": OPERATOR,
            "software for nobody": by_software_of(settings, "NFA", "NFA-U999"),
            "a system without a secretary": by_system(settings, "NFA", made_by="NFA-U999"),
        }
        for role in ROLES:
            headers[role] = (await signed_in(settings, "NFA", await appointed(client, "NFA", [role]))).cookie
        headers["none"] = (await signed_in(settings, "NFA", await appointed(client, "NFA", []))).cookie
        headers["a role elsewhere"] = (await signed_in(settings, ELSEWHERE, f"{ELSEWHERE}-U001")).cookie
        ended = await signed_in(settings, "NFA", await appointed(client, "NFA", ["secretary"]))
        reader = Sessions(settings)
        session = await reader.find(ended.token)
        assert session is not None
        for may_write in (False, True):
            token = await TokenStore(reader.database).make(session, f"A test {may_write}", LATER, may_write=may_write)
            headers[f"a token that {'writes' if may_write else 'reads'}"] = {"Authorization": f"Bearer {token}"}
            token = await Systems(reader.database).make(
                "NFA", f"Another test {may_write}", LATER, may_write=may_write, made_by="NFA-U001"
            )
            headers[f"a system that {'writes' if may_write else 'reads'}"] = {"Authorization": f"Bearer {token}"}
        token = await Systems(reader.database).make(ELSEWHERE, "A test", LATER, may_write=True, made_by="LON-U001")
        headers["a system elsewhere"] = {"Authorization": f"Bearer {token}"}
        await SessionStore(reader.database, settings).end(session)
        headers["an ended session"] = ended.cookie
        for partnership, role in (("NFA", "partner_lead"), (ELSEWHERE, "board_member")):
            person = await appointed(client, partnership, [role])
            await reader.directory.put(partnership, [DirectoryEntry(person, None, "Bo Both", BOTH)])
        headers["a lead here and a board member elsewhere"] = (await signed_in_with(settings, BOTH)).cookie
        await reporting_has_taken_in(host)
        yield Deployment(host, Sessions(settings), settings, headers)
        await reader.close()


async def reporting_has_taken_in(host: Host) -> None:
    """Wait until reporting, whose doors go by what it has heard of, has heard of all that was recorded."""
    programme, reporting = host.services["programme"], host.services["reporting"]
    assert isinstance(programme, ProgrammeService)
    assert isinstance(reporting, ReportingService)
    for code in ("NFA", ELSEWHERE):
        recorded = await programme.database.read(partial(programme.store.position, partnership=code))
        await caught_up(reporting.follower, code, recorded.version)


async def appointed(client: httpx.AsyncClient, partnership: str, roles: Sequence[str]) -> str:
    """Appoint somebody, with no roles too; return their id."""
    address = f"/api/v1/partnerships/{partnership}/commands/appoint-person"
    for_partner = {"partner": "DUR"} if partnership == "NFA" else {}
    answer = await client.post(address, json={"name": "Somebody", **for_partner, "roles": roles or ["observer"]})
    assert answer.status_code == 200, answer.text
    person = str(answer.json()["references"][0])
    if not roles:
        await client.post(address, json={"person": person, "name": "Somebody", "partner": "DUR", "roles": []})
    return person


def by_hand(method: str, template: str) -> frozenset[str]:
    """Return the roles that may come in at a route of a partnership, as domain.md, section 2, has it."""
    secretary = frozenset({"secretary"})
    if template.startswith(("/office/", "/emails/", "/notifications/")):
        return secretary
    if template.startswith("/return/{partnership}/"):
        return secretary | {"partner_lead", "contributor"}
    if method != "GET" and template.endswith(("/directory-entry", "/supplements")):
        return secretary
    return frozenset(ROLES)


def seers_of(method: str, template: str) -> frozenset[Role] | Beyond:
    place = WHO_SEES.place_of(template)
    assert place is not None, template
    return place.row.let_in(changing=method != "GET")


NO_ROLE = ["none", "a role elsewhere", "software for nobody", "a system without a secretary", "a system elsewhere"]


@pytest.mark.parametrize("who", ["a stranger", "an ended session", *NO_ROLE])
async def test_who_has_no_role_reads_nothing_of_the_partnership_and_is_told_no_more(
    deployment: Deployment, who: str
) -> None:
    is_known = who in NO_ROLE
    headers = {"Accept": "*/*" if is_known else "text/html", **deployment.headers[who]}
    asked = 0
    inside = httpx.ASGITransport(deployment.host.app)
    async with httpx.AsyncClient(transport=inside, base_url=deployment.host.url, headers=headers) as client:
        for method, template in deployment.routes:
            seers = seers_of(method, template)
            if seers is Beyond.EVERYBODY and method != "GET":
                continue
            answer = await client.request(method, filled(template))
            asked += 1
            assert not [name for name in NAMES if name in answer.text], (method, template)
            if seers is Beyond.EVERYBODY or (seers is Beyond.SIGNED_IN and is_known):
                continue
            if is_known:
                assert answer.status_code == 403, (method, template, answer.status_code)
            elif method == "GET" and not template.startswith("/api/"):
                assert answer.headers["location"].startswith("/sign-in?next="), (method, template)
            else:
                assert answer.status_code in (303, 401), (method, template, answer.status_code)
    assert asked > 200


async def test_the_deployments_token_opens_what_sets_up_and_nothing_of_a_partnership(deployment: Deployment) -> None:
    inside = httpx.ASGITransport(deployment.host.app)
    headers = {"Accept": "*/*", **OPERATOR, "Concordat-Acting-As": "NFA-U001"}
    async with httpx.AsyncClient(transport=inside, base_url=deployment.host.url, headers=headers) as client:
        for method, template in deployment.routes:
            seers = seers_of(method, template)
            lets_in = await deployment.lets_in("the operator", method, filled(template))
            assert lets_in is (seers in (Beyond.EVERYBODY, Beyond.OPERATOR)), (method, template)
            if not lets_in or (method == "GET" and seers is Beyond.EVERYBODY):
                answer = await client.request(method, filled(template))
                assert lets_in or answer.status_code == 403, (method, template, answer.status_code)
                assert not [name for name in NAMES if name in answer.text], (method, template)


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_is_let_in_where_it_may_see_and_nowhere_else(deployment: Deployment, role: str) -> None:
    for method, template in deployment.routes:
        seers = seers_of(method, template)
        lets_in = await deployment.lets_in(role, method, filled(template))
        if isinstance(seers, Beyond):
            assert lets_in is (seers in (Beyond.EVERYBODY, Beyond.SIGNED_IN)), (method, template)
        else:
            assert lets_in is (role in by_hand(method, template)), (method, template)


async def test_who_belongs_to_two_partnerships_is_in_each_what_they_are_there_and_sees_nothing_of_the_other(
    deployment: Deployment,
) -> None:
    who, shown = "a lead here and a board member elsewhere", 0
    headers = {"Accept": "*/*", **deployment.headers[who]}
    inside = httpx.ASGITransport(deployment.host.app)
    async with httpx.AsyncClient(transport=inside, base_url=deployment.host.url, headers=headers) as client:
        for method, template in deployment.routes:
            if "{partnership}" not in template or isinstance(seers_of(method, template), Beyond):
                continue
            here = filled(template)
            there = here.replace("NFA", ELSEWHERE)
            roles = by_hand(method, template)
            assert await deployment.lets_in(who, method, here) is ("partner_lead" in roles), (method, template)
            assert await deployment.lets_in(who, method, there) is ("board_member" in roles), (method, template)
            if method != "GET":
                continue
            answer = await client.get(there)
            said = SWITCHER.sub("", answer.text)
            assert not [name for name in NAMES if name in said], template
            shown += answer.status_code == 200
    assert shown > 20


async def test_a_token_sees_what_its_person_does_and_one_that_reads_changes_nothing(deployment: Deployment) -> None:
    readers, writers = "a token that reads", "a token that writes"
    for method, template in deployment.routes:
        is_by_role = isinstance(seers_of(method, template), frozenset)
        for who in (readers, writers):
            assert await deployment.lets_in(who, method, filled(template)) or not is_by_role, (who, method, template)
    address = "/api/v1/partnerships/NFA/commands/raise-risk"
    risk = {"code": "R77", "title": "A risk", "likelihood": 2, "impact": 3, "owner": "DUR"}
    async with httpx.AsyncClient(base_url=deployment.host.url, timeout=60) as client:
        refused = await client.post(address, json=risk, headers=deployment.headers[readers])
        taken = await client.post(address, json=risk, headers=deployment.headers[writers])
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:concordat:problem:token-only-reads")
    assert taken.status_code == 201


@pytest.mark.parametrize(("who", "role"), [("a system that reads", "observer"), ("a system that writes", "secretary")])
async def test_a_system_is_let_in_where_an_observer_is_or_with_the_wider_scope_the_secretary(
    deployment: Deployment, who: str, role: str
) -> None:
    for method, template in deployment.routes:
        as_system, as_person = [await deployment.lets_in(each, method, filled(template)) for each in (who, role)]
        assert as_system is as_person, (method, template)


async def test_the_answer_to_who_has_no_role_is_the_same_whether_there_is_such_a_thing_or_not(
    deployment: Deployment,
) -> None:
    pairs = [
        ("/projects/NFA", "/projects/XYZ"),
        ("/api/v1/partnerships/NFA/projects/P01", "/api/v1/partnerships/NFA/projects/P99"),
        ("/packs/NFA/B01/pack.pdf", "/packs/NFA/B77/pack.doc"),
        ("/office/NFA/people/U001", "/office/NFA/nothing-at-all"),
    ]
    for who in ("a stranger", "a role elsewhere"):
        async with httpx.AsyncClient(
            base_url=deployment.host.url, headers=deployment.headers[who], timeout=60
        ) as client:
            for there, nowhere in pairs:
                one, other = [await client.get(path) for path in (there, nowhere)]
                assert one.status_code == other.status_code
                assert one.json()["detail"].replace("NFA", "XYZ") == other.json()["detail"].replace("NFA", "XYZ")


async def test_lists_of_partnerships_have_those_in_which_one_holds_a_role(deployment: Deployment) -> None:
    async with httpx.AsyncClient(base_url=deployment.host.url, timeout=60) as client:
        for path in ("/api/v1/partnerships", "/reporting/api/v1/partnerships"):
            for who, codes in (("observer", ["NFA"]), ("none", []), ("a system elsewhere", ["LON"])):
                listed = (await client.get(path, headers=deployment.headers[who])).json()
                assert [each["code"] for each in listed] == codes, (path, who)


async def test_a_role_that_begins_holds_at_once_and_one_that_ends_is_over_within_a_second(
    deployment: Deployment,
) -> None:
    page = "/projects/NFA"
    software = Software(deployment.settings)
    async with httpx.AsyncClient(base_url=deployment.host.url, auth=software, timeout=60) as client:
        person = await appointed(client, "NFA", [])
        deployment.headers["new"] = (await signed_in(deployment.settings, "NFA", person)).cookie
        assert not await deployment.lets_in("new", "GET", page)
        address = "/api/v1/partnerships/NFA/commands/appoint-person"
        again = {"person": person, "name": "Somebody", "partner": "DUR"}
        await client.post(address, json={**again, "roles": ["observer"]})
        assert await deployment.lets_in("new", "GET", page)
        await client.post(address, json={**again, "roles": []})
        await asyncio.sleep(FRESH_SECONDS)
        assert not await deployment.lets_in("new", "GET", page)


def test_the_page_for_people_says_what_the_tables_do() -> None:
    assert PAGE.read_text() == page(), "run python -m tools.access_page"


def test_every_row_of_the_table_is_of_a_route(deployment: Deployment) -> None:
    used = {WHO_SEES.place_of(path_of(route)).row.what for route in deployment.host.app.routes}  # type: ignore[union-attr]
    assert {row.what for row in WHO_SEES.rows} == used
