"""``concordat republish``: programme's log over the broker once more."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

import uvloop

from services.cli.complaints import Complaint
from services.cli.counting import counted
from services.cli.errands import at_broker, settings_of_deployment
from services.runtime import lease
from services.runtime.database import Database
from services.runtime.event_store import EventStore
from services.runtime.publisher import NotAcknowledged
from services.runtime.relay import Relay
from services.runtime.settings import Settings
from services.runtime.streams import PROGRAMME


def run(options: argparse.Namespace) -> int:
    """Send one partnership's log, or all, and say how many events that were."""
    sent = uvloop.run(_sent(settings_of_deployment(), options.partnership, options.from_version))
    print(f"Sent again: {counted(sent, 'event')}.")
    return 0


async def _sent(settings: Settings, partnership: str | None, from_version: int) -> int:
    async with at_broker(settings) as (_, connection):
        database, store = Database(settings.programme_database_url), EventStore("programme")
        try:
            await asyncio.to_thread(database.create, store.metadata, lease.metadata)
            known_or_complain(partnership, await database.read(store.partnerships))
            return await Relay(database, store, connection, PROGRAMME).republish(partnership, from_version)
        except NotAcknowledged as reason:
            raise Complaint(f"the broker did not take them: {reason}") from None
        finally:
            await asyncio.to_thread(database.close)


def known_or_complain(partnership: str | None, known: Sequence[str]) -> None:
    """Raise Complaint where a partnership was named that has no log."""
    if partnership is not None and partnership not in known:
        there = f"there are {', '.join(known)}" if known else "there is none at all"
        raise Complaint(f"there is no partnership {partnership} in this database; {there}")
