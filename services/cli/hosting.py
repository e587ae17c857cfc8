"""Running services for the length of a command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.cli.errors import CommandError
from services.runtime.process.lifecycle import Host, StartupError


@asynccontextmanager
async def running(host: Host, *, patience: float | None = None) -> AsyncIterator[Host]:
    """Start ``host`` and stop it afterwards. Raises CommandError where it cannot start, or not in ``patience`` seconds.

    A host waits for a NATS server that is not there, for as long as it takes.
    """
    try:
        async with asyncio.timeout(patience):
            await host.start()
    except StartupError as error:
        raise CommandError(str(error)) from None
    except TimeoutError:
        raise CommandError("the NATS server does not answer; does it run, at CONCORDAT_NATS_URL?") from None
    try:
        yield host
    finally:
        await host.stop()
