"""The API as it is described: documents at the same addresses everywhere, and pages that show all of it."""

from __future__ import annotations

import re
from typing import Any, cast

import httpx
import pytest
import yaml
from fastapi import APIRouter, FastAPI

from services.notifications import api as notifications
from services.programme.api import make_router
from services.reporting.pages import api as reporting
from services.runtime.web.api_documents import APIS, ASYNCAPI, SCHEMAS, document_of
from services.runtime.web.app import make_app
from services.runtime.web.described import operations, type_of
from services.runtime.web.openapi import describe
from tests.parts.doors import OPEN
from tests.runtime.answering import calling, settings

_OF_THE_OPERATOR = ("/dead-letters", "/blocked-partnerships")
PARTS = pytest.mark.parametrize("api", APIS, ids=[each.title for each in APIS])


class Unasked:
    """Stands where nothing is asked: to describe routes takes nobody who answers."""

    queries = None


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """All services' routes in one process."""
    nobody = cast("Any", None)
    site = cast("Any", Unasked())
    routers = [make_router(nobody), notifications.routes(nobody), reporting.routes(site)]
    return make_app(settings(), [*routers, reporting.commands(site, nobody)])


async def page(client: httpx.AsyncClient, address: str) -> str:
    """Return the page at an address."""
    answer = await client.get(address, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), address
    return answer.text


def test_the_documents_have_every_operation_once_and_the_schemas_that_it_uses(app: FastAPI) -> None:
    whole = describe(app)
    documents = [document_of(app, api) for api in APIS]
    found = [path for each in documents for path in each["paths"] if not path.startswith("/health/")]
    assert sorted(found) == sorted(path for path in whole["paths"] if not path.startswith("/health/"))
    for document in documents:
        named = set(re.findall(r"#/components/schemas/([^'\"]+)", str(document)))
        assert named == set(document["components"]["schemas"])
        assert document["components"]["securitySchemes"]


def test_every_operation_has_a_name_of_its_own_that_says_what_it_does(app: FastAPI) -> None:
    names = [
        each.id for api in APIS for each in operations(document_of(app, api)) if not each.path.startswith("/health")
    ]
    assert len(names) == len(set(names))
    assert [name for name in names if "api_v1" in name] == []


@PARTS
def test_every_list_has_pages_filters_and_csv_and_every_object_an_entity_tag(app: FastAPI, api) -> None:
    for path, methods in document_of(app, api)["paths"].items():
        operation = methods.get("get", {})
        answer = operation.get("responses", {}).get("200", {})
        content = answer.get("content", {})
        if path.startswith("/health/") or "application/json" not in content or path.endswith(_OF_THE_OPERATOR):
            continue  # how a process is, and what only its operator deals with
        assert "ETag" in answer["headers"], path
        assert "304" in operation["responses"], path
        if content["application/json"]["schema"].get("type") == "array":
            parameters = {each["name"] for each in operation["parameters"] if each["in"] == "query"}
            assert {"cursor", "limit", "format"} < parameters, path
            assert "text/csv" in content, path
            assert "Link" in answer["headers"], path


@PARTS
async def test_a_document_is_served_where_its_part_is(app: FastAPI, api) -> None:
    async with calling(app) as client:
        answer = await client.get(api.document)
    assert answer.json() == document_of(app, api)


@PARTS
async def test_the_pages_show_every_operation_with_its_fields_and_answers(app: FastAPI, api) -> None:
    async with calling(app) as client:
        overview = await page(client, api.pages)
        for each in operations(document_of(app, api)):
            assert f'href="{api.pages}/{each.id}"' in overview
            shown = await page(client, f"{api.pages}/{each.id}")
            assert each.path in shown
            for field in (*each.parameters, *(field for content in each.body for field in content.fields)):
                assert f"<code>{field.name}</code>" in shown
            for response in each.responses:
                assert f'<th scope="row">{response.status}</th>' in shown


@PARTS
async def test_every_link_between_the_pages_of_the_api_leads_somewhere(app: FastAPI, api) -> None:
    visited: set[str] = set()
    following = [api.pages]
    async with calling(app) as client:
        while following:
            address = following.pop()
            if address in visited:
                continue
            visited.add(address)
            text = await page(client, address)
            following += re.findall(rf'href="({re.escape(api.pages)}/[^"]+)"', text)
    assert any("/schemas/" in address for address in visited)


async def test_an_overview_leads_to_the_other_parts_and_to_the_documents(app: FastAPI) -> None:
    async with calling(app) as client:
        for api in APIS:
            links = re.findall(r'href="(/[^"]*api[^"#]*)"', await page(client, api.pages))
            assert {api.document, ASYNCAPI, *(each.pages for each in APIS)} <= set(links)
            assert [link for link in links if (await client.get(link)).status_code != 200] == []


@PARTS
async def test_the_pages_of_the_api_load_nothing_from_elsewhere_and_run_nothing(app: FastAPI, api) -> None:
    async with calling(app) as client:
        text = await page(client, api.pages)
    assert "<script" not in text
    assert "style=" not in text
    assert re.findall(r'(?:src|<link[^>]*href)="(?!/static/)[^"]*"', text) == []


@PARTS
async def test_what_the_api_does_not_have_is_said_on_a_page(app: FastAPI, api) -> None:
    async with calling(app) as client:
        for address in (f"{api.pages}/nothing", f"{api.pages}/schemas/Nothing"):
            answer = await client.get(address, headers={"Accept": "text/html"})
            assert answer.status_code == 404
            assert "The API has no" in answer.text


async def test_the_asyncapi_document_is_served_with_every_schema_that_it_names(app: FastAPI) -> None:
    async with calling(app) as client:
        answer = await client.get(ASYNCAPI)
        assert answer.headers["content-type"] == "application/yaml"
        document = yaml.safe_load(answer.text)
        assert document["asyncapi"].startswith("3.")
        named = set(re.findall(r"\./([a-z0-9.-]+\.json)", answer.text))
        assert len(named) > 50
        for name in sorted(named):
            schema = await client.get(f"{SCHEMAS}/{name}")
            assert (schema.status_code, schema.headers["content-type"]) == (200, "application/schema+json")


@pytest.mark.parametrize("name", ["nothing.json", "..%2Fenvelope.py", "__init__.py", ""])
async def test_nothing_but_published_schemas_can_be_had_as_one(app: FastAPI, name: str) -> None:
    async with calling(app) as client:
        assert (await client.get(f"{SCHEMAS}/{name}")).status_code == 404


def test_a_list_of_values_and_a_choice_are_told_in_words() -> None:
    def told(schema: dict[str, Any]) -> str:
        return "".join(piece.text for piece in type_of(schema))

    assert told({"type": "array", "items": {"type": "string"}, "maxItems": 50}) == "list of text, at most 50 entries"
    assert told({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}) == "date or null"
    assert told({"enum": ["green", "amber", "red"]}) == "green, amber or red"
    assert told({"type": "integer", "minimum": 1, "maximum": 1000}) == "whole number, 1 to 1,000"
    assert told({"type": "object", "additionalProperties": {"type": "number"}}) == "object of number"
    assert told({}) == "any value"


async def test_a_service_alone_has_the_pages_of_its_own_part() -> None:
    router = APIRouter()

    @router.get("/reporting/api/v1/one", operation_id="one_figure", summary="One figure")
    async def one() -> int:
        return 1

    async with calling(make_app(settings(), [router], table=OPEN)) as client:
        assert "One figure" in await page(client, "/reporting/api/docs")
        assert "One figure" not in await page(client, "/api/docs")
