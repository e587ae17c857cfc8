"""The log itself, as CloudEvents, for auditors and for whoever wants to check the chain from scratch."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from contracts.envelope import with_chain
from services.programme.api.access import Partnership, answered_in_problems
from services.programme.core.dispatcher import Dispatcher
from services.runtime.access.identity import Reader
from services.runtime.web.openapi import problems

BATCH = "application/cloudevents-batch+json"
MOST = 1_000


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events in order. The header Link leads to the next ones while there may be more.",
        "content": {BATCH: {"schema": {"type": "array", "items": {"type": "object"}}}},
        "headers": {"Link": {"description": "The next events.", "schema": {"type": "string"}}},
    },
    **problems(404),
}


def add_routes(routes: APIRouter, dispatcher: Dispatcher) -> None:
    """Add the route of the log."""

    @routes.get(
        "/partnerships/{partnership}/events",
        tags=["log"],
        response_class=Response,
        responses=_RESPONSES,
        summary="The log of a partnership",
        operation_id="list_events",
    )
    async def events(
        partnership: Partnership,
        caller: Reader,
        after: Annotated[int, Query(ge=0, le=10**12, description="Only events behind this version.")] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST, description="How many events at most.")] = MOST,
    ) -> Response:
        with answered_in_problems():
            stored = await dispatcher.log(partnership, after, limit)
        body = b"[" + b",".join(with_chain(each.body, each.chain) for each in stored) + b"]"
        answer = Response(body, media_type=BATCH)
        if len(stored) == limit:
            path = f"/api/v1/partnerships/{partnership}/events?after={stored[-1].version}&limit={limit}"
            answer.headers["Link"] = f'<{path}>; rel="next"'
        return answer
