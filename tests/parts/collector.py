"""An OpenTelemetry collector: takes traces over OTLP and keeps their spans."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Sent

from tests.parts.child import HOST


@dataclass(frozen=True)
class Span:
    """One span; ids are hexadecimal, ``parent`` is empty for the first of a trace, ``kind`` is ``SERVER`` or such."""

    trace: str
    id: str
    parent: str
    name: str
    kind: str
    attributes: Mapping[str, str]


class Collector:
    """Listens while the block runs; ``spans`` holds what came, in the order of its coming."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    @property
    def url(self) -> str:
        """Its address, as in ``CONCORDAT_OTLP_ENDPOINT``."""
        return f"http://{HOST}:{self._server.server_port}"

    def of(self, trace: str) -> dict[str, Span]:
        """Return the spans of a trace, by name."""
        return {span.name: span for span in tuple(self.spans) if span.trace == trace}

    def __enter__(self) -> Self:
        spans = self.spans

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                spans.extend(_spans_in(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((HOST, 0), Taking)
        self._thread = Thread(target=self._server.serve_forever, name="collector", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _spans_in(body: bytes) -> list[Span]:
    return [
        Span(
            *(span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), span.name),
            kind=Sent.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
            attributes={each.key: each.value.string_value for each in span.attributes},
        )
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
