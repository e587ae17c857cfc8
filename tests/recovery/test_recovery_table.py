"""The recovery table of docs/operations.md leads out of every loss: its rows are read from there and followed.

A deployment issues a pack and mails it; then something is lost or comes back older, as a row says; its commands are run
as they stand there. After that a change is accepted, the next pack is issued and reaches everybody once, nothing that
was mailed before is mailed again, and ``concordat verify`` finds nothing.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from services.cli.own_settings import settings_of_its_own
from services.cli.programme_files import opened
from services.notifications.service import NotificationsService
from services.programme.core.dispatcher import DatedCommand, Dispatcher
from services.programme.file.checking import ProgrammeFile
from services.programme.projects.commands import StateConfidence
from services.programme.service import ProgrammeService
from services.reporting.service import ReportingService
from services.runtime.base.clock import SteppedClock
from services.runtime.messaging.relay import Relay
from services.runtime.process.lifecycle import Host
from services.runtime.store.write_guard import WritesBlocked
from tests.cli.command import ROOT, SMALL
from tests.faults.commanding import commanded
from tests.parts.child import free_port
from tests.parts.smtp import SmtpServer
from tests.parts.waiting import ready, until

CODE = "NFA"
EARLY, FIRST_ISSUED, AFTER, SECOND_ISSUED = (
    datetime(2014, month, day, 18, tzinfo=UTC) for month, day in ((6, 3), (7, 10), (7, 11), (10, 10))
)
DATABASES = ("programme", "reporting", "notifications")
SENDER = "Concordat <concordat@concordat.example>"
PATIENCE_SECONDS = 120.0
NUMBERS = count(1)


@dataclass(frozen=True)
class Row:
    """One row of the table: what became of each database, whether the streams are there, and what leads out."""

    happened: dict[str, str]
    streams: str
    commands: tuple[tuple[str, ...], ...]

    @property
    def nobody_knows_what_was_sent(self) -> bool:
        """Whether neither the queue nor the announcements are left anywhere: what is still due is told again."""
        gone = {name for name, how in self.happened.items() if how == "lost"}
        return gone >= {"reporting", "notifications"} and self.streams == "emptied"

    def __str__(self) -> str:
        return (
            f"{', '.join(f'{name} {how}' for name, how in self.happened.items()) or 'nothing'}, streams {self.streams}"
        )


def rows() -> list[Row]:
    """Return the rows of the recovery table, as operators read them."""
    text = (ROOT / "docs" / "operations.md").read_text()
    section = text.split("## After a database was lost or restored", 1)[1].split("\n## ", 1)[0]
    found = []
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("| ") or cells[0] in ("What happened", "---"):
            continue
        happened, streams, commands = cells
        each = [part.split() for part in happened.split(", ") if part != "nothing lost"]
        quoted = re.findall(r"`concordat ([^`]+)`", commands)
        found.append(Row(dict(each), streams, tuple(tuple(one.split()) for one in quoted)))
    return found


@dataclass
class Deployment:
    """A deployment on SQLite with an embedded NATS server, under a clock that is moved by hand."""

    folder: Path
    smtp: SmtpServer
    clock: SteppedClock

    @property
    def file(self) -> ProgrammeFile:
        return opened(SMALL)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Host]:
        """Run its services, which have taken in everything at the beginning."""
        port = free_port()
        settings = settings_of_its_own(
            self.folder,
            port=port,
            smtp_host=self.smtp.host,
            smtp_port=self.smtp.port,
            smtp_starttls=False,
            mail_from=SENDER,
            api_token="a-token",
            poll_seconds=0.2,
            public_url=f"http://127.0.0.1:{port}",
        )
        services = (ProgrammeService, partial(ReportingService, keeps_timetable=False), NotificationsService)
        async with Host(settings, services, clock=self.clock) as host:
            notifications(host)._pack_source._client.base_url = host.url
            await settled(host)
            yield host

    async def record(self, host: Host, until: datetime) -> None:
        """Record what the example's history has up to an instant that it has not had yet."""
        there = self.clock.now()
        entries = [each for each in self.file.entries if each.at <= until and (each.at > there or until == EARLY)]
        self.clock.move_to(until)
        await dispatcher(host).handle_all(CODE, [DatedCommand(each.command, each.actor, each.at) for each in entries])
        await settled(host)

    def concordat(self, *command: str) -> str:
        """Run a command of an operator's, while the services are stopped."""
        environment = {"CONCORDAT_DATA_DIR": str(self.folder), "CONCORDAT_MAIL_FROM": SENDER}
        code, said = commanded(command, environment, self.folder.with_name(f"command-{next(NUMBERS)}.log"))
        assert code == 0, said
        return said


