"""A whole Concordat in processes of its own: services in one or more replicas, NATS behind proxies, mail, a clock."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Self

import httpx

from services.runtime.base.settings import load_settings
from tests.faults.clock import JumpingClock
from tests.faults.commanding import commanded
from tests.faults.deployment import DATABASES, SERVICES, Member
from tests.faults.entry import run_service
from tests.faults.impatience import LONGEST_SECONDS
from tests.faults.process import Process
from tests.faults.proxy import Proxy
from tests.parts.child import HOST, free_port
from tests.parts.nats import NatsServer
from tests.parts.postgres import PostgresServer
from tests.parts.seals import key_file
from tests.parts.smtp import SmtpServer
from tests.parts.tokens import Software
from tests.parts.waiting import Patience

TOKEN = "a-token-for-tests"
BEGINNING = datetime(2015, 7, 6, 9, 0, tzinfo=UTC)
SMTP_PATIENCE_SECONDS = LONGEST_SECONDS
"""How long services wait for an answer of a mail server that is to be too slow for them."""
_MAIL_SECONDS = 30.0
"""How long they wait elsewhere: a machine that stands still behind an e-mail's last byte leaves no doubt of it."""
_PATIENCE_SECONDS = 120.0
_NO_DATABASE = "could not start: the database cannot be read at present"


