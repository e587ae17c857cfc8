"""``concordat restored``: what was restored from an older copy is the log from now on, and everybody is told."""

from __future__ import annotations

import argparse
import asyncio

import uvloop

from services.cli.counting import counted
from services.cli.databases import opened
from services.cli.operator_host import settings_of_deployment
from services.cli.republish import STREAMS, sent_again
from services.runtime.base.settings import Settings
from services.runtime.process import clock_guard
from services.runtime.store.event_store import EventStore


def run(options: argparse.Namespace) -> int:
    """Begin a new epoch of a log, send both logs again and say what was done."""
    settings = settings_of_deployment()
    sent = uvloop.run(_restored(settings, options.log))
    told = " and ".join(f"{counted(number, 'event')} of {log}" for log, number in sent.items())
    print(f"The log of {options.log} goes on from this copy. Sent again: {told}.")
    return 0


async def _restored(settings: Settings, log: str) -> dict[str, int]:
    database = await asyncio.to_thread(opened, settings, log)
    try:
        await database.write(EventStore(log).begin_epoch)
        await database.write(clock_guard.believe)  # whoever restores a copy of last week knows what day it is
    finally:
        await asyncio.to_thread(database.close)
    return await sent_again(settings, list(STREAMS), None, 1)
