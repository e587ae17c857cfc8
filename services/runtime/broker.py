"""Connections to NATS that never give up: nats-py for relay and followers, FastStream for handlers."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from faststream.nats import NatsBroker
from faststream.nats.security import NatsCredentials, NatsNKey, NatsSecurity, NatsUserPassword
from nats.aio.client import Client

from services.runtime import nats_fetching, nats_messages, nats_transport
from services.runtime.broker_rights import inbox_of
from services.runtime.tasks import end
from services.runtime.trouble import Trouble

_REFUSALS = ("authorization violation", "authentication", "maximum account active connections")
_log = structlog.get_logger(__name__)
_RECONNECT_SECONDS = 0.25

# FastStream opens connections and subscriptions of its own, and takes no other client than nats-py's.
nats_transport.mend()
nats_fetching.mend()
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
    def inbox_prefix(self) -> str:
        """Return what the subjects begin with on which we are answered."""
        return inbox_of(self.identity) if self.identity else "_INBOX"

    def options(self, name: str) -> dict[str, Any]:
        """Return the settings of a connection of nats-py; ``name`` is shown in the server's monitoring."""
        options = self.manners(name)
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

    def manners(self, name: str) -> dict[str, Any]:
        """Return the settings that every connection shares, however it signs in.

        Reconnection never ends: a client that gives up after the default sixty tries leaves a FastStream
        subscriber spinning without yielding, which freezes the whole process.
        """
        reports = _Reports(name)
        return {
            "name": name,
            "inbox_prefix": self.inbox_prefix,
            "max_reconnect_attempts": -1,
            "reconnect_time_wait": _RECONNECT_SECONDS,
            "connect_timeout": 5,
            "ping_interval": 10,
            "max_outstanding_pings": 2,
            "error_cb": reports.error,
            "disconnected_cb": reports.disconnected,
            "reconnected_cb": reports.reconnected,
        }


async def connect(address: BrokerAddress, name: str, client: Client | None = None) -> Client:
    """Return a connection to the broker, ``client`` if one is given. Waits for as long as the broker is not there.

    Raises NotLetIn where it is there and refuses us.
    """
    client = client or Client()
    options = address.options(name)
    refusals: asyncio.Queue[str] = asyncio.Queue()
    report = options["error_cb"]

    async def noticed(error: Exception) -> None:
        await report(error)
        if any(refusal in str(error).lower() for refusal in _REFUSALS):
            refusals.put_nowait(str(error).removeprefix("nats: ").strip("'"))

    connecting = asyncio.create_task(client.connect(address.url, **(options | {"error_cb": noticed})))
    refused = asyncio.create_task(_first_refusal(refusals))
    try:
        await asyncio.wait({connecting, refused}, return_when=asyncio.FIRST_COMPLETED)
        await (connecting if connecting.done() else refused)
        await options["reconnected_cb"]()
    finally:
        await end([connecting, refused])
    return client


async def _first_refusal(refusals: asyncio.Queue[str]) -> None:
    raise NotLetIn(
        f"the NATS server does not let Concordat in ({await refusals.get()}); CONCORDAT_NATS_USER,"
        " CONCORDAT_NATS_CREDS, CONCORDAT_NATS_SEED_FILE or CONCORDAT_NATS_IDENTITIES says as whom it comes"
    )


def faststream_broker(address: BrokerAddress, name: str, **settings: Any) -> NatsBroker:
    """Return a FastStream broker, not yet started; ``settings`` are NatsBroker's own, such as middlewares.

    That a message was received and processed is for debugging: what comes of it is logged by whoever does it.
    Handlers take the message itself: to inject arguments by their types costs two turns in other threads each time.
    """
    options = {**address.manners(name), "security": address.security(), **settings}
    return NatsBroker(address.url, **options, apply_types=False, log_level=logging.DEBUG)


class _Reports:
    """Tells of one connection what happens to it, and the same trouble once until the connection is there again."""

    def __init__(self, name: str) -> None:
        self._trouble = Trouble(
            __name__, "the connection to the broker met an error", "the connection to the broker is back", of=name
        )

    async def error(self, error: Exception) -> None:
        self._trouble.met(error)

    async def disconnected(self) -> None:
        self._trouble.met("it was lost")

    async def reconnected(self) -> None:
        self._trouble.over()
