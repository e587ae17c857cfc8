"""The process's metrics at ``/metrics``, in Prometheus' text format."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool

from services.runtime.base.health import Health
from services.runtime.base.telemetry import REGISTRY


def make_router(health: Health) -> APIRouter:
    """Return the route of the metrics, which say how ``health`` finds the process at that moment."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def metrics() -> Response:
        await health.readiness()
        return Response(await run_in_threadpool(generate_latest, REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return router
