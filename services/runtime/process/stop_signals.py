"""SIGTERM and SIGINT: heard while a process runs, and without effect while it ends."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.runtime.process.lifecycle import Host

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def told_to_stop(host: Host, at_first: Callable[[], None] | None = None) -> Iterator[asyncio.Event]:
    """Yield what the first signal sets, which also calls ``at_first``; a second one has ``host`` wait for no request.

    Call it where nothing but the end of the process follows: from then on signals are ignored.
    """
    told = asyncio.Event()

    def tell() -> None:
        if told.is_set():
            host.hurry()
        elif at_first is not None:
            at_first()
        told.set()

    loop = asyncio.get_running_loop()
    # Not by ``loop.add_signal_handler``: what takes that back, as the loop does when it closes, hands signals back to
    # the system, if for a moment. One that comes then would end an orderly stop.
    for number in _SIGNALS:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(tell))
        signal.siginterrupt(number, False)  # whatever a thread is waiting for
    try:
        yield told
    finally:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
