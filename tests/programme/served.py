"""The programme service on a thread of its own, for callers that are not asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread

from services.programme.service import ProgrammeService
from services.runtime.base.settings import Settings
from services.runtime.process.lifecycle import Host


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Run the service and yield the address where it answers."""
    address: Future[str] = Future()
    enough: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        try:
            async with Host(settings, [ProgrammeService]) as host:
                enough.set_result((asyncio.get_running_loop(), stop))
                address.set_result(host.url)
                await stop.wait()
        except Exception as error:  # noqa: BLE001 - it is told to whoever waits for the address
            address.set_exception(error)

    thread = Thread(target=lambda: asyncio.run(serve()), name="programme")
    thread.start()
    url = address.result(timeout=60)
    try:
        yield url
    finally:
        loop, stop = enough.result()
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=60)
