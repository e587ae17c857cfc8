"""What a running service tells machines: Prometheus metrics at ``/metrics``, traces to an OpenTelemetry collector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fastapi import APIRouter, Response
from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
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

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def metrics() -> Response:
    """Answer with every metric in Prometheus' text format."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


class Tracing:
    """The process's connection to a collector. Spans are made with the OpenTelemetry API wherever they are wanted."""

    def __init__(self, endpoint: str, service: str, version: str) -> None:
        self.provider = TracerProvider(
            resource=Resource.create({"service.name": f"concordat-{service}", "service.version": version})
        )
        self.provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))

    def begin(self) -> None:
        """Make this the process's tracing. FastAPI then opens a span for each request of its own accord."""
        trace.set_tracer_provider(self.provider)

    def end(self) -> None:
        """Send what is waiting and stop."""
        self.provider.shutdown()


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
