"""The figures as lists: pages, CSV and figures as they were known, over whatever lists there are."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.reporting.pages.figure_lists import FIGURE_LISTS
from tests.parts.nats import NatsServer
from tests.parts.tokens import Software
from tests.reporting.stage import stage
from tests.reporting.test_pages import API, open_pages

NAMES = [*(each.name for each in FIGURE_LISTS), "packs"]
LISTS = pytest.mark.parametrize("name", NAMES)
QUARTER = {"quarter": "2014-15 Q2"}


@pytest.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """The pages on 10 October 2014, with the pack of LAP-B02 issued two days before."""
    directory = tmp_path_factory.mktemp("lists")
    with NatsServer(directory) as nats:
        async with (
            stage(nats.url, f"sqlite:///{directory / 'reporting.db'}", directory) as set_stage,
            open_pages(set_stage) as (_, opened, _),
        ):
            yield opened


async def rows(client: httpx.AsyncClient, name: str, **query: Any) -> list[dict[str, Any]]:
    """Return all rows of a list, page by page."""
    answer = await client.get(f"{API}/{name}", params=query)
    found: list[dict[str, Any]] = answer.json()
    while "next" in answer.links:
        answer = await client.get(answer.links["next"]["url"])
        found += answer.json()
    assert answer.status_code == 200
    return found


@LISTS
async def test_the_pages_of_a_list_have_every_row_once(client: httpx.AsyncClient, name: str) -> None:
    whole = await rows(client, name)
    assert await rows(client, name, limit=1) == whole
    assert whole or name in ("breaches", "silences")


@LISTS
async def test_a_list_as_csv_has_the_same_rows(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"{API}/{name}", params={"format": "csv"})
    assert answer.headers["content-disposition"] == f'attachment; filename="LAP-{name}.csv"'
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(table) == len(await rows(client, name))


@LISTS
async def test_a_list_has_an_entity_tag_for_each_of_its_forms(client: httpx.AsyncClient, name: str) -> None:
    tags = set()
    for form in ("json", "csv"):
        answer = await client.get(f"{API}/{name}", params={"format": form})
        tags.add(answer.headers["etag"])
        seen = {"If-None-Match": answer.headers["etag"]}
        assert (await client.get(f"{API}/{name}", params={"format": form}, headers=seen)).status_code == 304
    assert len(tags) == 2


@LISTS
async def test_a_list_refuses_what_it_cannot_be_asked_for(client: httpx.AsyncClient, name: str) -> None:
    of_figures = () if name == "packs" else ("as_at=yesterday", "quarter=2014")
    for query in ("colour=red", "limit=0", "cursor=bm90IGE", *of_figures):
        assert (await client.get(f"{API}/{name}?{query}")).status_code == 422, query


async def test_obligations_are_those_of_the_compliance(client: httpx.AsyncClient) -> None:
    figures = (await client.get(f"{API}/compliance", params=QUARTER)).json()
    told = {(each["commitment"], each["partner"], each["status"]) for each in figures["obligations"]}
    listed = await rows(client, "obligations", **QUARTER)
    assert {(each["commitment"], each["partner"], each["status"]) for each in listed} == told
    [first, *_] = listed
    of_one = await rows(client, "obligations", **QUARTER, partner=first["partner"])
    assert of_one == [each for each in listed if each["partner"] == first["partner"]]


async def test_projects_and_milestones_are_those_of_the_programme(client: httpx.AsyncClient) -> None:
    programme = (await client.get(f"{API}/programme")).json()
    projects, milestones = await rows(client, "project-figures"), await rows(client, "milestone-figures")
    assert [each["schedule"] for each in projects] == [each["schedule_status"] for each in programme["projects"]]
    assert [each["milestone"] for each in milestones] == [each["ref"] for each in programme["milestones"]]


async def test_figures_can_be_had_as_they_were_known(client: httpx.AsyncClient) -> None:
    before = await rows(client, "obligations", as_at="2014-09-30T23:00", **QUARTER)
    now = await rows(client, "obligations", **QUARTER)
    assert before != now
    assert {each["commitment"] for each in before} == {each["commitment"] for each in now}


async def test_the_partnerships_are_listed_by_code_and_name(client: httpx.AsyncClient) -> None:
    assert isinstance(client.auth, Software)
    answer = await client.get("/reporting/api/v1/partnerships", headers=client.auth.of("LAP"))
    assert [each["code"] for each in answer.json()] == ["LAP"]
    assert "etag" in answer.headers
