"""The pages that show the API: its parts, each operation, each schema. They load nothing and run no script."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from services.runtime.base.problems import Problem
from services.runtime.web import described
from services.runtime.web.api_documents import APIS, ASYNCAPI, Api, document_of
from services.runtime.web.pages import Link, Pages

_PAGES = Pages()


def routes() -> APIRouter:
    """Return the routes of the pages of every part of the API."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    for api in APIS:
        _add(router, api)
    return router


def _add(router: APIRouter, api: Api) -> None:
    tabs = [Link(each.title, each.pages) for each in APIS]

    def page(request: Request, template: str, **content: Any) -> Response:
        return _PAGES.render(request, template, {"api": api, "asyncapi": ASYNCAPI, "tabs": tabs, **content})

    @router.get(api.pages)
    def overview(request: Request) -> Response:
        by_tag: dict[str, list[described.Operation]] = {}
        for each in described.operations(document_of(request.app, api)):
            by_tag.setdefault(each.tag, []).append(each)
        return page(request, "api.html", by_tag=by_tag)

    @router.get(f"{api.pages}/schemas/{{name}}")
    def schema(request: Request, name: str) -> Response:
        found = document_of(request.app, api)["components"]["schemas"].get(name)
        if found is None:
            raise Problem(404, f"The API has no schema {name}.")
        fields, type_ = described.fields_of(found), described.type_of(found)
        return page(request, "api_schema.html", name=name, schema=found, fields=fields, type=type_)

    @router.get(f"{api.pages}/{{operation}}")
    def one(request: Request, operation: str) -> Response:
        document = document_of(request.app, api)
        found = next((each for each in described.operations(document) if each.id == operation), None)
        if found is None:
            raise Problem(404, f"The API has no operation {operation}.")
        return page(request, "api_operation.html", operation=found)
