"""Every request passes the same rules in the same order, and every answer bears the same headers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.runtime.base.health import Health
from services.runtime.web import starting
from services.runtime.web.app import make_app
from services.runtime.web.static import files
from tests.parts.doors import OPEN
from tests.runtime.answering import calling, make_example, routes, served, settings
from tests.runtime.test_crowd import full_house

OTHER_HOST = {"Host": "elsewhere.example"}
OTHER_SITE = {"Origin": "https://elsewhere.example"}
CONTROL = "/api/v1/anything?x=%00"
TOO_LARGE = b"x" * 5_000
JSON = {"Content-Type": "application/json"}


def slug(answer: httpx.Response) -> str:
    """Return how the type of the problem ends that an answer is."""
    return str(answer.json()["type"]).rpartition(":")[2]


async def test_a_crowd_is_sent_away_before_anything_is_looked_at() -> None:
    async with full_house() as (_, client, _):
        answer = await client.post(CONTROL, headers=OTHER_HOST | OTHER_SITE, content=TOO_LARGE)
    assert (answer.status_code, slug(answer)) == (503, "overloaded")


@pytest.mark.parametrize(
    ("path", "headers", "content", "status", "refused"),
    [
        (CONTROL, OTHER_HOST | OTHER_SITE, TOO_LARGE, 421, "wrong-host"),
        (CONTROL, OTHER_SITE, TOO_LARGE, 403, "another-site"),
        (CONTROL, {}, TOO_LARGE, 413, "too-large"),
        (CONTROL, {}, b"{", 400, "unreadable"),
        ("/api/v1/programme", {}, b"{", 401, "not-signed-in"),
        ("/api/v1/anything", {}, b"{", 400, "not-json"),
    ],
)
async def test_of_several_reasons_to_refuse_the_first_is_given(
    path: str, headers: dict[str, str], content: bytes, status: int, refused: str
) -> None:
    async with calling(make_example()) as client:
        answer = await client.post(path, headers=JSON | headers, content=content)
    assert (answer.status_code, slug(answer)) == (status, refused)


async def test_who_may_not_ask_is_told_so_before_the_services_have_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "_PATIENCE_SECONDS", 0.01)
    async with calling(make_app(settings(), [routes()], health=Health(), table=OPEN)) as client:
        refused = await client.post("/api/v1/anything", headers=OTHER_SITE, content=TOO_LARGE)
        waiting = await client.post("/api/v1/anything", content=TOO_LARGE)
    assert (refused.status_code, waiting.status_code, slug(waiting)) == (403, 503, "starting")


async def test_those_who_are_refused_take_nobody_elses_place() -> None:
    async with calling(make_example(max_requests=2)) as client:
        for headers in (OTHER_HOST, OTHER_SITE):
            for _ in range(5):
                assert (await client.post("/api/v1/anything", headers=headers)).status_code in (403, 421)
        assert (await client.get("/api/v1/partners")).status_code == 200


@pytest.mark.parametrize("path", ["/static/concordat.css", "/health/live"])
async def test_what_is_answered_early_is_answered_like_all_else(path: str) -> None:
    async with served(make_example()) as client:
        full = await client.get(path, headers={"X-Request-ID": "a-request-of-mine"})
        head = await client.head(path)
        other = await client.request("PUT", path)
        metrics = (await client.get("/metrics")).text
    assert full.status_code == 200
    assert full.headers["X-Request-ID"] == "a-request-of-mine"
    assert full.headers["X-Content-Type-Options"] == "nosniff"
    assert (head.content, head.headers["Content-Length"]) == (b"", full.headers["Content-Length"])
    assert (other.status_code, other.headers["Allow"]) == (405, "GET, HEAD")
    route = "/health/live" if path == "/health/live" else "/static/{name:path}"
    assert f'concordat_http_requests_total{{method="GET",route="{route}",status="200"}}' in metrics


async def test_static_files_are_given_under_the_services_own_names_alone() -> None:
    async with calling(make_example()) as client:
        assert (await client.get("/static/concordat.css", headers=OTHER_HOST)).status_code == 421


async def test_every_static_file_has_a_tag_of_its_content() -> None:
    async with calling(make_example()) as client:
        answers: dict[str, Any] = {path: await client.get(path) for path in files()}
    assert {answer.content for answer in answers.values()} == {file.content for file in files().values()}
    assert len({answer.headers["ETag"] for answer in answers.values()}) == len(answers)
