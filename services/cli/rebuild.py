"""``concordat rebuild``: reporting's journal and registers anew from the stream."""

from __future__ import annotations

import argparse
import asyncio
from functools import partial

import uvloop

from services.cli.complaints import Complaint
from services.cli.errands import hosted, settings_of_deployment
from services.reporting import journal
from services.reporting.service import ReportingService
from services.runtime.follower import Follower
from services.runtime.settings import Settings

_POLL_SECONDS = 0.1


def run(options: argparse.Namespace) -> int:
    """Rebuild, and say what came of it."""
    partnerships = uvloop.run(_rebuilt(settings_of_deployment()))
    print(f"Rebuilt from the stream: {', '.join(partnerships) or 'no partnership, as the stream is empty'}.")
    return 0


async def _rebuilt(settings: Settings) -> list[str]:
    async with hosted(settings, partial(ReportingService, keeps_timetable=False)) as host:
        reporting = host.services["reporting"]
        assert isinstance(reporting, ReportingService)
        await reporting.follower.rebuild()
        await _read_to_the_end(reporting.follower)
        return await reporting.database.read(journal.partnerships)


async def _read_to_the_end(follower: Follower) -> None:
    while follower.lag() != 0 and not follower.standing_still:  # noqa: ASYNC110 - a follower tells nobody its lag
        await asyncio.sleep(_POLL_SECONDS)
    if follower.standing_still:
        reasons = "; ".join(f"{code}: {reason}" for code, reason in sorted(follower.standing_still.items()))
        raise Complaint(f"the stream does not hold everything ({reasons}); run concordat republish, then this again")
