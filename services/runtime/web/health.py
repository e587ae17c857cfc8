"""The routes ``/health/live``, ``/health/serving`` and ``/health/ready``.

Whoever restarts a process asks the first, whoever sends requests to it the second, and whoever watches it the third.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.types import Scope

from services.runtime.access.identity import Identity
from services.runtime.base.health import HAS_STARTED, Health, Readiness


class Liveness(BaseModel):
    """That the process answers."""

    live: bool


class Serving(BaseModel):
    """Whether requests may be sent to the process: it has started, and is not stopping."""

    serving: bool
    message: str


class Live:
    """The answer to whoever asks whether the process answers: made once, and given before any route is looked for."""

    path = "/health/live"

    def __init__(self) -> None:
        self._answer = Response(Liveness(live=True).model_dump_json(), media_type="application/json")

    def answer(self, scope: Scope) -> Response:
        """Return it."""
        return self._answer


def make_router(health: Health) -> APIRouter:
    """Return the routes that say how ``health`` finds the process."""
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live", summary="Does the process answer?")
    async def live() -> Liveness:
        return Liveness(live=True)

    @router.get(
        "/serving",
        summary="May requests be sent to the process?",
        responses={503: {"model": Serving, "description": "It is starting or stopping"}},
    )
    async def serving(response: Response) -> Serving:
        if health.phase is not None:
            response.status_code = 503
        response.headers["Cache-Control"] = "no-store"
        return Serving(serving=health.phase is None, message=health.phase or HAS_STARTED)

    @router.get(
        "/ready",
        summary="Is the process ready for work?",
        description="Partnerships that are blocked are counted; whoever sends the deployment's token is told which.",
        responses={503: {"model": Readiness, "description": "Not ready"}},
    )
    async def ready(request: Request, response: Response) -> Readiness:
        # Whoever watches with a token that has been changed still has to hear how the process is.
        identity: Identity = request.app.state.identity
        readiness = await health.readiness(naming=identity.is_operator(request))
        if not readiness.ready:
            response.status_code = 503
        response.headers["Cache-Control"] = "no-store"
        return readiness

    return router
