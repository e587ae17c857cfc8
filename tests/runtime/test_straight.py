"""Routes that come before all others take what they are for, and nothing else."""

from __future__ import annotations

import httpx
import pytest
from starlette.responses import PlainTextResponse

from services.runtime.base.settings import Settings
from services.runtime.web.app import make_app
from services.runtime.web.straight import Routes, StraightRoute


@pytest.fixture
def client() -> httpx.AsyncClient:
    """A client of an application with one route for each of two things, and a straight one for both."""
    routes = Routes("/things")

    @routes.post("/first")
    @routes.post("/second")
    def described() -> str:
        return "described"

    straight = PlainTextResponse("straight")
    routes.straight.append(StraightRoute("/things/{thing}", straight, "POST", lambda found: found["thing"] == "first"))
    transport = httpx.ASGITransport(make_app(Settings(public_url="http://concordat.example"), [routes]))
    return httpx.AsyncClient(transport=transport, base_url="http://concordat.example")


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("POST", "/things/first", 200, "straight"),
        ("POST", "/things/second", 200, "described"),
        ("POST", "/things/third", 404, "There is nothing at"),
        ("GET", "/things/first", 405, "GET is not possible"),
        ("POST", "/things/first/more", 404, "There is nothing at"),
    ],
)
async def test_a_straight_route_takes_its_own_method_and_what_it_leads_to(
    client: httpx.AsyncClient, method: str, path: str, status: int, said: str
) -> None:
    answer = await client.request(method, path)

    assert answer.status_code == status
    assert said in answer.text
