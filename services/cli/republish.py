"""``concordat republish``: the logs of programme and of reporting over the broker once more."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping, Sequence

import uvloop

from services.cli.counting import counted
from services.cli.databases import opened
from services.cli.errors import CommandError
from services.cli.operator_host import at_broker, settings_of_deployment
from services.runtime.base.settings import Settings
from services.runtime.messaging.publisher import NotAcknowledged
from services.runtime.messaging.relay import Relay
from services.runtime.messaging.streams import PROGRAMME, REPORTING
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore

STREAMS: Mapping[str, str] = {"programme": PROGRAMME, "reporting": REPORTING}


def run(options: argparse.Namespace) -> int:
    """Send one log or both, of one partnership or of all, and say how many events that were."""
    logs = [options.log] if options.log else list(STREAMS)
    sent = uvloop.run(sent_again(settings_of_deployment(), logs, options.partnership, options.from_version))
    print(f"Sent again: {' and '.join(_told(log, number) for log, number in sent.items())}.")
    return 0


def _told(log: str, number: int) -> str:
    return f"{counted(number, 'event')} of {log}"


async def sent_again(
    settings: Settings, logs: Sequence[str], partnership: str | None, from_version: int
) -> dict[str, int]:
    """Return how many events of each log were sent again."""
    async with at_broker(settings) as (host, connection):
        databases: dict[str, Database] = {}
        try:
            stores = {log: EventStore(log) for log in logs}
            known: set[str] = set()
            for log in logs:
                databases[log] = await asyncio.to_thread(opened, settings, log)
                known.update(await databases[log].read(stores[log].partnerships))
            known_or_complain(partnership, sorted(known))
            return {
                log: await _sent_again(
                    Relay(database, stores[log], connection, host.keyrings[STREAMS[log]]), partnership, from_version
                )
                for log, database in databases.items()
            }
        finally:
            for database in databases.values():
                await asyncio.to_thread(database.close)


async def _sent_again(relay: Relay, partnership: str | None, from_version: int) -> int:
    try:
        return await relay.republish(partnership, from_version)
    except NotAcknowledged as reason:
        raise CommandError(f"the broker did not take them: {reason}") from None


def known_or_complain(partnership: str | None, known: Sequence[str]) -> None:
    """Raise CommandError where a partnership was named that has no log."""
    if partnership is not None and partnership not in known:
        there = f"there are {', '.join(known)}" if known else "there is none at all"
        raise CommandError(f"there is no partnership {partnership} in this database; {there}")
