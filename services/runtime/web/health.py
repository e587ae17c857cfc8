"""The routes ``/health/live`` and ``/health/ready``."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel
from starlette.types import Scope

from services.runtime.base.health import Health, Readiness


class Liveness(BaseModel):
    """That the process answers."""

    live: bool


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
        "/ready",
        summary="Is the process ready for work?",
        responses={503: {"model": Readiness, "description": "Not ready"}},
    )
    async def ready(response: Response) -> Readiness:
        readiness = await health.readiness()
        if not readiness.ready:
            response.status_code = 503
        response.headers["Cache-Control"] = "no-store"
        return readiness

    return router
