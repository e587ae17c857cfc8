"""The process's metrics at ``/metrics``, in Prometheus' text format."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.runtime.base.telemetry import REGISTRY

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def metrics() -> Response:
    """Answer with every metric."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
