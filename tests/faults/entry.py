"""Where a service of a house begins: the product's own ``serve``, with what a test may switch on around it.

Processes are forked from a server that has imported everything already (multiprocessing's forkserver), so that one can
be killed and started anew in a tenth of a second. Each is a process of its own like any other.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import Connection as DatabaseConnection
from starlette.responses import PlainTextResponse

from services.cli import main
from services.cli.serve import SERVICES
from services.programme.service import ProgrammeService
from services.reporting.service import ReportingService
from services.runtime.access.table import Beyond, Row
from services.runtime.base import failpoints
from services.runtime.base.gc_control import keep
from services.runtime.base.health import Check
from services.runtime.base.settings import load_settings
from services.runtime.process.lifecycle import Foundation, Service
from services.runtime.process.serving import serve
from tests.faults.clock import JumpingClock
from tests.faults.digest import written_out
from tests.faults.impatience import hurry
from tests.faults.mutants import MUTANTS
from tests.parts.permissions import give_up_the_right_to_any_file

Show = Callable[[str], Awaitable[str]]

_PR_SET_PDEATHSIG = 1


def run_service(
    name: str, environment: Mapping[str, str], said: Connection, clock: Path, mutant: str | None, failpoint: str | None
) -> None:
    """Run one service in this process until it is told to stop; what it logs goes into ``said``."""
    _begin(environment, said)
    hurry()
    if mutant is not None:
        MUTANTS[mutant]()
    if failpoint is not None:
        failpoints._armed = failpoints._Armed(failpoint)  # the variable was read when the module was imported
    sys.exit(serve(load_settings(), [lambda foundation: _watched(name, foundation)], clock=JumpingClock(clock)))


def run_command(arguments: list[str], environment: Mapping[str, str], said: Connection) -> None:
    """Run the command ``concordat`` in this process, as an operator would."""
    _begin(environment, said)
    hurry()
    sys.exit(main(arguments))


def _begin(environment: Mapping[str, str], said: Connection) -> None:
    keep()  # as the command does with what it has loaded
    # No process outlives the tests: each dies with the server it was forked from, which ends once nobody but the tests
    # could ask it for more, and they are gone.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    give_up_the_right_to_any_file()
    for number in (1, 2):
        os.dup2(said.fileno(), number)
    for variable in [name for name in os.environ if name.startswith("CONCORDAT_")]:
        del os.environ[variable]
    os.environ.update(environment)


def _watched(name: str, foundation: Foundation) -> Service:
    """Return a service that also shows its registers, written out, for the oracle to compare."""
    service = SERVICES[name](foundation)
    show: Show
    match service:
        case ProgrammeService():

            async def show(partnership: str) -> str:
                shown = await service.dispatcher.view(partnership, written_out)
                decided_upon = await service.database.read(partial(_decided_upon, service, partnership))
                return shown if shown == decided_upon else f"{shown}\nis decided upon as\n{decided_upon}"
        case ReportingService():

            async def show(partnership: str) -> str:
                return await asyncio.to_thread(service.registers.view, partnership, written_out)
        case _:
            return service

    return _Watched(service, show)


def _decided_upon(service: ProgrammeService, partnership: str, connection: DatabaseConnection) -> str:
    """Write out the register that commands are decided upon, which nobody but the writer sees otherwise.

    It may be behind the log, and is caught up; one that is ahead of it is shown as it is.
    """
    registers = service.dispatcher._registers
    with registers.held_to_write(connection, partnership) as live:
        if live.version < service.store.position(connection, partnership).version:
            registers.catch_up(connection, live)
        return written_out(live.register)


class _Watched:
    """A service with one more page, on which a register is written out."""

    def __init__(self, service: ProgrammeService | ReportingService, show: Show) -> None:
        self._service = service
        self.name = service.name
        self.rows = (Row(what="Registers", why="A test compares.", seen_by=Beyond.EVERYBODY, at=("/faults",)),)
        self.start = service.start
        self.stop = service.stop
        self.roles_in = service.roles_in

        async def answer(partnership: str) -> PlainTextResponse:
            return PlainTextResponse(await show(partnership))

        assert service.router is not None
        self.router = APIRouter()
        self.router.routes += service.router.routes
        self.router.add_api_route("/faults/registers/{partnership}", answer, include_in_schema=False)

    @property
    def checks(self) -> Sequence[Check]:
        return self._service.checks