def dispatcher(host: Host) -> Dispatcher:
    service = host.services["programme"]
    assert isinstance(service, ProgrammeService)
    return service.dispatcher


def reporting(host: Host) -> ReportingService:
    service = host.services["reporting"]
    assert isinstance(service, ReportingService)
    return service


def notifications(host: Host) -> NotificationsService:
    service = host.services["notifications"]
    assert isinstance(service, NotificationsService)
    return service


async def settled(host: Host) -> None:
    """Wait until reporting and notifications have taken in what there is, and every e-mail that is due was tried."""
    service = host.services["programme"]
    assert isinstance(service, ProgrammeService)
    store = service.store
    version = (await service.database.read(lambda connection: store.position(connection, CODE))).version
    caught_up = await reporting(host).follower.caught_up(CODE, version, PATIENCE_SECONDS)
    assert caught_up, reporting(host).follower.blocked
    await until(lambda: _nothing_waits(reporting(host).relay), what="the broker having all that reporting announced")
    assert await notifications(host).idle(PATIENCE_SECONDS), notifications(host).handlers


async def _nothing_waits(relay: Relay) -> bool:
    return await relay.waiting() == 0


async def tick(host: Host) -> None:
    """Have the timetable do what is due, and wait for what that leads to.

    A duty waits for what was recorded before it, so that comes first.
    """
    await settled(host)
    while await reporting(host).timekeeper.tick():
        await settled(host)


@dataclass(frozen=True)
class Before:
    """What the deployment was: an early copy of its databases, and all of it as it was stopped."""

    early: Path
    late: Path
    sent: Counter[tuple[str, str]]


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture(scope="module")
async def before(tmp_path_factory: pytest.TempPathFactory, smtp: SmtpServer) -> Before:
    folder = tmp_path_factory.mktemp("recovery")
    deployment = Deployment(folder / "late", smtp, SteppedClock(datetime(2014, 4, 1, 6, tzinfo=UTC)))
    async with deployment.running() as host:
        await deployment.record(host, EARLY)
        await tick(host)
    shutil.copytree(folder / "late", folder / "early")
    async with deployment.running() as host:
        await deployment.record(host, datetime(2014, 7, 3, 18, tzinfo=UTC))
        deployment.clock.move_to(FIRST_ISSUED)
        await tick(host)
    return Before(folder / "early", folder / "late", sent(smtp))


def sent(smtp: SmtpServer) -> Counter[tuple[str, str]]:
    """Return how often each e-mail went to each recipient."""
    return Counter((str(each.message["Message-ID"]), to) for each in smtp.messages for to in each.recipients)


def about(smtp: SmtpServer, meeting: str) -> Counter[str]:
    """Return how often each recipient got the pack of a meeting."""
    packs = [
        each
        for each in smtp.messages
        if any(part.get_filename() == f"{meeting}-PACK.pdf" for part in each.message.walk())
    ]
    return Counter(to for each in packs for to in each.recipients)


def test_the_table_has_each_loss_alone_and_all_together_with_streams_kept_and_emptied() -> None:
    told = {(tuple(sorted(row.happened.items())), row.streams) for row in rows()}
    alone = {((loss,), streams) for loss in LOSSES for streams in ("kept", "emptied")}
    assert alone - told == {((("notifications", "older"),), "emptied")}
    assert any(len(happened) == len(DATABASES) for happened, _ in told)


LOSSES = (
    ("programme", "older"),
    ("reporting", "lost"),
    ("reporting", "older"),
    ("notifications", "lost"),
    ("notifications", "older"),
)


