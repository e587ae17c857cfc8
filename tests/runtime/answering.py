"""A web application with routes of many kinds, and callers for it: what the tests of the web shell talk to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any, Literal

import httpx
from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import NewerEvent
from services.runtime.access.identity import Caller, Reader, Writer
from services.runtime.base.problems import Problem
from services.runtime.base.settings import Settings, load_settings
from services.runtime.store.database import Overloaded, Unavailable
from services.runtime.web.app import make_app
from services.runtime.web.etags import expected_version
from services.runtime.web.forms import submitted
from services.runtime.web.request_log import request_id
from services.runtime.web.server import HttpServer
from services.runtime.web.uploads import uploaded
from tests.parts.doors import OPEN
from tests.parts.seals import key_file

TOKEN = "a-token-for-tests"
SIGNED = {"Authorization": f"Bearer {TOKEN}"}


class Attested(BaseModel):
    kind: Literal["attestation"]
    answer: Literal["yes", "partly", "no"]


class Measured(BaseModel):
    kind: Literal["quantity"]
    target: int = Field(ge=1)


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on: date = Field(alias="date")
    measure: Annotated[Attested | Measured, Field(discriminator="kind")]


class Programme(BaseModel):
    history: list[Entry]


def routes() -> APIRouter:
    """Return routes that read, write and fail: most as an API does, one as a page does."""
    router = APIRouter()

    @router.post("/api/v1/programme")
    async def post_programme(programme: Programme, request: Request, caller: Writer) -> dict[str, Any]:
        return {"actor": actor_of(caller), "entries": len(programme.history), "request": request_id(request)}

    @router.post("/api/v1/imports")
    async def post_import(request: Request) -> int:
        return len(await request.body())

    @router.post("/api/v1/form")
    async def post_form(request: Request) -> str:
        return (await submitted(request)).value("title")

    @router.post("/api/v1/file/upload")
    async def post_file(request: Request) -> dict[str, Any]:
        form, file = await uploaded(request)
        return {"typed": form.value("why"), "name": file and file.name, "bytes": file and len(file.content)}

    @router.post("/api/v1/anything")
    async def post_anything(anything: dict[str, Any]) -> int:
        return len(json.dumps(anything))

    @router.get("/api/v1/partners")
    async def get_partners(caller: Reader, limit: Annotated[int, Field(ge=1, le=100)] = 10) -> dict[str, Any]:
        return {"limit": limit, "actor": actor_of(caller) if caller else None}

    @router.put("/api/v1/milestone")
    async def put_milestone(request: Request) -> int | None:
        return expected_version(request, required=True)

    @router.get("/api/v1/fails/{how}")
    async def get_failure(how: str) -> None:
        raise {
            "unforeseen": RuntimeError("the password of lead@brent.example is hunter2"),
            "overloaded": Overloaded("too many changes are waiting to be stored; try again in a moment"),
            "unavailable": Unavailable("the database cannot be read at present"),
            "too old": NewerEvent("no event is called 'org.concordat.tea-served.v1'"),
            "limited": Problem(429, "Slower, please.", headers={"Retry-After": "7"}),
            "missing": Problem(404, "There is no milestone LAP-P09-M01.", project="LAP-P09"),
        }[how]

    @router.get("/reporting/unforeseen")
    async def get_failing_page() -> None:
        raise RuntimeError("a mistake of ours")

    return router


def actor_of(caller: Caller) -> str:
    """Return as whom a caller acts, in a partnership LAP; the operator acts as nobody there."""
    return "operator" if caller.is_operator else caller.person_of("LAP")


def settings(**given: Any) -> Settings:
    """Return settings with the tests' token and small limits."""
    small = {"api_token": TOKEN, "max_body_bytes": 4096, "max_import_bytes": 65536, "port": 0}
    small |= {"allowed_hosts": "concordat.example"}
    return load_settings(**(small | keys_for(given) | given))


def keys_for(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of keys, which a deployment must give where it has a NATS server of its own."""
    return {"programme_key_file": key_file(), "reporting_key_file": key_file()} if "nats_url" in given else {}


def make_example(**given: Any) -> FastAPI:
    """Return the application with ``routes``."""
    return make_app(settings(**given), [routes()], table=OPEN)


@asynccontextmanager
async def calling(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Call an application without a socket between."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://concordat.example") as client:
        yield client


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Call an application over HTTP, on a free port of this machine."""
    server = HttpServer(app, app.state.settings)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            yield client
    finally:
        await server.stop()
