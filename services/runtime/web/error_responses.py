"""How an error is answered: as a problem document to software, as a page to people, always well formed."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from services.runtime.base.problems import MOST_FAULTS, PROBLEM_JSON, Problem, ProblemDetails, field_faults
from services.runtime.base.validation_messages import as_sentence
from services.runtime.web.negotiation import is_json_type, wants_page
from services.runtime.web.pages import Pages

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_UNPARSED = "There was an error parsing the body"  # the words of FastAPI
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PAGES = Pages()


def respond(request: Request, problem: Problem) -> Response:
    """Answer with ``problem``: as a page where a browser asks for one outside the API, else as a problem document."""
    correlation = str(request.scope.get("state", {}).get("request_id", ""))
    if wants_page(request):
        said = {"problem": problem, "correlation": correlation}
        return _PAGES.render(request, "error.html", said, status=problem.status_code, headers=problem.headers)
    document = ProblemDetails(
        type=f"urn:concordat:problem:{problem.slug}",
        title=problem.title,
        status=problem.status_code,
        detail=problem.detail,
        instance=request.url.path,
        correlation_id=correlation,
        errors=list(problem.errors) or None,
        **problem.members,
    )
    return JSONResponse(
        document.model_dump(mode="json", exclude_none=True),
        status_code=problem.status_code,
        headers=problem.headers,
        media_type=PROBLEM_JSON,
    )


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Answer any HTTPException; those of the framework get a sentence of ours."""
    assert isinstance(error, HTTPException)
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    return respond(request, error if isinstance(error, Problem) else _of_framework(request, error))


async def answer_invalid(request: Request, error: Exception) -> Response:
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
    if isinstance(field.field_info, Form):
        return None if kind in FORM_TYPES else FORM_TYPES
    return None if is_json_type(kind) else ("application/json",)


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