@pytest.mark.parametrize("row", rows(), ids=str)
async def test_its_commands_lead_out(row: Row, before: Before, smtp: SmtpServer, tmp_path: Path) -> None:
    # given: the deployment, with something lost or older
    folder = tmp_path / "deployment"
    shutil.copytree(before.late, folder)
    for name, how in row.happened.items():
        for file in folder.glob(f"{name}.db*"):
            file.unlink()
        if how == "older":
            for file in before.early.glob(f"{name}.db*"):
                shutil.copy(file, folder)
    if row.streams == "emptied":
        shutil.rmtree(folder / "nats" / "jetstream")
    smtp.messages.clear()
    deployment = Deployment(folder, smtp, SteppedClock(AFTER))

    # when
    for command in row.commands:
        lost_at = ("--lost-at", AFTER.isoformat()) if command == ("restored", "all") else ()
        deployment.concordat(*command, *lost_at)

    # then: everything gets on from there
    async with deployment.running() as host:
        await tick(host)
        await ready(host.health.readiness)
        lead = next(each.actor for each in deployment.file.entries if isinstance(each.command, StateConfidence))
        again = next(each.command for each in deployment.file.entries if isinstance(each.command, StateConfidence))
        outcome = await dispatcher(host).handle(CODE, again.model_copy(update={"reason": "It is late again."}), lead)
        assert outcome.events > 0
        deployment.clock.move_to(SECOND_ISSUED)
        await tick(host)
        await ready(host.health.readiness)

    # and: the next pack reached everybody once, and nobody got anything again
    assert about(smtp, "NFA-B02") == Counter(dict.fromkeys(about_everybody(before), 1))
    if not row.nobody_knows_what_was_sent:
        assert [each for each, times in (sent(smtp) + before.sent).items() if times > 1] == []
    lost = {"NFA-B01-PACK"} if "programme" in row.happened and "reporting" not in row.happened else set()
    assert faults_of(deployment) == lost


def faults_of(deployment: Deployment) -> set[str]:
    """Return what ``concordat verify`` finds to rest on a history that was lost. Everything else must hold."""
    log = deployment.folder.with_name("verify.log")
    code, said = commanded(("verify",), {"CONCORDAT_DATA_DIR": str(deployment.folder)}, log)
    lost = {line.split(":")[0] for line in said.splitlines() if "of a history that was lost" in line}
    assert (code == 0) == (not lost), said
    for words in ("was altered", "differ", "older copy"):
        assert words not in said
    return lost


def about_everybody(before: Before) -> set[str]:
    return {to for _, to in before.sent}


async def test_an_older_copy_of_programme_accepts_nothing_and_names_the_command(
    before: Before, smtp: SmtpServer, tmp_path: Path
) -> None:
    # given
    folder = tmp_path / "deployment"
    shutil.copytree(before.late, folder)
    for file in folder.glob("programme.db*"):
        file.unlink()
    for file in before.early.glob("programme.db*"):
        shutil.copy(file, folder)
    deployment = Deployment(folder, smtp, SteppedClock(AFTER))
    events = _count(folder)

    # when
    services = [partial(ProgrammeService)]
    async with Host(settings_of_its_own(folder, port=0), services, clock=deployment.clock, http=False) as host:

        async def is_said() -> bool:
            """Say whether the check does, which may take too long; a start does not wait for a broker that does."""
            said = next(each for each in (await host.health.readiness()).checks if each.name == "log of programme")
            return (said.ok, "concordat restored programme" in said.message) == (False, True)

        await until(is_said, what="the older copy being told of")
        command = next(each for each in deployment.file.entries if isinstance(each.command, StateConfidence))
        with pytest.raises(WritesBlocked, match="concordat restored programme"):
            await dispatcher(host).handle(CODE, command.command, command.actor)

    # then
    assert _count(folder) == events


def _count(folder: Path) -> int:
    with sqlite3.connect(folder / "programme.db") as connection:
        return int(connection.execute("SELECT count(*) FROM programme_events").fetchone()[0])


async def test_a_journal_is_not_emptied_where_the_stream_holds_less(before: Before, tmp_path: Path) -> None:
    folder = tmp_path / "deployment"
    shutil.copytree(before.late, folder)
    shutil.rmtree(folder / "nats" / "jetstream")
    with sqlite3.connect(folder / "reporting.db") as connection:
        held = connection.execute("SELECT count(*) FROM journal").fetchone()

    for what in ("reporting", "notifications"):
        code, said = commanded(("rebuild", what), {"CONCORDAT_DATA_DIR": str(folder)}, tmp_path / f"{what}.log")
        assert code == 1
        assert "the stream holds 0 of the" in said
        assert "run concordat republish, then this again" in said

    with sqlite3.connect(folder / "reporting.db") as connection:
        assert connection.execute("SELECT count(*) FROM journal").fetchone() == held
