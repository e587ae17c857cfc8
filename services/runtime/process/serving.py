"""A process that runs until it is told to stop: signals, and the exit code that a supervisor reads."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from functools import partial
from threading import Timer

import structlog
import uvloop

from services.runtime.base import gc_control, private_files
from services.runtime.base.clock import Clock
from services.runtime.base.logging import set_up_logging
from services.runtime.base.settings import Settings, unknown_variables
from services.runtime.base.weak_settings import weaknesses
from services.runtime.process.lifecycle import Host, ServiceFactory, StartupError
from services.runtime.process.stop_signals import told_to_stop
from services.runtime.web.pages import Link

_TURN_SECONDS = 0.001  # five times as long is usual; while a page is computed, each request would wait that long
_LAST_SECONDS = 1.5  # for the broker's child, and for threads
_log = structlog.get_logger("concordat.lifecycle")


def serve(
    settings: Settings,
    factories: Sequence[ServiceFactory],
    *,
    clock: Clock | None = None,
    navigation: Sequence[Link] = (),
) -> int:
    """Run services with HTTP until SIGTERM or SIGINT; return the process's exit code.

    0 after an orderly stop, 1 with one sentence on standard error where it could not start, or where HTTP or the
    embedded NATS server failed. A second signal does not wait for open requests.
    """
    private_files.keep_to_owner()
    set_up_logging(settings.log_level, settings.log_format)
    for sentence in (*unknown_variables(), *weaknesses(settings)):
        _log.warning(sentence)
    host = Host(settings, factories, clock=clock, navigation=navigation)
    try:
        return uvloop.run(until_signalled(host, settings.shutdown_seconds + _LAST_SECONDS))
    except StartupError as error:
        sys.stderr.write(f"concordat: {error}\n")
        return 1


def _be_quick_to_answer() -> None:
    """Keep the pauses short that the interpreter makes: for its garbage, and before another thread has its turn."""
    gc_control.settle()
    sys.setswitchinterval(_TURN_SECONDS)


def _end_within(seconds: float, code: int) -> None:
    """End the process after so many seconds, with this exit code, whatever threads are still at work.

    Nothing is lost by it: what was answered is on the disk, and what was begun is taken up after any kill.
    """
    last = Timer(seconds, os._exit, [code])
    last.daemon = True
    last.start()


async def until_signalled(host: Host, seconds_to_end: float) -> int:
    """Start ``host``, run it until a signal comes, stop it. Returns the exit code; raises StartupError."""
    with told_to_stop(host, at_first=partial(_end_within, seconds_to_end, 0)) as told:
        return await _until(told, host, seconds_to_end)


async def _until(told: asyncio.Event, host: Host, seconds_to_end: float) -> int:
    starting = asyncio.create_task(host.start())
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.wait({starting})
        return 0
    await starting
    _be_quick_to_answer()
    ended = asyncio.create_task(host.ended())
    await asyncio.wait({ended, waiting}, return_when=asyncio.FIRST_COMPLETED)
    _log.info("stopping", reason="a signal" if told.is_set() else ended.result())
    if not told.is_set():
        sys.stderr.write(f"concordat: {ended.result()}\n")
        _end_within(seconds_to_end, 1)
    ended.cancel()
    await host.stop()
    return 0 if told.is_set() else 1
