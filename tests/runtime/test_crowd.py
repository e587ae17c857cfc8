"""What comes on top of what can be answered in good time is told to come again, and the rest is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter

from services.runtime.base.settings import load_settings
from services.runtime.web.app import make_app
from tests.parts.doors import OPEN

LIMIT = 3


class Counter:
    """A route that answers once it is told to."""

    def __init__(self) -> None:
        self.waiting = 0
        self.is_full = asyncio.Event()
        self.go_on = asyncio.Event()

    async def wait(self) -> str:
        self.waiting += 1
        if self.waiting == LIMIT:
            self.is_full.set()
        await self.go_on.wait()
        return "done"


@asynccontextmanager
async def full_house() -> AsyncIterator[tuple[Counter, httpx.AsyncClient, list[asyncio.Task[httpx.Response]]]]:
    """Have as many requests under way as there may be."""
    counter, router = Counter(), APIRouter()
    router.add_api_route("/api/v1/slow", counter.wait)
    app = make_app(load_settings(max_requests=LIMIT, public_url="http://concordat"), [router], table=OPEN)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://concordat") as client:
        under_way = [asyncio.create_task(client.get("/api/v1/slow")) for _ in range(LIMIT)]
        await counter.is_full.wait()
        yield counter, client, under_way
        counter.go_on.set()
        await asyncio.gather(*under_way)


async def test_one_request_too_many_is_told_when_to_come_again() -> None:
    async with full_house() as (_, client, _):
        answer = await client.get("/api/v1/slow")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.json()["type"] == "urn:concordat:problem:overloaded"


async def test_those_that_were_there_before_are_answered() -> None:
    async with full_house() as (counter, client, under_way):
        await client.get("/api/v1/slow")
        counter.go_on.set()
        answers = await asyncio.gather(*under_way)
    assert [answer.status_code for answer in answers] == [200] * LIMIT


async def test_there_is_room_again_once_one_has_been_answered() -> None:
    async with full_house() as (counter, client, under_way):
        counter.go_on.set()
        await asyncio.gather(*under_way)
        assert (await client.get("/api/v1/slow")).status_code == 200


async def test_the_service_is_asked_after_its_health_however_full_it_is() -> None:
    async with full_house() as (_, client, _):
        answers = [await client.get(path) for path in ("/health/live", "/health/ready", "/metrics")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
