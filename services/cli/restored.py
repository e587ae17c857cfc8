"""``concordat restored``: what was restored from an older copy is the log from now on, and everybody is told."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import uvloop

from services.cli.counting import counted
from services.cli.databases import opened
from services.cli.errors import CommandError
from services.cli.operator_host import settings_of_deployment
from services.cli.republish import STREAMS, sent_again
from services.cli.resumption import Resumed, resume
from services.runtime.base.settings import Settings, variable
from services.runtime.process import clock_guard
from services.runtime.store.event_store import EventStore


def run(options: argparse.Namespace) -> int:
    """Have one log, or the whole deployment, go on from an older copy and say what was done."""
    settings = settings_of_deployment()
    if options.log == "all":
        lost_at = options.lost_at or datetime.now(UTC)
        for line in told(settings, resume(settings, lost_at), lost_at):
            print(line)
    else:
        if options.lost_at is not None:
            raise CommandError("--lost-at is for a deployment all of whose databases were restored: restored all")
        uvloop.run(_begun_anew(settings, options.log))
        print(f"The log of {options.log} goes on from this copy.")
    print(sent_or_complain(settings))
    return 0


async def _begun_anew(settings: Settings, log: str) -> None:
    database = await asyncio.to_thread(opened, settings, log)
    try:
        await database.write(EventStore(log).begin_epoch)
        await database.write(clock_guard.believe)  # whoever restores a copy of last week knows what day it is
    finally:
        await asyncio.to_thread(database.close)


def sent_or_complain(settings: Settings) -> str:
    """Send both logs again and return how much that was. Raises CommandError that says what is still to be done."""
    try:
        sent = uvloop.run(sent_again(settings, list(STREAMS), None, 1))
    except CommandError as why:
        raise CommandError(
            f"the logs could not be sent again: {why}; run concordat republish before the services are started"
        ) from None
    events = (f"{counted(number, 'event')} of {log}" for log, number in sent.items())
    return f"Sent again: {' and '.join(events)}."


def told(settings: Settings, done: Resumed, lost_at: datetime) -> Iterator[str]:
    """Yield what was done to a deployment that goes on from an older copy, and what is left to its people."""
    waiting = f"; {counted(done.presumed, 'e-mail')} of the queue can be sent again on the page of e-mails"
    yield (
        f"What was due by {lost_at:%Y-%m-%d %H:%M:%S} UTC is presumed to have been mailed"
        f"{waiting if done.presumed else ''}."
    )
    yield (
        f"{counted(done.sessions, 'session')} ended: everybody signs in again. Links in reminders open nothing any"
        " more."
    )
    yield (
        "API tokens and addresses of calendars that were withdrawn since the copy was made are good again: concordat"
        " sign-out --everybody ends those of all people, concordat token those of systems. Roles and e-mail addresses"
        " are as they were: have the secretaries look through them."
    )
    if done.erased is not None:
        yield f"Erased again, by {settings.erasures_file}: {counted(done.erased, 'person')}."
    else:
        yield (
            f"Whoever was erased since the copy was made is there again: erase them again. {variable('erasures_file')}"
            " names no list of them."
        )
