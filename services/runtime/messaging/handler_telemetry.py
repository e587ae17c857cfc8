"""What FastStream tells of the messages that handlers are handed: its metrics, and its spans in their traces."""

from __future__ import annotations

from typing import Any

from faststream.message import StreamMessage
from faststream.nats.opentelemetry import NatsTelemetryMiddleware
from faststream.nats.prometheus.provider import NatsMetricsSettingsProvider
from faststream.prometheus import ConsumeAttrs
from faststream.prometheus.middleware import PrometheusMiddleware
from nats.aio.msg import Msg

from services.runtime.base.telemetry import REGISTRY


class _ByDurable(NatsMetricsSettingsProvider):
    """Counts by durable: by subject, whoever can publish at the broker could make a series for each they invent."""

    def get_consume_attrs_from_message(self, msg: StreamMessage[Msg]) -> ConsumeAttrs:
        attributes = super().get_consume_attrs_from_message(msg)
        return {**attributes, "destination_name": msg.raw_message.metadata.consumer}


_METRICS = PrometheusMiddleware(
    settings_provider_factory=lambda _message: _ByDurable(), registry=REGISTRY, app_name="concordat"
)


def middlewares(*, traced: bool) -> tuple[Any, ...]:
    """Return FastStream's middlewares for a broker of handlers: metrics and, where traces are collected, spans."""
    return (_METRICS, NatsTelemetryMiddleware()) if traced else (_METRICS,)
