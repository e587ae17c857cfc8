"""How the route of a request is found: by the first segment of its path, then in the order of the routes."""

from __future__ import annotations

import pytest
from fastapi import APIRouter
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from services.runtime.web.app import make_app
from services.runtime.web.routing import RoutesByRoom, joined
from tests.parts.doors import OPEN
from tests.runtime.answering import calling, settings


class Asked(BaseRoute):
    """A route that notes how often a request is held against it, and fits none."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.times = 0

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        self.times += 1
        return Match.NONE, {}


def saying(path: str, words: str) -> APIRouter:
    router = APIRouter()

    @router.get(path)
    async def answer() -> str:
        return words

    return router


async def test_a_request_is_held_against_the_routes_of_its_own_room_only() -> None:
    elsewhere, here = Asked("/projects/{partnership}/{project}"), Asked("/packs/{partnership}")
    router = joined(APIRouter(routes=[elsewhere, here]), saying("/packs/{partnership}/{meeting}", "the pack"))
    async with calling(make_app(settings(), [router], table=OPEN)) as client:
        answer = await client.get("/packs/LAP/B07")
    assert answer.json() == "the pack"
    assert (elsewhere.times, here.times) == (0, 1)


async def test_of_two_routes_that_fit_the_first_answers_whichever_router_it_stands_in() -> None:
    routers = [saying("/packs/dead-letters", "what packs lack"), saying("/packs/{partnership}", "the packs of one")]
    async with calling(make_app(settings(), routers, table=OPEN)) as client:
        answers = [(await client.get(f"/packs/{last}")).json() for last in ("dead-letters", "LAP")]
    assert answers == ["what packs lack", "the packs of one"]


async def test_a_room_is_found_with_its_slash_and_led_to_without() -> None:
    async with calling(make_app(settings(), [saying("/packs/", "every pack")], table=OPEN)) as client:
        with_it, without = await client.get("/packs/"), await client.get("/packs")
    assert with_it.json() == "every pack"
    assert (without.status_code, without.headers["location"]) == (307, "http://concordat.example/packs/")


async def test_where_there_is_no_room_there_is_nothing() -> None:
    async with calling(
        make_app(settings(), [saying("/packs/{partnership}", "the packs of one")], table=OPEN)
    ) as client:
        answers = [await client.get(path) for path in ("/attic/LAP", "/pack/LAP", "//packs/LAP")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_route_that_would_fit_in_every_room_is_refused() -> None:
    with pytest.raises(ValueError, match=r"/\{partnership\}/packs would fit in every room"):
        RoutesByRoom(saying("/{partnership}/packs", "the packs of one").routes)


def test_a_router_that_is_included_and_not_joined_is_refused() -> None:
    router = APIRouter()
    router.include_router(saying("/packs/{partnership}", "the packs of one"))
    with pytest.raises(ValueError, match="join routers, do not include them"):
        RoutesByRoom(router.routes)


async def test_a_route_that_an_application_is_given_before_its_first_request_is_found() -> None:
    app = make_app(settings(), [saying("/packs/{partnership}", "the packs of one")], table=OPEN)
    app.get("/packs/dead/letters")(lambda: "added")
    async with calling(app) as client:
        assert (await client.get("/packs/dead/letters")).json() == "added"