class House:
    """Starts with everything running and well; a context manager that leaves nothing behind."""

    def __init__(
        self,
        directory: Path,
        *,
        postgres: PostgresServer | None = None,
        replicas: int = 1,
        mutant: str | None = None,
        slow_mail: bool = False,
    ) -> None:
        """Without ``postgres`` the databases are SQLite files. ``mutant`` is one of ``mutants.MUTANTS``.

        With ``slow_mail`` its services wait for the mail server no longer than ``SMTP_PATIENCE_SECONDS``.
        """
        self.directory = directory
        self.postgres = postgres
        self.members: list[Member] = [(service, number) for service in SERVICES for number in range(replicas)]
        self._mutant = mutant
        self._mail_seconds = SMTP_PATIENCE_SECONDS if slow_mail else _MAIL_SECONDS
        self._parts = ExitStack()
        self._armed: set[Member] = set()
        self._processes: dict[Member, Process] = {}
        self._one_starts = Lock()
        self._ports = {member: free_port() for member in self.members}
        self._commands = itertools.count(1)
        self._clock_file = directory / "clock"
        self._clock_file.write_text("0")
        self.clock = JumpingClock(self._clock_file)
        self.clock.move_to(BEGINNING)
        self.data = directory / "data"
        for folder in (self.data, directory / "nats"):
            folder.mkdir()
        self.nats = NatsServer(directory / "nats")
        self.smtp = SmtpServer()
        self.proxies = {service: Proxy(self.nats.port) for service in SERVICES}
        self.databases = dict(self._make_databases())
        urls = {f"{name}_database_url": url for name, url in self.databases.items()}
        self.software = Software(load_settings(data_dir=self.data, api_token=TOKEN, **urls))

    def __enter__(self) -> Self:
        try:
            for part in (self.nats, self.smtp, *self.proxies.values()):
                self._parts.enter_context(part)
            self._parts.callback(self._kill_all)
            for member in self.members:
                self.start(member)
            for member in self.members:
                self.wait_for(member)
        except BaseException:
            self._parts.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._parts.close()
        if self.postgres is not None:
            for url in self.databases.values():
                self.postgres.drop_database(url)

    # -- its processes ------------------------------------------------------------------------------------------------

    def start(self, member: Member, failpoint: str | None = None) -> Process:
        """Start a process that does not run; with ``failpoint`` it will die there."""
        service, number = member
        settings = (self._environment(member), self._clock_file, self._mutant, failpoint)
        process = Process(
            f"{service} {number}",
            self.directory / f"{service}-{number}.log",
            run_service,
            lambda said: (service, settings[0], said, *settings[1:]),
        )
        self._processes[member] = process
        (self._armed.add if failpoint else self._armed.discard)(member)
        return process

    def process(self, member: Member) -> Process:
        """Return the process of a member, running or not."""
        return self._processes[member]

    def kill(self, member: Member) -> None:
        """Kill a member, whatever it is doing."""
        self._processes[member].kill()

    def restart(self, member: Member, failpoint: str | None = None) -> Process:
        """Kill a member and start it anew."""
        with self._one_starts:
            self.kill(member)
            return self.start(member, failpoint)

    def start_if_down(self, member: Member) -> None:
        """Start a member, unless another fault has done so meanwhile."""
        with self._one_starts:
            if not self._processes[member].running:
                self.start(member)

    def wait_for(self, member: Member) -> None:
        """Wait until a member answers. Raises AssertionError with the end of its log where it does not."""
        patience = Patience(self.said)
        while not self._answers(member):
            goes_on = self.runs(member) and patience.lasts()
            assert goes_on, f"{member} does not answer:\n{self.end_of_log(member)}"
            time.sleep(0.02)

    def runs(self, member: Member) -> bool:
        """Say whether a member runs. One that was not answered by its database as it began is begun anew.

        That is what systemd does, and others who keep services running.
        """
        with self._one_starts:
            process = self._processes[member]
            if process.running:
                return True
            process.kill()  # all that it said stands in its log then
            if _NO_DATABASE not in self.end_of_log(member, 1):
                return False
            self.start(member)
            return True

    def said(self) -> tuple[int, int]:
        """Return how much all members have logged, and how many e-mails went out: both grow while anything goes on."""
        logged = sum(log.stat().st_size for log in self.directory.glob("*.log"))
        return logged, len(self.smtp.messages)

    def said_by(self, member: Member) -> int:
        """Return how much one member has logged, which grows while it does anything."""
        return (self.directory / f"{member[0]}-{member[1]}.log").stat().st_size

    def url(self, member: Member) -> str:
        """Return where a member answers, through kills and restarts."""
        return f"http://{HOST}:{self._ports[member]}"

    def end_of_log(self, member: Member, lines: int = 30) -> str:
        """Return the last lines that a member logged."""
        log = self.directory / f"{member[0]}-{member[1]}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""

    def command(self, *arguments: str) -> tuple[int | None, str]:
        """Run ``concordat`` with these arguments against this house; return its exit code and what it said."""
        log = self.directory / f"command-{next(self._commands)}.log"
        environment = self._environment(self.members[0]) | {"CONCORDAT_NATS_URL": self.nats.url}
        return commanded(arguments, environment, log)

    def republish(self) -> str | None:
        """Do what an operator does about a broker that has lost something: again, until it has taken everything.

        Return what the command said the last time, where it never did.
        """
        patience = Patience(self.said, longest=_PATIENCE_SECONDS)
        while True:
            code, said = self.command("republish")
            if code == 0:
                return None
            if not patience.lasts():
                return f"concordat republish ended with {code}: {said}"

    # -- making it well again -----------------------------------------------------------------------------------------

    def heal(self) -> None:
        """End every fault: all runs, none is told to die somewhere, all is connected, mail is taken."""
        self.smtp.behave()
        for proxy in self.proxies.values():
            proxy.heal()
        if not self.nats.running:
            self.nats.start()
        self.nats.resume()
        if self.postgres is not None and not self.postgres.running:
            self.postgres.start()
        for member, process in tuple(self._processes.items()):
            process.disk_free()
            process.resume()
            if member in self._armed or not process.running:
                self.restart(member)
        for member in self.members:
            self.wait_for(member)

    def keep_copy_of_streams(self) -> None:
        """Copy the broker's store as it is on the disk now; the broker is stopped meanwhile."""
        self.nats.stop()
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self._store, self._copy)
        self.nats.start()

    def restore_copy_of_streams(self) -> None:
        """Put the copy in the place of what the broker has by now."""
        self.nats.kill()
        shutil.rmtree(self._store)
        shutil.copytree(self._copy, self._store)
        self.nats.start()

    async def written_out(self, member: Member, partnership: str) -> str:
        """Return a service's register of a partnership as it stands in its memory, or why it cannot be shown."""
        async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
            answer = await client.get(f"{self.url(member)}/faults/registers/{partnership}")
        return answer.text

    @property
    def _store(self) -> Path:
        return self.nats.directory / "jetstream"

    @property
    def _copy(self) -> Path:
        return self.nats.directory / "older-copy"

    def _make_databases(self) -> Iterator[tuple[str, str]]:
        for name in DATABASES:
            yield name, self.postgres.create_database() if self.postgres else f"sqlite:///{self.data / name}.db"

    def _environment(self, member: Member) -> dict[str, str]:
        service, _ = member
        return {
            **{f"CONCORDAT_{name.upper()}_DATABASE_URL": url for name, url in self.databases.items()},
            "CONCORDAT_DATA_DIR": str(self.data),
            "CONCORDAT_NATS_URL": self.proxies[service].url,
            "CONCORDAT_PROGRAMME_KEY_FILE": str(key_file()),
            "CONCORDAT_REPORTING_KEY_FILE": str(key_file()),
            "CONCORDAT_PORT": str(self._ports[member]),
            "CONCORDAT_API_TOKEN": TOKEN,
            "CONCORDAT_PUBLIC_URL": "http://concordat.test",
            "CONCORDAT_REPORTING_URL": self.url(("reporting", 0)),
            "CONCORDAT_SMTP_HOST": self.smtp.host,
            "CONCORDAT_SMTP_PORT": str(self.smtp.port),
            "CONCORDAT_SMTP_TIMEOUT_SECONDS": str(self._mail_seconds),
            "CONCORDAT_MAIL_RETRY_SECONDS": "0.5",
            "CONCORDAT_POLL_SECONDS": "0.3",
            "CONCORDAT_TIMETABLE_SECONDS": "0.5",
            "CONCORDAT_SHUTDOWN_SECONDS": "2",
            "CONCORDAT_CLOCK_JUMP_HOURS": "0",  # the tests move it by weeks
        }

    def _answers(self, member: Member) -> bool:
        try:
            answer = httpx.get(f"{self.url(member)}/health/live", timeout=2, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    def _kill_all(self) -> None:
        for process in self._processes.values():
            process.kill()
