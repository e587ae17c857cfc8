"""What a running service tells machines: its metrics, and to which trace something belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each metric, which nobody needs

REGISTRY = CollectorRegistry()
"""The process's metrics. A service makes its own with ``registry=REGISTRY``; FastStream's middleware takes it too."""

HTTP_REQUESTS = Counter(
    "concordat_http_requests",
    "Requests answered, by route and status.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram("concordat_http_seconds", "Time to answer a request.", ("route",), registry=REGISTRY)

for collector in (ProcessCollector, PlatformCollector, GCCollector):
    collector(registry=REGISTRY)

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACEPARENT = "traceparent"


def current_traceparent() -> str | None:
    """Return the W3C trace context of what is being done now, to be stored beside its events; None where nothing is
    traced.

    The context belongs to the task: read it before handing work to another thread.
    """
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get(_TRACEPARENT)


@contextmanager
def continuing(traceparent: str | None) -> Iterator[None]:
    """Do what stands below as a part of the trace that ``traceparent`` names, as stored or as it came in a header."""
    carrier: Mapping[str, str] = {_TRACEPARENT: traceparent} if traceparent else {}
    token = context.attach(_PROPAGATOR.extract(carrier))
    try:
        yield
    finally:
        context.detach(token)
