"""Who may do what, at every door: each route of each service that changes something asks who is there.

The table is domain.md's, section 2, by hand: a route that does not stand in it fails the test. Who comes in at all, at
these doors and at those that are read, is in ``test_who_sees.py``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from services.cli.serve import SERVICES
from services.programme.api.commands import CommandRoute
from services.runtime.base.settings import Settings, load_settings
from services.runtime.process.lifecycle import Host
from services.runtime.web.api_documents import APIS, Api
from tests.cli.command import SMALL
from tests.parts.tokens import Software, by_software_of

TOKEN = "only-for-tests"
LOG = "/api/v1/partnerships/NFA/events"

SECRETARY: frozenset[str] = frozenset()
LEAD = SECRETARY | {"partner_lead"}
REPORTER = LEAD | {"contributor"}
CHAIR = SECRETARY | {"chair"}
BOARD = CHAIR | {"board_member", "substitute"}
EVERY_ROLE = ("chair", "board_member", "substitute", "partner_lead", "contributor", "observer")

COMMANDS = {
    **dict.fromkeys(
        (
            *("submit-return", "adopt-commitment", "withdraw-adoption", "propose-project", "amend-project"),
            *("request-change", "amend-agenda-item", "remove-agenda-item"),
        ),
        LEAD,
    ),
    **dict.fromkeys(
        (
            *("attest-commitment", "report-quantity", "submit-evidence", "withdraw-report", "pledge-capacity"),
            *("release-capacity", "raise-risk", "reassess-risk", "close-risk", "reforecast-milestone"),
            *("amend-milestone", "drop-milestone", "reopen-milestone", "withdraw-release", "amend-risk", "reopen-risk"),
            *("complete-milestone", "move-project", "state-confidence", "write-highlight", "add-milestone"),
        ),
        REPORTER,
    ),
    **dict.fromkeys(("open-meeting", "amend-attendance", "close-meeting", "record-decision"), CHAIR),
    **dict.fromkeys(("assign-action", "move-action", "drop-action"), CHAIR),
    **dict.fromkeys(("declare-interest", "withdraw-interest", "answer-written-procedure"), BOARD),
    # whoever of them sees to it
    **dict.fromkeys(("complete-action", "reopen-action"), BOARD | REPORTER | {"observer"}),
}
FOR_THE_OFFICE = {
    ("POST", "/api/v1/partnerships"),
    ("POST", "/api/v1/imports"),
    ("DELETE", "/api/v1/partnerships/{partnership}/people/{reference}/directory-entry"),
    ("POST", "/reporting/api/v1/partnerships/{partnership}/packs/{meeting}/supplements"),
    ("POST", "/notifications/api/v1/{partnership}/deliveries/{number}/send-again"),
    *(
        ("POST", f"/{service}/api/v1/dead-letters/{{number}}/{act}")
        for service in SERVICES
        if service != "access"  # it takes in no events
        for act in ("retry", "discard")
    ),
    *(
        ("POST", f"/{service}/api/v1/blocked-partnerships/{{partnership}}/retry")
        for service in SERVICES
        if service != "access"
    ),
}
FORMS = {
    f"/{room}/{what}": {"number": "1", "partnership": "NFA", "act": "retry"}
    for room in ("office", "packs", "emails")
    for what in ("dead-letters", "blocked-partnerships")
}
"""With the deployment's token in the form."""
OF_ONESELF = {
    *("/sign-in", "/sign-in/code", "/sign-in/link", "/sign-in/return", "/sign-in/return/take-back", "/sign-out"),
    *(
        "/account/end-session",
        "/account/sign-out-everywhere",
        "/account/who-i-am",
        "/account/take-back-links",
        "/account/emails",
    ),
    *("/account/tokens", "/account/tokens/end", "/account/calendars/{partnership}/{partner}"),
}
"""Whoever has proved to hold an address has leave here, for what is their own, whatever their roles: tests/access."""
ROOMS = ("return", "projects", "commitments", "board", "risks", "partners", "office", "emails")
"""Where pages have forms that whoever is signed in sends: the grants are asked by the dispatcher, as for every command.

Who may open and send which of them is tested with them: tests/programme/pages, tests/programme/returns.
"""
NAMED = {"{partnership}": "NFA", "{reference}": "U002", "{meeting}": "B02", "{number}": "1"}
EXISTING = {
    "project": "P01",
    "milestone": "P01-M02",
    "commitment": "C1",
    "meeting": "B02",
    "decision": "D01",
    "action": "A01",
    "risk": "R01",
    "partner": "DUR",
    "owner": "DUR",
    "lead": "DUR",
    "quarter": "2014-15 Q2",
}


EFFECT = {"move_project": {"project": "P01", "stage": "paused"}}


@dataclass(frozen=True)
class Door:
    """A route that changes something."""

    method: str
    path: str

    @property
    def command(self) -> str | None:
        return self.path.rpartition("/commands/")[2] if "/commands/" in self.path else None

    @property
    def open_to(self) -> frozenset[str]:
        """The roles beside the secretary's that may have leave."""
        return COMMANDS.get(self.command or "", SECRETARY)

    @property
    def is_of_a_room(self) -> bool:
        """Say whether it takes the form of a page that somebody who is signed in has filled in."""
        return self.path.split("/")[1] in ROOMS and self.path not in FORMS

    @property
    def url(self) -> str:
        url = self.path
        for name, value in NAMED.items():
            url = url.replace(name, value)
        return url


