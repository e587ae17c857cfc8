"""Bringing a whole programme file in, in one transaction."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.programme.api.access import answered_in_problems
from services.programme.core.dispatcher import Dispatcher
from services.programme.file.faults import FaultyFile
from services.programme.file.importing import ImportOutcome, bring_in
from services.runtime.access.identity import Writer
from services.runtime.base.problems import Problem
from services.runtime.web.error_responses import unsupported_type
from services.runtime.web.openapi import problems

TYPES = ("application/yaml", "text/yaml", "application/x-yaml", "text/plain")
_NAME = "programme file"
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A programme file.",
        "content": {kind: {"schema": {"type": "string"}} for kind in TYPES[:2]},
    }
}


def add_routes(routes: APIRouter, dispatcher: Dispatcher) -> None:
    """Add the route that takes a programme file."""

    @routes.post(
        "/imports",
        tags=["commands"],
        status_code=201,
        response_model=ImportOutcome,
        responses=problems(403, 409, 413, 415, 422),
        openapi_extra=_BODY,
        summary="Import a programme file",
        operation_id="import_programme",
    )
    async def import_programme(request: Request, _: Writer) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in TYPES:
            raise unsupported_type(request, TYPES[:2])
        with answered_in_problems():
            try:
                outcome = await bring_in(dispatcher, await request.body(), _NAME)
            except FaultyFile as faulty:
                raise _problem_of(faulty) from None
        return Response(outcome.model_dump_json(), 201, media_type="application/json")


def _problem_of(faulty: FaultyFile) -> Problem:
    """Return the problem of a file with faults: ``faults`` has the line, the place and the sentence of each."""
    counted = "one fault" if faulty.count == 1 else f"{faulty.count} faults"
    return Problem(
        422,
        f"The programme file has {counted}; nothing was imported.",
        slug="faulty-file",
        faults=[{"line": each.line, "path": each.path, "problem": each.problem} for each in faulty.faults],
    )
