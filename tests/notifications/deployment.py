"""What surrounds the notifications service in a test: broker and streams, directory, reporting, mail server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import nats
from fastapi import FastAPI, Response
from nats.aio.client import Client
from pydantic import SecretStr

from contracts.envelope import Recorded
from services.notifications.service import NotificationsService
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory, DirectoryEntry
from services.runtime.base.clock import Clock, SteppedClock
from services.runtime.base.settings import Settings
from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress
from services.runtime.messaging.streams import subject_of
from services.runtime.process.lifecycle import Foundation
from services.runtime.web.server import HttpServer
from tests.faults.entry import run_service
from tests.faults.process import Process
from tests.notifications import logs
from tests.notifications.logs import Log
from tests.parts.nats import NatsServer
from tests.parts.seals import key_file, keyrings, sealed
from tests.parts.smtp import SmtpServer
from tests.parts.tables import make_schema

TOKEN = "a-token-of-the-tests"
#: Where a machine stands still for less, no answer counts as lost, no e-mail is broken off, and no duty changes hands.
_STANDSTILL_SECONDS = 60.0
ADDRESSES = {
    person: f"{person.lower()}@board.example" for person in (*logs.BOARD, logs.LEAD, logs.OTHER_LEAD, logs.CONTRIBUTOR)
}


class Reporting:
    """Reporting's files over real HTTP, and who asked for them with what token."""

    def __init__(self) -> None:
        self.files = {"pack.json": logs.DATA, "pack.pdf": logs.PDF}
        self.available = True
        self.asked: list[str] = []
        self.app = FastAPI()

        @self.app.get("/packs/{partnership}/{path:path}")
        async def file(path: str) -> Response:
            name = path.rpartition("/")[2]
            self.asked.append(name)
            if not self.available or name not in self.files:
                return Response(status_code=503)
            return Response(self.files[name])


class Deployment:
    """One partnership's deployment, with two logs that are published to a real broker."""

    def __init__(self, nats_server: NatsServer, smtp: SmtpServer, folder: Path, database_url: str) -> None:
        self.nats_server = nats_server
        self.smtp = smtp
        self.folder = folder
        self.database_url = database_url
        self.directory = Directory(f"sqlite:///{folder / 'directory.db'}")
        self.reporting_service = Reporting()
        self.programme = Log("programme")
        self.reporting = Log("reporting")
        self.connection: Client
        self.reporting_url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Deployment]:
        """Have the surroundings up: streams declared, people in the directory, reporting answering."""
        async with AsyncExitStack() as stack:
            self.connection = await nats.connect(self.nats_server.url)
            stack.push_async_callback(self.connection.close)
            await streams.apply(self.connection)
            make_schema(self.directory.database, DIRECTORY)
            stack.push_async_callback(self.directory.close)
            people = [DirectoryEntry(person, None, f"Person {person}", email) for person, email in ADDRESSES.items()]
            await self.directory.put(logs.CODE, people)
            server = HttpServer(self.reporting_service.app, Settings(port=0))
            await server.start()
            stack.push_async_callback(server.stop)
            self.reporting_url = server.url
            yield self

    def settings(self, **given: object) -> Settings:
        """Return the settings of a replica of the service."""
        values = {
            "notifications_database_url": self.database_url,
            "directory_database_url": f"sqlite:///{self.folder / 'directory.db'}",
            "access_database_url": f"sqlite:///{self.folder / 'access.db'}",
            "nats_url": self.nats_server.url,
            "programme_key_file": key_file(),
            "reporting_key_file": key_file(),
            "smtp_host": self.smtp.host,
            "smtp_port": self.smtp.port,
            "smtp_timeout_seconds": _STANDSTILL_SECONDS,
            "mail_from": "Concordat <concordat@office.example>",
            "mail_retry_seconds": 0.2,
            "poll_seconds": 0.1,
            "public_url": "https://concordat.example",
            "reporting_url": self.reporting_url,
            "api_token": SecretStr(TOKEN),
            "shutdown_seconds": 4 * _STANDSTILL_SECONDS,
        }
        return Settings(**{**values, **given})  # type: ignore[arg-type]

    @asynccontextmanager
    async def service(self, clock: Clock | None = None, **given: object) -> AsyncIterator[NotificationsService]:
        """Run a replica of the service in this process."""
        foundation = Foundation(
            self.settings(**given),
            clock or SteppedClock(logs.START),
            BrokerAddress(self.nats_server.url),
            self.connection,
            keyrings(),
        )
        service = NotificationsService(foundation)
        service.leader.lease._seconds = _STANDSTILL_SECONDS
        await service.start()
        try:
            yield service
        finally:
            await service.stop()

    def process(self, failpoint: str = "") -> ServiceProcess:
        """Start a replica of the service as a process of its own, which dies at ``failpoint``."""
        settings = self.settings(port=0)
        given = {
            f"CONCORDAT_{name.upper()}": str(getattr(settings, name))
            for name in (
                *(
                    "notifications_database_url",
                    "directory_database_url",
                    "access_database_url",
                    "nats_url",
                    "smtp_host",
                    "smtp_port",
                ),
                *("programme_key_file", "reporting_key_file"),
                *("mail_from", "mail_retry_seconds", "poll_seconds", "public_url", "reporting_url", "port"),
                *("smtp_timeout_seconds", "shutdown_seconds"),
            )
        }
        return ServiceProcess(self.folder, given, failpoint)

    async def publish(self, *events: Recorded) -> None:
        """Send events over the broker as the relay does."""
        jetstream = self.connection.jetstream(timeout=_STANDSTILL_SECONDS)
        for event in events:
            stream = event.id.split("-")[0].upper()
            subject = subject_of(stream, event.partnership, event.fact.slug())
            await jetstream.publish(subject, sealed(stream, event))

    async def found(self) -> None:
        """Publish the facts with which the partnership begins, its meeting and an item on the agenda."""
        await self.publish(*self.programme.record_all(logs.founding()))

    async def announce(self, fact: object) -> Recorded:
        """Publish an announcement of reporting that rests on all of programme's log."""
        event = self.reporting.record(fact, causation=logs.resting_on(self.programme))  # type: ignore[arg-type]
        await self.publish(event)
        return event

    def received(self) -> dict[str, list[str]]:
        """Return the Message-IDs that each recipient got, in the order in which they came."""
        found: dict[str, list[str]] = {}
        for each in tuple(self.smtp.messages):
            for recipient in each.recipients:
                found.setdefault(recipient, []).append(str(each.message["Message-ID"]))
        return found


class ServiceProcess:
    """A replica in a process of its own, forked from one that has imported everything: it begins at once."""

    def __init__(self, folder: Path, environment: dict[str, str], failpoint: str) -> None:
        clock = folder / "clock"
        clock.write_text("0")  # the machine's own
        settings = {**environment, "CONCORDAT_LOG_LEVEL": "warning"}
        self._process = Process(
            "notifications",
            folder / "notifications.log",
            run_service,
            lambda said: ("notifications", settings, said, clock, None, failpoint or None),
        )

    async def died(self) -> int | None:
        """Wait until it has ended, for as long as it does anything, and return how."""
        return await asyncio.to_thread(self._process.ended)

    async def stop(self) -> None:
        """Have it end in good order."""
        self._process.terminate()
        assert await self.died() == 0

    def kill(self) -> None:
        """End it whatever it does."""
        self._process.kill()


def addresses(people: Sequence[str]) -> list[str]:
    """Return the addresses of people, in the order of the alphabet."""
    return sorted(ADDRESSES[person] for person in people)
