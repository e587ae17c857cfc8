"""``concordat pack``: a board pack from a programme file, with no server to set up."""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import uvloop
from sqlalchemy import Connection

from contracts.references import full, pack_reference
from domain.figures.timetable import DutyKind
from domain.register.board import Meeting, MeetingState
from services.cli.errors import CommandError
from services.cli.file_clock import FileClock
from services.cli.folders import MANIFEST, write_pack
from services.cli.hosting import running
from services.cli.own_settings import settings_of_its_own
from services.cli.plan import Keep, Step, plan
from services.cli.programme_files import opened
from services.cli.replay import Replay
from services.programme.file.checking import ProgrammeFile
from services.programme.service import ProgrammeService
from services.reporting import editions
from services.reporting.pack import PackContent, manifest
from services.reporting.packs import NothingRecorded, PackMaker, plan_preview
from services.reporting.registers import Registers
from services.reporting.service import ReportingService
from services.runtime.base.logging import set_up_logging
from services.runtime.base.settings import Settings
from services.runtime.process.lifecycle import Host
from services.runtime.store.database import Database

_ISSUING = frozenset({DutyKind.ISSUE_PACK, DutyKind.ISSUE_SUPPLEMENT, DutyKind.TELL_OF_AGENDA})


def run(options: argparse.Namespace) -> int:
    """Make the pack of one meeting and say where it went."""
    file = opened(options.file)
    meeting = full(file.partnership, options.meeting.strip().upper())
    supplement = _supplement_named(options.edition)
    _check_held(file, meeting)
    steps = steps_to(file, meeting, supplement)
    if supplement:
        _check_supplement(steps, meeting, supplement)
    set_up_logging("error", "console")
    with tempfile.TemporaryDirectory(prefix="concordat-pack-") as folder:
        files = uvloop.run(_made(file, meeting, supplement, steps, settings_of_its_own(Path(folder))))
    write_pack(options.out, files)
    print(f"{pack_reference(meeting, supplement)} is in {options.out}: {', '.join(sorted(files))}")
    if not _leads_to_issue(steps, meeting):
        print(f"{meeting} was entered after it had begun, so its pack was never issued: this is a preview of it")
    return 0


def steps_to(file: ProgrammeFile, meeting: str, supplement: int = 0) -> list[Step]:
    """Return the steps that lead up to the issue of a pack, or of a supplement; all where it is never issued."""
    steps: list[Step] = []
    for step in plan(file, beyond=True):
        steps.append(step)
        if _editions(steps, meeting) > supplement:
            break
    return steps


class OnlyOne(PackMaker):
    """Gives its forms to one edition alone: the pack of a meeting, or a supplement to it.

    Of the others, only which events they took in matters here: what the wanted one is compared with.
    """

    def __init__(self, database: Database, registers: Registers, *, meeting: str, supplement: int = 0) -> None:
        super().__init__(database, registers)
        self._wanted = pack_reference(meeting, supplement)

    def forms(self, content: PackContent) -> Mapping[str, bytes]:
        """Return the files of the wanted pack; of another one only a manifest, which names no file."""
        return super().forms(content) if content.pack == self._wanted else {MANIFEST: manifest(content, {})}


async def _made(
    file: ProgrammeFile, meeting: str, supplement: int, steps: Sequence[Step], settings: Settings
) -> Mapping[str, bytes]:
    clock = FileClock(file.entries[0].at)
    packs = partial(OnlyOne, meeting=meeting, supplement=supplement)
    factories = (ProgrammeService, partial(ReportingService, keeps_timetable=False, packs=packs))
    async with running(Host(settings, factories, clock=clock, http=False)) as host:
        programme, reporting = host.services["programme"], host.services["reporting"]
        assert isinstance(programme, ProgrammeService)
        assert isinstance(reporting, ReportingService)
        replay = Replay(file, clock, programme, reporting)
        for step in steps:
            await replay.take(step)
        if _leads_to_issue(steps, meeting):
            return await reporting.database.read(
                lambda connection: _files(connection, file.partnership, meeting, supplement)
            )
        return await asyncio.to_thread(_preview, reporting, file.partnership, meeting, clock.now())


def _files(connection: Connection, partnership: str, meeting: str, supplement: int) -> Mapping[str, bytes]:
    issued = editions.edition(connection, partnership, meeting, supplement)
    assert issued is not None
    return {file.name: editions.content(connection, file) for file in issued.files}


def _preview(reporting: ReportingService, partnership: str, meeting: str, now: datetime) -> Mapping[str, bytes]:
    try:
        planned = reporting.registers.view(partnership, partial(plan_preview, meeting=meeting, now=now))
        return reporting.packs.make(planned).files
    except NothingRecorded as nothing:
        raise CommandError(f"there can be no pack of {meeting}: {nothing}") from None


def _leads_to_issue(steps: Iterable[Step], meeting: str) -> bool:
    return _editions(steps, meeting) > 0


def _editions(steps: Iterable[Step], meeting: str) -> int:
    """Return how many editions of a meeting's papers these steps issue: the pack, then its supplements."""
    duties = (duty for step in steps if isinstance(step, Keep) for duty in step.duties)
    return sum(duty.kind in _ISSUING and duty.meeting == meeting for duty in duties)


def _supplement_named(edition: str) -> int:
    """Return the number of a supplement written ``S1``; 0 for the pack itself. Raises CommandError."""
    if not edition:
        return 0
    found = re.fullmatch(r"[Ss]([1-9][0-9]{0,3})", edition.strip())
    if found is None:
        raise CommandError(f"there is no edition {edition}; write S1 for the first supplement, or leave --edition out")
    return int(found[1])


def _check_supplement(steps: Iterable[Step], meeting: str, supplement: int) -> None:
    known = _editions(steps, meeting)
    if known <= supplement:
        there = ", ".join(pack_reference(meeting, number) for number in range(known)) or "none"
        raise CommandError(f"{pack_reference(meeting, supplement)} is never issued; of {meeting} there is: {there}")


def _check_held(file: ProgrammeFile, wanted: str) -> None:
    """Raise CommandError where the file has no such meeting, or cancels it before its papers are issued."""
    meetings = file.register.meetings
    listed = ", ".join(_told(meeting) for meeting in meetings.values())
    instead = f"the meetings of {file.name} are {listed}" if listed else f"{file.name} has no meetings"
    meeting = meetings.get(wanted)
    if meeting is None:
        raise CommandError(f"there is no meeting {wanted}; {instead}")
    if meeting.state is MeetingState.CANCELLED and not _leads_to_issue(plan(file), wanted):
        raise CommandError(f"{wanted} was cancelled before its papers were issued; {instead}")


def _told(meeting: Meeting) -> str:
    cancelled = ", cancelled" if meeting.state is MeetingState.CANCELLED else ""
    return f"{meeting.reference} ({meeting.date:%d %B %Y}{cancelled})".replace("(0", "(")
