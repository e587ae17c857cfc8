"""Connections to NATS that never give up. Those of relay and followers are nats-py's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import sample
from typing import Any

import structlog
from nats.aio.client import Client

from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.messaging import nats_messages, nats_transport
from services.runtime.messaging.broker_rights import inbox_of
from services.runtime.messaging.failover import leave_what_serves_no_stream

_REFUSALS = ("authorization violation", "authentication", "maximum account active connections")
_log = structlog.get_logger(__name__)
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
        """Return the address of each server in an order of chance; ``url`` has commas between them."""
        servers = [each.strip() for each in self.url.split(",")]
        return sample(servers, len(servers))

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

    def manners(self, watch: ConnectionWatch) -> dict[str, Any]:
        """Return the settings that every connection shares, however it signs in.

        The name of its watch is shown in the server's monitoring.

        Reconnection never ends: a client that gives up after the default sixty tries leaves a FastStream
        subscriber spinning without yielding, which freezes the whole process. The servers take turns in the order of
        ``servers``: shuffled anew each time, as by default, the next may be the one that was left.
        """
        return {
            "name": watch.name,
            "inbox_prefix": self.inbox_prefix,
            "dont_randomize": True,
            "max_reconnect_attempts": -1,
            "reconnect_time_wait": _RECONNECT_SECONDS,
            "connect_timeout": 5,
            "ping_interval": 10,
            "max_outstanding_pings": 2,
            "error_cb": watch.error,
            "disconnected_cb": watch.disconnected,
            "reconnected_cb": watch.reconnected,
            "closed_cb": watch.closed,
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
        watch.connected(client)
    finally:
        await end([connecting, refused])
    return client


async def _first_refusal(refusals: asyncio.Queue[str]) -> None:
    raise NotLetIn(
        f"the NATS server does not let Concordat in ({await refusals.get()}); CONCORDAT_NATS_USER,"
        " CONCORDAT_NATS_CREDS, CONCORDAT_NATS_SEED_FILE or CONCORDAT_NATS_IDENTITIES says as whom it comes"
    )


class ConnectionWatch:
    """Tells of one connection what happens to it, and the same trouble once until the connection is there again.

    That we closed the connection of ``client`` ourselves is no trouble. From the first connection until it is closed,
    a server that serves no stream is left for another.
    """

    def __init__(self, name: str, client: Client | None = None) -> None:
        self.name = name
        self.client = client
        self.listeners: list[Callable[[], None]] = []
        """Are called whenever the connection is there again."""
        self._trouble = Trouble(
            __name__, "the connection to the broker met an error", "the connection to the broker is back", of=name
        )
        self._leaving: asyncio.Task[None] | None = None

    def connected(self, client: Client) -> None:
        """Be told that ``client`` is connected; again, where it was before, changes nothing."""
        self.client = client
        if self._leaving is None:
            self._leaving = asyncio.create_task(leave_what_serves_no_stream(client, self.name))
            self._trouble.over()

    async def closed(self) -> None:
        if self._leaving is not None:
            await end([self._leaving])

    async def error(self, error: Exception) -> None:
        self._trouble.met(error)

    async def disconnected(self) -> None:
        if self.client is None or not self.client.is_closed:
            self._trouble.met("it was lost")

    async def reconnected(self) -> None:
        self._trouble.over()
        for listener in self.listeners:
            listener()
