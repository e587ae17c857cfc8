"""Connections to NATS that never give up: nats-py for relay and followers, FastStream for handlers."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
import structlog
from faststream.nats import NatsBroker
from nats.aio.client import Client

from services.runtime import nats_fetching, nats_transport

_log = structlog.get_logger(__name__)
_RECONNECT_SECONDS = 0.25

# FastStream opens connections and subscriptions of its own, and takes no other client than nats-py's.
nats_transport.mend()
nats_fetching.mend()


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is and who we are to it: a user with a password, or a credentials file, or neither."""

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    credentials: Path | None = None

    def options(self, name: str) -> dict[str, Any]:
        """Return the settings that every connection shares; ``name`` is shown in the server's monitoring.

        Reconnection never ends: a client that gives up after the default sixty tries leaves a FastStream
        subscriber spinning without yielding, which freezes the whole process.
        """
        options: dict[str, Any] = {
            "name": name,
            "max_reconnect_attempts": -1,
            "reconnect_time_wait": _RECONNECT_SECONDS,
            "connect_timeout": 5,
            "ping_interval": 10,
            "max_outstanding_pings": 2,
            "error_cb": _report_error,
            "disconnected_cb": _report_disconnected,
            "reconnected_cb": _report_reconnected,
        }
        if self.user is not None:
            options |= {"user": self.user, "password": self.password or ""}
        if self.credentials is not None:
            options["user_credentials"] = str(self.credentials)
        return options


async def connect(address: BrokerAddress, name: str) -> Client:
    """Return a connection to the broker. Waits for as long as the broker is not there; it is never given up."""
    return await nats.connect(address.url, **address.options(name))


def faststream_broker(address: BrokerAddress, name: str, **settings: Any) -> NatsBroker:
    """Return a FastStream broker, not yet started; ``settings`` are NatsBroker's own, such as middlewares.

    That a message was received and processed is for debugging: what comes of it is logged by whoever does it.
    Handlers take the message itself: to inject arguments by their types costs two turns in other threads each time.
    """
    options = address.options(name)
    return NatsBroker(address.url, **options, apply_types=False, log_level=logging.DEBUG, **settings)


async def _report_error(error: Exception) -> None:
    _log.warning("the connection to the broker met an error", error=str(error) or type(error).__name__)


async def _report_disconnected() -> None:
    _log.warning("the connection to the broker was lost")


async def _report_reconnected() -> None:
    _log.info("the connection to the broker is back")
