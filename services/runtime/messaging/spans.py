"""Spans of events on their way over the broker, as OpenTelemetry's conventions for messaging name what they tell."""

from __future__ import annotations

from contextlib import AbstractContextManager

from opentelemetry.trace import SpanKind

from services.runtime.base.telemetry import step


def publishing(subject: str, event: str, traceparent: str) -> AbstractContextManager[None]:
    """Have what stands below be the publishing of an event, by its id, in the trace that it belongs to."""
    attributes = {**_of_message(subject, event), "messaging.operation.type": "send"}
    return step(f"{subject} publish", traceparent, kind=SpanKind.PRODUCER, attributes=attributes)


def taking_in(consumer: str, subject: str, event: str, traceparent: str) -> AbstractContextManager[None]:
    """Have what stands below be the taking in of an event by a consumer."""
    its = {"messaging.operation.type": "process", "messaging.consumer.group.name": consumer}
    name = f"{consumer} {subject.rpartition('.')[2]}"
    return step(name, traceparent, kind=SpanKind.CONSUMER, attributes={**_of_message(subject, event), **its})


def _of_message(subject: str, event: str) -> dict[str, str]:
    return {"messaging.system": "nats", "messaging.destination.name": subject, "messaging.message.id": event}
