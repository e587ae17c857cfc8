"""Leaving a NATS server that serves no stream, for another of its cluster.

A server that is parted from the others of its cluster still answers whoever is connected to it: the connection is
whole, and nats-py has no reason to leave it, though nothing is published there and nothing read.
"""

from __future__ import annotations

import asyncio
from random import uniform
from time import monotonic
from typing import Never

import structlog
from nats.aio.client import Client
from nats.errors import Error, NoRespondersError
from nats.js.api import StreamInfo
from nats.js.errors import APIError, ServiceUnavailableError

from services.runtime.base.retry import Backoff
from services.runtime.messaging.streams import STREAMS

_LOOK_SECONDS = 2.0
_ANSWER_SECONDS = 2.0
_SILENCE_NANOSECONDS = 5e9  # replicas answer their leader every second
_PATIENCE = Backoff(10.0, 80.0)
"""How long no stream is served before a server is left: a cluster that changes its leader serves none for six to eight
seconds. It doubles where the next server serves none either, as none does of a cluster that has lost its majority."""
_SPREAD = 1.25  # so that not everybody leaves at the same moment
_log = structlog.get_logger(__name__)


async def leave_what_serves_no_stream(client: Client, name: str) -> Never:
    """Have ``client``, called ``name`` in the log, go to another server whenever its own serves no stream for long.

    Nothing is asked of a server that is the only one, by the addresses given and by what it tells of a cluster itself.
    Runs until cancelled.
    """
    in_vain = 0
    while True:
        if await _is_served_within(client, _PATIENCE.pause(in_vain + 1) * uniform(1.0, _SPREAD)):  # noqa: S311
            in_vain = 0
            continue
        in_vain += 1
        _log.warning("a NATS server serves no stream; going to another", of=name, server=_server_of(client))
        await client.force_reconnect()


async def _is_served_within(client: Client, patience: float) -> bool:
    """Return True as soon as the server serves a stream, False where it serves none for ``patience`` seconds.

    Time without a connection does not count, nor does that of one which was replaced.
    """
    began, reconnections = monotonic(), client.stats["reconnects"]
    while monotonic() - began < patience:
        await asyncio.sleep(_LOOK_SECONDS)
        if not _can_leave(client) or client.stats["reconnects"] != reconnections:
            began, reconnections = monotonic(), client.stats["reconnects"]
        elif await _serves_a_stream(client):
            return True
    return False


def _can_leave(client: Client) -> bool:
    return client.is_connected and len(client.servers) > 1


async def _serves_a_stream(client: Client) -> bool:
    """Ask about the streams, which every identity may; only silence and a stream without a leader are against it."""
    manager = client.jetstream(timeout=_ANSWER_SECONDS)
    for stream in STREAMS:
        try:
            if is_served(await manager.stream_info(stream)):
                return True
        except (ServiceUnavailableError, NoRespondersError, TimeoutError):
            continue
        except (APIError, Error, OSError):  # the server has no such stream, or the connection is lost
            return True
    return False


def is_served(stream: StreamInfo) -> bool:
    """Say whether a stream has a leader, by what the server knows, whom most of its replicas have answered lately.

    A leader that is parted from the others takes itself for one for some twenty seconds more, and can store nothing.
    """
    cluster = stream.cluster
    if cluster is None:
        return True
    replicas = cluster.replicas or []
    heard = [each for each in replicas if 0 < (each.active or 0) < _SILENCE_NANOSECONDS]
    return cluster.leader is not None and 1 + len(heard) > (1 + len(replicas)) / 2


def _server_of(client: Client) -> str | None:
    """Return the address of the server without whatever password stands in it."""
    at = client.connected_url
    return None if at is None else f"{at.hostname}:{at.port}"
