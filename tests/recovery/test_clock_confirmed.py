"""A deployment whose clock jumped refuses what would bear that date, until ``concordat clock confirm``."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from services.cli.programme_files import opened
from services.programme.core.dispatcher import DatedCommand
from services.programme.projects.commands import StateConfidence
from services.programme.service import ProgrammeService
from services.reporting.service import ReportingService
from services.runtime.base.settings import load_settings
from services.runtime.process.lifecycle import Host
from services.runtime.store.write_guard import WritesBlocked
from tests.cli.command import SMALL, concordat
from tests.parts.waiting import until

CODE = "NFA"


class Loose:
    """A clock that nobody sets by hand, and that goes wrong."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


async def test_a_jump_of_the_clock_is_refused_then_confirmed_and_recorded(tmp_path: Path) -> None:
    # given: a deployment with a partnership
    clock = Loose()
    entries = opened(SMALL).entries
    stated = next(each for each in entries if isinstance(each.command, StateConfidence))
    services = (ProgrammeService, partial(ReportingService, keeps_timetable=False))
    async with Host(load_settings(data_dir=tmp_path), services, clock=clock, http=False) as host:
        programme, reporting = host.services["programme"], host.services["reporting"]
        assert isinstance(programme, ProgrammeService)
        assert isinstance(reporting, ReportingService)
        state = partial(programme.dispatcher.handle, CODE, actor=stated.actor)
        await programme.dispatcher.handle_all(
            CODE, [DatedCommand(each.command, each.actor, each.at) for each in entries]
        )
        await state(stated.command.model_copy(update={"reason": "Before."}))

        # when: its clock jumps
        clock.ahead = timedelta(days=400)
        with pytest.raises(WritesBlocked, match="confirmed with: concordat clock confirm"):
            await state(stated.command.model_copy(update={"reason": "Refused."}))
        held_up = await reporting.timekeeper.tick()

        # then: nothing was recorded, the timetable rests, and it is said
        assert held_up == []

        async def is_said() -> bool:
            """Say whether both services do; a check that took too long says something else."""
            clocks = [each for each in (await host.health.readiness()).checks if each.name == "clock"]
            return [(each.ok, "concordat clock confirm" in each.message) for each in clocks] == 2 * [(False, True)]

        await until(is_said, what="both clocks in question")

        # and: once an operator has confirmed it, it is the time
        async def are_questioned() -> bool:
            ended = await asyncio.to_thread(
                concordat, "clock", "confirm", environment={"CONCORDAT_DATA_DIR": str(tmp_path)}
            )
            return ended.returncode == 0

        await until(are_questioned)

        async def is_believed() -> bool:
            try:
                outcome = await state(stated.command.model_copy(update={"reason": "After."}))
            except WritesBlocked:
                return False
            return outcome.events > 0

        await until(is_believed)
        version = await programme.dispatcher.look(CODE, lambda live: live.version)
        [last] = await programme.dispatcher.log(CODE, version - 1, 1)
    assert b"After." in last.body


def test_where_no_clock_is_questioned_there_is_nothing_to_confirm(tmp_path: Path) -> None:
    ended = concordat("clock", "confirm", environment={"CONCORDAT_DATA_DIR": str(tmp_path)})
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "no clock is questioned in this deployment" in ended.stderr
