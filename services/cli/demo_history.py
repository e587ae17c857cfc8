"""Playing the demonstration's history: every pack issued and written out, every e-mail sent, each told in a line."""

from __future__ import annotations

from sqlalchemy import Connection

from contracts.events import Fact
from contracts.events.reporting import PackIssued
from services.cli.demo_folder import DemoFolder
from services.cli.errors import CommandError
from services.cli.file_clock import FileClock
from services.cli.folders import write_pack
from services.cli.mail_catcher import MailCatcher
from services.cli.plan import Keep, Record, plan
from services.cli.progress import told_of_announcements, told_of_record
from services.cli.replay import Replay
from services.notifications.service import NotificationsService
from services.programme.file.checking import ProgrammeFile
from services.programme.service import ProgrammeService
from services.reporting import editions, signatures
from services.reporting.service import ReportingService
from services.reporting.signing import SIGNATURE
from services.runtime.process.lifecycle import Host

_MAIL_SECONDS = 120.0


class HistoryPlayer:
    """Plays a file on the services of a host that nobody else uses yet."""

    def __init__(
        self, file: ProgrammeFile, folder: DemoFolder, host: Host, clock: FileClock, mail: MailCatcher
    ) -> None:
        programme, reporting, notifications = (
            host.services[name] for name in ("programme", "reporting", "notifications")
        )
        assert isinstance(programme, ProgrammeService)
        assert isinstance(reporting, ReportingService)
        assert isinstance(notifications, NotificationsService)
        self._file = file
        self._folder = folder
        self._clock = clock
        self._mail = mail
        self._reporting = reporting
        self._notifications = notifications
        self._replay = Replay(file, clock, programme, reporting)
        self._announced = 0

    async def play(self) -> None:
        """Play the file to its last entry, with all that its timetable brings about until then."""
        for step in plan(self._file):
            await self._replay.take(step)
            if isinstance(step, Record):
                for line in told_of_record(self._file, step):
                    print(line, flush=True)
                await self._sent()
            else:
                await self._tell(step)

    async def _tell(self, step: Keep) -> None:
        before = self._mail.count
        await self._sent()
        facts = await self._reporting.database.read(self._new_announcements)
        for fact in facts:
            if isinstance(fact, PackIssued):
                await self._write_out(fact)
        calendar = self._file.register.calendar
        on = calendar.local_date(step.at)
        for line in told_of_announcements(facts, on, calendar, self._mail.count - before):
            print(line, flush=True)

    async def _sent(self) -> None:
        """Wait until every e-mail that is due has been sent."""
        if not await self._notifications.idle(_MAIL_SECONDS):
            raise CommandError("the e-mails were not sent in time; the notifications pages of the next start say why")

    def _new_announcements(self, connection: Connection) -> list[Fact]:
        events = list(self._reporting.store.read(connection, self._file.partnership, after=self._announced))
        self._announced += len(events)
        return [event.fact for event in events]

    async def _write_out(self, fact: PackIssued) -> None:
        def files(connection: Connection) -> dict[str, bytes]:
            issued = editions.edition(connection, self._file.partnership, fact.meeting, fact.supplement)
            signature = signatures.signature(connection, issued) if issued else None
            assert signature is not None
            return {file.name: editions.content(connection, file) for file in fact.files} | {SIGNATURE: signature}

        write_pack(self._folder.packs / fact.pack, await self._reporting.database.read(files))
