"""``concordat streams apply``: the streams and durable consumers, as they are to be."""

from __future__ import annotations

import argparse

import uvloop

from services.cli.operator_host import at_broker, settings_of_deployment
from services.runtime.base.settings import Settings
from services.runtime.messaging import streams


def run(options: argparse.Namespace) -> int:
    """Declare what is missing; return 1 where something there differs from what is wanted."""
    differences = uvloop.run(_applied(settings_of_deployment(), options.numbered))
    for difference in differences:
        print(difference)
    if not differences:
        print(f"The streams {' and '.join(streams.STREAMS)} and their consumers are as they are to be.")
    return 1 if differences else 0


async def _applied(settings: Settings, numbered: bool | None) -> list[str]:
    async with at_broker(settings) as (_, connection):
        return await streams.apply(connection, settings.nats_replicas, numbered=numbered)
