"""Forgetting a person: the directory's entry goes, the opaque id in the log stays."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from services.programme.api.access import Partnership, ReferenceInPath, answered_in_problems
from services.programme.core.dispatcher import Dispatcher
from services.runtime.access.identity import Writer
from services.runtime.base.problems import Problem
from services.runtime.web.openapi import problems


def add_routes(routes: APIRouter, dispatcher: Dispatcher) -> None:
    """Add the route that forgets a person."""

    @routes.delete(
        "/partnerships/{partnership}/people/{reference}/directory-entry",
        tags=["directory"],
        status_code=204,
        responses=problems(404),
        summary="Erase a person's name and address",
        operation_id="erase_person",
    )
    async def erase_person(partnership: Partnership, reference: ReferenceInPath, caller: Writer) -> Response:
        with answered_in_problems():
            forgotten = await dispatcher.forget(partnership, reference, caller.person_of(partnership))
        if not forgotten:
            raise Problem(
                404, f"The directory has no entry for {reference}: there is none, or it has been erased before."
            )
        return Response(status_code=204)
