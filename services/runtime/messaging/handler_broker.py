"""FastStream's connections to NATS, by which handlers are handed their messages. They never give up either."""

from __future__ import annotations

import logging
from typing import Any

from faststream.nats import NatsBroker
from faststream.nats.security import NatsCredentials, NatsNKey, NatsSecurity, NatsUserPassword
from nats.aio.client import Client
from nats.errors import ConnectionClosedError, ConnectionReconnectingError

from services.runtime.messaging.broker import BrokerAddress, ConnectionWatch
from services.runtime.messaging.handler_telemetry import middlewares

_ANSWER_SECONDS = 30.0  # no handler begins without the broker's word on its durable: a busy one may take its time
_errors = logging.getLogger("concordat.handlers")
_errors.setLevel(logging.ERROR)


def faststream_broker(address: BrokerAddress, name: str, *, traced: bool = False, **settings: Any) -> HandlerBroker:
    """Return a FastStream broker, not yet started; ``settings`` are NatsBroker's own.

    It counts the messages that its handlers are handed and, where it is ``traced``, puts spans into their traces.

    Of what it logs, errors alone are kept: what comes of a message is logged by whoever does it, and what becomes of
    the connection by its watch, once and in a line.
    Handlers take the message itself: to inject arguments by their types costs two turns in other threads each time.
    """
    watch = ConnectionWatch(name)
    options = {
        **address.manners(watch),
        "security": _security(address),
        "logger": _errors,
        "middlewares": middlewares(traced=traced),
        "js_options": {"timeout": _ANSWER_SECONDS},
        **settings,
    }
    broker = HandlerBroker(address.servers, **options, apply_types=False)
    broker.watch = watch
    return broker


class HandlerBroker(NatsBroker):
    """FastStream's broker, which can be stopped in good order while the connection is away too."""

    watch: ConnectionWatch

    async def connect(self) -> Client:
        client = await super().connect()
        self.watch.connected(client)
        return client

    async def stop(self, *error: Any) -> None:
        try:
            await super().stop(*error)
        except (ConnectionClosedError, ConnectionReconnectingError):  # it can only be drained while it is there
            if self._connection is not None:
                await self._connection.close()
                self._connection = None
            self.config.disconnect()


def _security(address: BrokerAddress) -> NatsSecurity | None:
    """Return how FastStream signs in."""
    if address.user is not None:
        return NatsUserPassword(address.user, address.password or "")
    if address.credentials is not None:
        return NatsCredentials.from_file(str(address.credentials))
    return None if address.seed is None else NatsNKey.from_seed(address.seed)
