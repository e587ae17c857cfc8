"""How every error is answered: software gets a problem document (RFC 9457), people get a page, nobody a trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ExceptionHandler

from contracts.envelope import NewerEvent
from services.runtime.base.problems import FieldFault, Problem
from services.runtime.base.validation_messages import as_sentence
from services.runtime.store.database import Overloaded, Unavailable
from services.runtime.web.field_faults import field_faults
from services.runtime.web.negotiation import is_json_type, wants_page
from services.runtime.web.pages import Pages

PROBLEM_JSON = "application/problem+json"
MOST_FAULTS = 100
"""How many fields an answer names; ``more_errors`` counts the others."""
MULTIPART = "multipart/form-data"
FORM_TYPES = ("application/x-www-form-urlencoded", MULTIPART)
_UNPARSED = "There was an error parsing the body"  # the words of FastAPI
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PAGES = Pages()


class ProblemDetails(BaseModel):
    """A problem as RFC 9457 describes it. ``correlation_id`` finds the request in the logs."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:concordat:problem:not-found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(examples=["There is no milestone LAP-P09-M01."])
    instance: str = Field(examples=["/api/v1/partnerships/LAP/milestones/LAP-P09-M01"])
    correlation_id: str = Field(examples=["6f1c2a9e5d5b4d63a0a5d5c5b8f0a4de"])
    errors: list[FieldFault] | None = None
    more_errors: int | None = Field(None, description="How many faults there are beyond those in errors.")

    @classmethod
    def of(cls, problem: Problem, instance: str, correlation: str) -> ProblemDetails:
        """Return the document of a problem with the request for the path ``instance``."""
        return cls(
            type=f"urn:concordat:problem:{problem.slug}",
            title=problem.title,
            status=problem.status_code,
            detail=problem.detail,
            instance=instance,
            correlation_id=correlation,
            errors=list(problem.errors) or None,
            **problem.members,
        )

    def as_json(self) -> bytes:
        """Return the document's bytes."""
        return self.model_dump_json(exclude_none=True).encode()


def respond(request: Request, problem: Problem) -> Response:
    """Answer with ``problem``: as a page where a browser asks for one outside the API, else as a problem document."""
    correlation = str(request.scope.get("state", {}).get("request_id", ""))
    if wants_page(request):
        said = {"problem": problem, "correlation": correlation}
        return _PAGES.render(request, "error.html", said, status=problem.status_code, headers=problem.headers)
    document = ProblemDetails.of(problem, request.url.path, correlation)
    return Response(document.as_json(), problem.status_code, problem.headers, PROBLEM_JSON)


async def _answer_http_exception(request: Request, error: Exception) -> Response:
    """Answer any HTTPException; those of the framework get a sentence of ours."""
    assert isinstance(error, HTTPException)
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    return respond(request, error if isinstance(error, Problem) else _of_framework(request, error))


async def _answer_invalid(request: Request, error: Exception) -> Response:
    """Answer what did not pass validation: 415 where the body was of another type, else 422 with each field's fault."""
    assert isinstance(error, RequestValidationError)
    types = _types_not_sent(request)
    if types is not None and any(each["loc"][0] == "body" for each in error.errors()):
        return respond(request, unsupported_type(request, types))
    found = error.errors()
    faults = field_faults(found[:MOST_FAULTS], error.body)
    counted = "One field needs" if len(found) == 1 else f"{len(found):,} fields need"
    detail = f"{counted} correcting; nothing was changed."
    if len(found) <= MOST_FAULTS:
        return respond(request, Problem(422, detail, errors=faults))
    detail += f" The first {MOST_FAULTS} are listed."
    return respond(request, Problem(422, detail, errors=faults, more_errors=len(found) - MOST_FAULTS))


async def _answer_overloaded(request: Request, error: Exception) -> Response:
    return respond(request, Problem(503, as_sentence(str(error)), slug="overloaded", headers={"Retry-After": "1"}))


async def _answer_unavailable(request: Request, error: Exception) -> Response:
    return respond(request, Problem(503, as_sentence(str(error)), headers={"Retry-After": "5"}))


async def _answer_too_old(request: Request, error: Exception) -> Response:
    """Answer where a replica of a newer version has recorded what this one does not know: another may answer."""
    detail = f"What was asked for rests on an event that this version of Concordat cannot read: {error}"
    return respond(request, Problem(503, as_sentence(detail), slug="too-old", headers={"Retry-After": "1"}))


HANDLERS: Mapping[Any, ExceptionHandler] = {
    HTTPException: _answer_http_exception,
    RequestValidationError: _answer_invalid,
    Overloaded: _answer_overloaded,
    Unavailable: _answer_unavailable,
    NewerEvent: _answer_too_old,
}
"""How what a route raises is answered. The unforeseen is for the request log."""


def unsupported_type(request: Request, types: Sequence[str]) -> Problem:
    """Return the problem of a body whose content type is none of ``types``."""
    sent = request.headers.get("content-type")
    said = f"The content is said to be {sent[:100]}." if sent else "The request does not say what its content is."
    return Problem(
        415, f"{said} Send it with the header Content-Type: {' or '.join(types)}.", headers={"Accept": types[0]}
    )


def _of_framework(request: Request, error: HTTPException) -> Problem:
    headers = dict(error.headers or {})
    path = request.url.path
    detail = as_sentence(str(error.detail))
    if error.status_code == 405:
        allowed = ", ".join(_allowed_methods(request))
        headers["Allow"] = allowed
        detail = f"{request.method} is not possible at {path}. Possible: {allowed}."
    elif error.status_code == 404 and error.detail == HTTPStatus.NOT_FOUND.phrase:
        detail = f"There is nothing at {path}."
    elif error.status_code == 400 and error.detail == _UNPARSED:
        detail = "The body of the request cannot be read in the form that its Content-Type names."
    return Problem(error.status_code, detail, headers=headers)


def _allowed_methods(request: Request) -> list[str]:
    def takes(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)

    allowed = [method for method in _METHODS if takes(method)]
    return ["GET", "HEAD", *allowed[1:]] if allowed[:1] == ["GET"] else allowed


def _types_not_sent(request: Request) -> Sequence[str] | None:
    """Return the content types that the route reads where the request has a body of another type, else None."""
    field = getattr(request.scope.get("route"), "body_field", None)
    if field is None or not _has_body(request):
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return None if is_json_type(kind) else ("application/json",)


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
