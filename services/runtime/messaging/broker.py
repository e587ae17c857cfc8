"""Connections to NATS that never give up: nats-py for relay and followers, FastStream for handlers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from faststream.nats import NatsBroker
from faststream.nats.security import NatsCredentials, NatsNKey, NatsSecurity, NatsUserPassword
from nats.aio.client import Client
from nats.errors import ConnectionClosedError, ConnectionReconnectingError

from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.messaging import nats_messages, nats_transport
from services.runtime.messaging.broker_rights import inbox_of
from services.runtime.messaging.handler_telemetry import middlewares

_REFUSALS = ("authorization violation", "authentication", "maximum account active connections")
_log = structlog.get_logger(__name__)
_errors = logging.getLogger("concordat.handlers")
_errors.setLevel(logging.ERROR)
_RECONNECT_SECONDS = 0.25

# FastStream opens connections and subscriptions of its own, and takes no other client than nats-py's.
nats_transport.mend()
nats_messages.mend()


class NotLetIn(Exception):
    """The broker is there, and does not let us in. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is and who we are to it: a user with a password, a credentials file, an NKey's seed, or nobody.

    ``identity`` is whose rights these are; what the broker answers comes to inboxes under that name.
    """

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    credentials: Path | None = None
    seed: str | None = field(default=None, repr=False)
    identity: str | None = None

    @property
    def servers(self) -> list[str]:
        """Return the address of each server; ``url`` has commas between them."""
        return [each.strip() for each in self.url.split(",")]

    @property
    def inbox_prefix(self) -> str:
        """Return what the subjects begin with on which we are answered."""
        return inbox_of(self.identity) if self.identity else "_INBOX"

    def options(self, watch: ConnectionWatch) -> dict[str, Any]:
        """Return the settings of a connection of nats-py that ``watch`` is told of."""
        options = self.manners(watch)
        if self.user is not None:
            options |= {"user": self.user, "password": self.password or ""}
        if self.credentials is not None:
            options["user_credentials"] = str(self.credentials)
        if self.seed is not None:
            options["nkeys_seed_str"] = self.seed
        return options

    def security(self) -> NatsSecurity | None:
        """Return how FastStream signs in."""
        if self.user is not None:
            return NatsUserPassword(self.user, self.password or "")
        if self.credentials is not None:
            return NatsCredentials.from_file(str(self.credentials))
        return None if self.seed is None else NatsNKey.from_seed(self.seed)

    def manners(self, watch: ConnectionWatch) -> dict[str, Any]:
        """Return the settings that every connection shares, however it signs in.

        The name of its watch is shown in the server's monitoring.

        Reconnection never ends: a client that gives up after the default sixty tries leaves a FastStream
        subscriber spinning without yielding, which freezes the whole process.
        """
        return {
            "name": watch.name,
            "inbox_prefix": self.inbox_prefix,
            "max_reconnect_attempts": -1,
            "reconnect_time_wait": _RECONNECT_SECONDS,
            "connect_timeout": 5,
            "ping_interval": 10,
            "max_outstanding_pings": 2,
            "error_cb": watch.error,
            "disconnected_cb": watch.disconnected,
            "reconnected_cb": watch.reconnected,
        }


async def connect(address: BrokerAddress, name: str, client: Client | None = None) -> Client:
    """Return a connection to the broker, ``client`` if one is given. Waits for as long as the broker is not there.

    Raises NotLetIn where it is there and refuses us.
    """
    client = client or Client()
    watch = ConnectionWatch(name, client)
    options = address.options(watch)
    refusals: asyncio.Queue[str] = asyncio.Queue()

    async def noticed(error: Exception) -> None:
        await watch.error(error)
        if any(refusal in str(error).lower() for refusal in _REFUSALS):
            refusals.put_nowait(str(error).removeprefix("nats: ").strip("'"))

    connecting = asyncio.create_task(client.connect(address.servers, **(options | {"error_cb": noticed})))
    refused = asyncio.create_task(_first_refusal(refusals))
    try:
        await asyncio.wait({connecting, refused}, return_when=asyncio.FIRST_COMPLETED)
        await (connecting if connecting.done() else refused)
        await watch.reconnected()
    finally:
        await end([connecting, refused])
    return client


async def _first_refusal(refusals: asyncio.Queue[str]) -> None:
    raise NotLetIn(
        f"the NATS server does not let Concordat in ({await refusals.get()}); CONCORDAT_NATS_USER,"
        " CONCORDAT_NATS_CREDS, CONCORDAT_NATS_SEED_FILE or CONCORDAT_NATS_IDENTITIES says as whom it comes"
    )


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
        "security": address.security(),
        "logger": _errors,
        "middlewares": middlewares(traced=traced),
        **settings,
    }
    broker = HandlerBroker(address.servers, **options, apply_types=False)
    broker.watch = watch
    return broker


class ConnectionWatch:
    """Tells of one connection what happens to it, and the same trouble once until the connection is there again.

    That we closed the connection of ``client`` ourselves is no trouble.
    """

    def __init__(self, name: str, client: Client | None = None) -> None:
        self.name = name
        self.client = client
        self.listeners: list[Callable[[], None]] = []
        """Are called whenever the connection is there again."""
        self._trouble = Trouble(
            __name__, "the connection to the broker met an error", "the connection to the broker is back", of=name
        )

    async def error(self, error: Exception) -> None:
        self._trouble.met(error)

    async def disconnected(self) -> None:
        if self.client is None or not self.client.is_closed:
            self._trouble.met("it was lost")

    async def reconnected(self) -> None:
        self._trouble.over()
        for listener in self.listeners:
            listener()


class HandlerBroker(NatsBroker):
    """FastStream's broker, which can be stopped in good order while the connection is away too."""

    watch: ConnectionWatch

    async def connect(self) -> Client:
        self.watch.client = await super().connect()
        return self.watch.client

    async def stop(self, *error: Any) -> None:
        try:
            await super().stop(*error)
        except (ConnectionClosedError, ConnectionReconnectingError):  # it can only be drained while it is there
            if self._connection is not None:
                await self._connection.close()
                self._connection = None
            self.config.disconnect()
