"""``concordat rebuild``: reporting's journal and registers anew from the stream."""

from __future__ import annotations

import argparse
import asyncio
from functools import partial

import uvloop
from nats.aio.client import Client

from services.cli.complaints import Complaint
from services.cli.errands import at_broker, settings_of_deployment
from services.reporting.arrivals import Arrivals
from services.reporting.service import ReportingService
from services.runtime.follower import Follower
from services.runtime.settings import Settings
from services.runtime.streams import PROGRAMME, subjects_of

_POLL_SECONDS = 0.1


def run(options: argparse.Namespace) -> int:
    """Rebuild, and say what came of it."""
    partnerships = uvloop.run(_rebuilt(settings_of_deployment()))
    print(f"Rebuilt from the stream: {', '.join(partnerships) or 'no partnership, as the stream is empty'}.")
    return 0


async def _rebuilt(settings: Settings) -> list[str]:
    async with at_broker(settings, partial(ReportingService, keeps_timetable=False)) as (host, connection):
        reporting = host.services["reporting"]
        assert isinstance(reporting, ReportingService)
        await reporting.follower.rebuild()
        partnerships = await _on_stream(connection)
        for partnership in partnerships:
            await _read_to_the_end(partnership, reporting.arrivals, reporting.follower)
        return partnerships


async def _on_stream(connection: Client) -> list[str]:
    """Return the codes of the partnerships that the stream holds anything of."""
    info = await connection.jsm().stream_info(PROGRAMME, subjects_filter=subjects_of(PROGRAMME))
    return sorted({subject.split(".")[1] for subject in info.state.subjects or {}})


async def _read_to_the_end(partnership: str, arrivals: Arrivals, follower: Follower) -> None:
    while not await arrivals.complete(partnership):
        if partnership in follower.standing_still:
            raise Complaint(
                f"the stream does not hold all of {partnership} ({follower.standing_still[partnership]});"
                " run concordat republish, then this again"
            )
        await asyncio.sleep(_POLL_SECONDS)
