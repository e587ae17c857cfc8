"""Waiting until a house has come to rest: everything relayed, taken in, issued and sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from sqlalchemy.exc import DBAPIError

from tests.faults.deployment import Deployment
from tests.faults.evidence import Evidence, gather
from tests.faults.oracle import Issues
from tests.parts.waiting import STILL_SECONDS, Moved, Patience

_CONSUMERS = {
    "reporting": "programme",
    "notifications-programme": "programme",
    "notifications-reporting": "reporting",
    "programme-reporting": "reporting",
}
_ENDED = frozenset({"sent", "failed", "overtaken", "omitted"})
_LOOK_SECONDS = 0.2


async def at_rest(house: Deployment, due: Issues = (), still: float = STILL_SECONDS) -> list[str]:
    """Wait until nothing is left to do and the packs in ``due`` are issued.

    Return what lacks once nothing of it has changed for ``still`` seconds.
    """
    return await _until_nothing_lacks(lambda: _lacking_now(house, due), still)


async def issued(house: Deployment, due: Issues, still: float = STILL_SECONDS) -> list[str]:
    """Wait until the packs in ``due`` are issued, while people may go on working; return what still lacks."""
    return await _until_nothing_lacks(lambda: _not_issued_now(house, due), still, house.said)


async def _until_nothing_lacks(look: Callable[[], list[str]], still: float, moved: Moved = lambda: None) -> list[str]:
    lacking: list[str] = []
    patience = Patience(lambda: (tuple(lacking), moved()), still=still, longest=5 * still)
    while True:
        lacking[:] = await asyncio.to_thread(look)
        if not lacking or not patience.lasts():
            return lacking
        await asyncio.sleep(_LOOK_SECONDS)


def _lacking_now(house: Deployment, due: Issues) -> list[str]:
    try:
        return list(_lacking(gather(house), due))
    except DBAPIError as error:  # it is not back yet, or a table is not there yet
        return [f"a database cannot be read: {error.orig}"]


def _not_issued_now(house: Deployment, due: Issues) -> list[str]:
    try:
        return list(_not_issued(gather(house), due))
    except DBAPIError as error:
        return [f"a database cannot be read: {error.orig}"]


def _not_issued(evidence: Evidence, due: Issues) -> Iterator[str]:
    announced = {(each["partnership"], each["meeting"]) for each in evidence.packs_issued}
    yield from (f"the pack of {pack} has not been issued" for pack in due if pack not in announced)


def _lacking(evidence: Evidence, due: Issues) -> Iterator[str]:
    for name, heads in (("programme", evidence.programme_heads), ("reporting", evidence.reporting_heads)):
        for row in heads:
            if row["relayed"] != row["version"]:
                yield f"{name} has relayed {row['relayed']} of {row['version']} events of {row['partnership']}"
    for consumer, stream in _CONSUMERS.items():
        log = evidence.programme if stream == "programme" else evidence.reporting
        for partnership, events in log.items():
            if (at := evidence.positions.get((consumer, partnership), 0)) != len(events):
                yield f"{consumer} is at {at} of {len(events)} events of {partnership}"
    yield from (f"blocked: {row}" for row in evidence.blocked)
    yield from (
        f"dead letter of {row['consumer']}: {row['partnership']} {row['version']}, {row['reason']}"
        for row in evidence.dead_letters
    )
    if evidence.deferred:
        yield f"{evidence.deferred} announcements are deferred"
    yield from _not_issued(evidence, due)
    for row in evidence.deliveries:
        if row["state"] not in _ENDED:
            yield f"delivery {row['id']} ({row['reference']}) is {row['state']}: {row['reason']}"
