"""Metrics count what was answered; traces go on through events and reach a collector."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from services.runtime.base.telemetry import continuing, current_traceparent
from tests.runtime.answering import calling, make_example

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_requests_are_counted_by_route_and_status_and_not_by_address() -> None:
    async with calling(make_example()) as client:
        await client.get("/api/v1/fails/limited")
        metrics = (await client.get("/metrics")).text
    assert 'concordat_http_requests_total{method="GET",route="/api/v1/fails/{how}",status="429"}' in metrics
    assert "/api/v1/fails/limited" not in metrics


def test_where_nothing_is_traced_there_is_no_trace_to_store() -> None:
    assert current_traceparent() is None


def test_a_stored_trace_goes_on() -> None:
    with continuing(TRACEPARENT):
        assert current_traceparent() == TRACEPARENT
        with TracerProvider().get_tracer("test").start_as_current_span("pack"):
            inner = current_traceparent()
    assert inner is not None
    assert inner.split("-")[1] == TRACEPARENT.split("-")[1]
    assert inner != TRACEPARENT
    assert current_traceparent() is None


def test_an_event_without_a_trace_belongs_to_none() -> None:
    with continuing(TRACEPARENT), continuing(None):
        assert not trace.get_current_span().get_span_context().is_valid
