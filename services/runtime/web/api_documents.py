"""The descriptions of the API: an OpenAPI document for each part of it, and the AsyncAPI document of the events.

Their addresses are the same whichever services a process runs: each part is described where it is served, and a proxy
that parts services by the first segment of a path leads there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any, NamedTuple

from fastapi import APIRouter, FastAPI, Request, Response

from services.runtime.base.problems import Problem
from services.runtime.web import openapi

SCHEMAS = "/api/schemas"
ASYNCAPI = f"{SCHEMAS}/asyncapi.yaml"
_REFERENCE = "#/components/schemas/"
_MEDIA_TYPES = {".json": "application/schema+json", ".yaml": "application/yaml"}


class Api(NamedTuple):
    """A part of the API, and what its paths begin with; its documents lie below the first of these."""

    title: str
    about: str
    roots: tuple[str, ...]

    @property
    def document(self) -> str:
        """The address of its OpenAPI document."""
        return f"{self.roots[0]}/openapi.json"

    @property
    def pages(self) -> str:
        """The address of the pages that show it."""
        return f"{self.roots[0].removesuffix('/v1')}/docs"

    def has(self, path: str) -> bool:
        """Say whether an operation at this path belongs to it."""
        return path.startswith(tuple(f"{root}/" for root in self.roots))


APIS = (
    Api(
        "Objects and commands",
        "What a partnership has agreed, planned and reported, and every change of it.",
        ("/api/v1", "/programme/api/v1"),
    ),
    Api("Figures and packs", "What follows from that: compliance, schedule, board packs.", ("/reporting/api/v1",)),
    Api("E-mails", "What was sent to whom by role, what waits, and what failed.", ("/notifications/api/v1",)),
)


def document_of(app: FastAPI, api: Api) -> dict[str, Any]:
    """Return the OpenAPI document of one part: its operations, those of health, and the schemas that they use."""
    known: dict[Api, dict[str, Any]] = app.state.api_documents
    if api not in known:
        known[api] = _part_of(app, api)
    return known[api]


def _part_of(app: FastAPI, api: Api) -> dict[str, Any]:
    whole = openapi.describe(app)
    paths = {path: its for path, its in whole["paths"].items() if api.has(path) or path.startswith("/health/")}
    document = {**whole, "info": {**whole["info"], "title": f"{app.title}: {api.title}"}, "paths": paths}
    kept = dict(_used(paths, whole["components"]["schemas"]))
    return {**document, "components": {**whole["components"], "schemas": dict(sorted(kept.items()))}}


def routes() -> APIRouter:
    """Return the routes of all documents."""
    router = APIRouter(include_in_schema=False)
    for api in APIS:
        router.add_api_route(api.document, _serving(api), methods=["GET"])

    @router.get(f"{SCHEMAS}/{{name}}")
    def schema(name: str) -> Response:
        files = {each.name: each for each in resources.files("contracts.schemas").iterdir()}
        media_type = _MEDIA_TYPES.get(name[name.rfind(".") :])
        if name not in files or media_type is None:
            raise Problem(404, f"There is no schema {name}; {ASYNCAPI} names them all.")
        return Response(files[name].read_bytes(), media_type=media_type)

    return router


def _serving(api: Api) -> Any:
    def openapi_document(request: Request) -> dict[str, Any]:
        return document_of(request.app, api)

    return openapi_document


def _used(paths: Any, schemas: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the schemas that are referred to, directly or by another one."""
    waiting, seen = list(_references(paths)), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name, schemas[name]
            waiting.extend(_references(schemas[name]))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(_REFERENCE):
            yield reference.removeprefix(_REFERENCE)
        within: Iterable[Any] = value.values()
    else:
        within = value if isinstance(value, list) else ()
    for each in within:
        yield from _references(each)