@pytest.fixture(scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    """All services, with a partnership that has somebody in each role."""
    folder = tmp_path_factory.mktemp("roles")
    settings = load_settings(data_dir=folder, port=0, api_token=TOKEN, log_level="error", poll_seconds=0.1)
    async with Host(settings, list(SERVICES.values())) as running, calling(running) as client:
        imported = await client.post(
            "/api/v1/imports", content=SMALL.read_bytes(), headers={"Content-Type": "application/yaml"}
        )
        assert imported.status_code == 201, imported.text
        for role in (*EVERY_ROLE, "nothing"):
            appointed = await appoint(client, partner="DUR", roles=["observer" if role == "nothing" else role])
            PEOPLE[role] = appointed
        await appoint(client, person=PEOPLE["nothing"], partner="DUR", roles=[])
        yield running


PEOPLE: dict[str, str] = {}


async def appoint(client: httpx.AsyncClient, **fields: object) -> str:
    """Appoint somebody; return their id."""
    answer = await client.post("/api/v1/partnerships/NFA/commands/appoint-person", json={"name": "Somebody", **fields})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["references"][0])


def settings_of(host: Host) -> Settings:
    settings: Settings = host.app.state.settings
    return settings


def calling(host: Host) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=host.url, auth=Software(settings_of(host)), timeout=60)


@pytest.fixture(scope="module")
async def client(host: Host) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(host) as opened:
        yield opened


def doors(host: Host) -> list[Door]:
    """Return every route of every service that changes something."""
    routers = [service.router for service in host.services.values() if service.router is not None]
    return [Door(method, path) for router in routers for method, path in _changing(router)]


def changing(host: Host) -> list[Door]:
    """Return those of them that change something of a partnership."""
    return [door for door in doors(host) if door.path not in OF_ONESELF and not door.is_of_a_room]


def _changing(router: APIRouter) -> Iterator[tuple[str, str]]:
    for route in router.routes:
        if isinstance(route, CommandRoute):
            yield from (("POST", operation.path) for operation in route.operations())
        elif isinstance(route, APIRoute):
            yield from ((method, route.path) for method in (route.methods or ()) if method not in ("GET", "HEAD"))


@pytest.fixture(scope="module")
async def bodies(host: Host, client: httpx.AsyncClient) -> dict[Door, dict[str, Any]]:
    """A body that fits each route that takes JSON, about things that are there."""
    documents = {api: (await client.get(api.document)).json() for api in APIS}
    return {door: _body(documents, door) for door in changing(host) if door.path not in FORMS}


def _body(documents: dict[Api, dict[str, Any]], door: Door) -> dict[str, Any]:
    [document] = [each for api, each in documents.items() if api.has(f"{door.path}/")]
    operation = document["paths"][door.path][door.method.lower()]
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return dict(_example(document, schema)) if schema else {}


def _example(document: dict[str, Any], schema: dict[str, Any], name: str = "") -> Any:
    if name == "effect":
        return EFFECT
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _example(document, schema[several][0] | {"examples": schema.get("examples", [])}, name)
    if "properties" in schema:
        return {each: _example(document, schema["properties"][each], each) for each in schema.get("required", ())}
    given = [EXISTING.get(name), schema.get("const"), *schema.get("examples", ()), *schema.get("enum", ())]
    made = {"array": [], "object": {}, "integer": schema.get("minimum", 1), "number": 1, "boolean": True}
    return next((each for each in given if each is not None), made.get(schema.get("type", "string"), "text"))


async def version(client: httpx.AsyncClient) -> int:
    events = (await client.get(LOG)).json()
    return len(events)


def test_every_route_that_changes_something_stands_in_the_table(host: Host) -> None:
    others = {(door.method, door.path) for door in doors(host) if door.command is None and not door.is_of_a_room}
    commands = {door.command for door in doors(host) if door.command}

    assert others == FOR_THE_OFFICE | {("POST", path) for path in (*FORMS, *OF_ONESELF)}
    assert COMMANDS.keys() <= commands


@pytest.mark.parametrize("who", ["nothing", "nobody", "of another partnership", *EVERY_ROLE])
async def test_each_route_answers_each_role_by_the_table(
    host: Host, client: httpx.AsyncClient, bodies: dict[Door, dict[str, Any]], who: str
) -> None:
    person = {"nobody": "NFA-U999", "of another partnership": "XYZ-U001"}.get(who) or PEOPLE[who]
    software = by_software_of(settings_of(host), person.partition("-")[0], person)
    before = await version(client)
    for door, body in bodies.items():
        if door.path == "/api/v1/imports":
            sent: dict[str, Any] = {"content": SMALL.read_bytes(), "headers": {"Content-Type": "application/yaml"}}
        else:
            sent = {"json": body, "headers": {}}
        sent["headers"].update(software)
        answer = await client.request(door.method, door.url, **sent)
        if who in door.open_to:
            assert answer.status_code in (200, 201, 403, 409, 422), (door, answer.text)
        else:
            assert answer.status_code == 403, (door, answer.status_code, answer.text)
    if who not in ("partner_lead", "contributor", "chair", "board_member", "substitute"):
        assert await version(client) == before


async def test_only_the_operator_forms_a_partnership(host: Host, client: httpx.AsyncClient) -> None:
    fields = {"code": "NEW", "name": "A new one", "formed_on": "2014-04-01", "holidays": "none"}
    for partnership, person in (("NFA", "NFA-U001"), ("NEW", "NEW-U001")):
        software = by_software_of(settings_of(host), partnership, person)
        answer = await client.post("/api/v1/partnerships", json=fields, headers=software)
        assert answer.status_code == 403, answer.text
    assert (await client.get("/api/v1/partnerships/NEW")).status_code == 403
