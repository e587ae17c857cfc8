"""``concordat rebuild``: what reporting and notifications know, anew from the streams."""

from __future__ import annotations

import argparse
import asyncio
from functools import partial

import uvloop

from services.cli.databases import opened
from services.cli.errors import CommandError
from services.cli.operator_host import at_broker, settings_of_deployment
from services.notifications import rebuilding
from services.notifications.intake.announcing import Announcer
from services.reporting.catch_up import CONSUMER, CatchUp
from services.reporting.service import ReportingService
from services.runtime.base.addresses import mailbox
from services.runtime.base.clock import SystemClock
from services.runtime.base.settings import Settings
from services.runtime.messaging import inbox
from services.runtime.messaging.follower import Follower
from services.runtime.messaging.gap_fill import fallen_short
from services.runtime.messaging.streams import PROGRAMME, partnerships_on

_POLL_SECONDS = 0.1
_SEND_FIRST = "nothing was changed; run concordat republish, then this again"


def run(options: argparse.Namespace) -> int:
    """Rebuild, and say what came of it."""
    rebuilt = _of_notifications if options.what == "notifications" else _of_reporting
    partnerships = uvloop.run(rebuilt(settings_of_deployment()))
    print(f"Rebuilt from the stream: {', '.join(partnerships) or 'no partnership, as the stream is empty'}.")
    return 0


async def _of_reporting(settings: Settings) -> list[str]:
    async with at_broker(settings, partial(ReportingService, keeps_timetable=False)) as (host, connection):
        reporting = host.services["reporting"]
        assert isinstance(reporting, ReportingService)
        held = await reporting.database.read(lambda each: inbox.all_positions(each, CONSUMER))
        if short := await fallen_short(connection, host.keyrings[PROGRAMME], held):
            raise CommandError(f"{'; '.join(short)}; {_SEND_FIRST}")
        await reporting.follower.rebuild()
        partnerships = await partnerships_on(connection, PROGRAMME)
        for partnership in partnerships:
            await _read_to_the_end(partnership, reporting.catch_up, reporting.follower)
        return partnerships


async def _of_notifications(settings: Settings) -> list[str]:
    async with at_broker(settings) as (host, connection):
        database = await asyncio.to_thread(opened, settings, "notifications")
        try:
            clock = SystemClock()
            announcer = Announcer(clock, mailbox(settings.mail_from)[1].domain, clock.now())
            return await rebuilding.rebuild(database, connection, host.keyrings, announcer)
        except rebuilding.HoldsLess as short:
            raise CommandError(f"{short}; {_SEND_FIRST}") from None
        finally:
            await asyncio.to_thread(database.close)


async def _read_to_the_end(partnership: str, catch_up: CatchUp, follower: Follower) -> None:
    while not await catch_up.complete(partnership):
        if partnership in follower.blocked:
            raise CommandError(
                f"the stream does not hold all of {partnership} ({follower.blocked[partnership]});"
                " run concordat republish, then this again"
            )
        await asyncio.sleep(_POLL_SECONDS)
