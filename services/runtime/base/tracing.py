"""Sending traces to an OpenTelemetry collector."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


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
