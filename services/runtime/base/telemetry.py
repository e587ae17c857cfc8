"""What a running service tells machines: its metrics, and to which trace something belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from opentelemetry import context, trace
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
HTTP_SECONDS = Histogram(
    "concordat_http_request_duration_seconds", "Time to answer a request, by route.", ("route",), registry=REGISTRY
)

for collector in (ProcessCollector, PlatformCollector, GCCollector):
    collector(registry=REGISTRY)

TRACEPARENT = "traceparent"
"""The name of the header with the W3C trace context, in HTTP and on the broker."""

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACEPARENT_FORM = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_TRACER = trace.get_tracer("concordat")


def current_traceparent() -> str | None:
    """Return the W3C trace context of what is being done now, to be stored beside its events; None where nothing is
    traced.

    The context belongs to the task: read it before handing work to another thread.
    """
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get(TRACEPARENT)


@contextmanager
def continuing(traceparent: str | None) -> Iterator[None]:
    """Do what stands below as a part of the trace that ``traceparent`` names, as stored or as it came in a header."""
    carrier: Mapping[str, str] = {TRACEPARENT: traceparent} if traceparent else {}
    token = context.attach(_PROPAGATOR.extract(carrier))
    try:
        yield
    finally:
        context.detach(token)


def traceparent_in(headers: Mapping[str, str] | None) -> str:
    """Return the trace context that a message of the broker bears; empty where it has none, or something else."""
    given = headers.get(TRACEPARENT, "") if headers else ""
    return given if _TRACEPARENT_FORM.fullmatch(given) else ""


@contextmanager
def step(
    name: str,
    traceparent: str | None = None,
    *,
    kind: trace.SpanKind = trace.SpanKind.INTERNAL,
    attributes: Mapping[str, str | int] | None = None,
) -> Iterator[None]:
    """Do what stands below as a span of its own: in the trace that ``traceparent`` names, or else in the present one.

    Where nobody collects traces, the trace goes on all the same.
    """
    with ExitStack() as around:
        if traceparent:
            around.enter_context(continuing(traceparent))
        span = around.enter_context(
            # What an exception says may name somebody: its kind has to do.
            _TRACER.start_as_current_span(
                name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
            )
        )
        try:
            yield
        except Exception as error:
            span.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise
