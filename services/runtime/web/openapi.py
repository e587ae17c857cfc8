"""The OpenAPI document, made to say what the shell adds: problems instead of FastAPI's own errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from services.runtime.base.problems import kind_of
from services.runtime.web.error_responses import PROBLEM_JSON, ProblemDetails

_SAID_BY_FASTAPI = "Successful Response"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_SCHEMAS = "#/components/schemas/{model}"


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses=`` of a route that gives these problems beyond those that ``describe`` adds."""
    return {
        status: {"description": kind_of(status)[1], "content": {PROBLEM_JSON: {"schema": _PROBLEM}}}
        for status in statuses
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of ``app``.

    Each operation gets the problems that follow from what it takes: a body (400, 413, 415), parameters
    (400, 414), an earlier instant (429), anything that is checked (422), a caller who must be known (401, 403), and
    those that any operation can give (500, 503).
    """
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=list(_described(app.routes)),
            tags=app.openapi_tags,
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for of_fastapi in ("HTTPValidationError", "ValidationError"):
            schemas.pop(of_fastapi, None)
        schemas.update(_problem_schemas())
        for operation in _operations(document):
            _add_problems(operation)
        app.openapi_schema = document
    return app.openapi_schema


def _described(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Give the routes that describe something: instead of one that stands for several operations, those."""
    for route in routes:
        operations = getattr(route, "operations", None)
        yield from [route] if operations is None else operations()


def _problem_schemas() -> dict[str, Any]:
    schema = ProblemDetails.model_json_schema(ref_template=_SCHEMAS)
    parts: dict[str, Any] = schema.pop("$defs", {})
    return {"Problem": schema, **parts}


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document.get("paths", {}).items():
        if not path.startswith("/health/"):
            yield from methods.values()


def _add_problems(operation: dict[str, Any]) -> None:
    statuses = {500, 503}
    responses = operation.setdefault("responses", {})
    for response in responses.values():
        if response["description"] == _SAID_BY_FASTAPI:
            response["description"] = "Done."
    if "422" in responses and PROBLEM_JSON not in responses["422"].get("content", {}):
        del responses["422"]
        statuses.add(422)
    if "requestBody" in operation:
        statuses |= {400, 413, 415, 422}
    if operation.get("parameters"):
        statuses |= {400, 414, 422}
        if any(each["name"] == "as_at" for each in operation["parameters"]):
            statuses.add(429)
    if operation.get("security"):
        statuses |= {401, 403}
    for status, response in problems(*sorted(statuses)).items():
        responses.setdefault(str(status), response)
