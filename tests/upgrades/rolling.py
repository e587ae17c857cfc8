"""A house whose replicas are of one version or another, and are replaced while the others work."""

from __future__ import annotations

import asyncio
import os
import random
import select
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.faults.client import Asked, People
from tests.faults.house import SERVICES, House, Member
from tests.faults.process import Process
from tests.faults.story import PARTNERSHIPS
from tests.parts.postgres import PostgresServer
from tests.parts.waiting import Patience, processor_seconds
from tests.upgrades.versions import Launch, Version

_PAGES = ("projects", "commitments", "risks")
_PAUSE_SECONDS = 0.05
_BETWEEN_PAGES_SECONDS = 0.15


class ProcessOfAnother(Process):
    """A process of another version."""

    def __init__(
        self, name: str, log: Path, version: Version, words: tuple[str, ...], settings: Mapping[str, str]
    ) -> None:
        """``words`` are those of ``Launch``."""
        self.name = name
        self._code = log.with_suffix(".code")
        self._code.unlink(missing_ok=True)
        self._number = version.fork(Launch(words, settings, str(log), str(self._code)))
        try:
            self._handle: int | None = os.pidfd_open(self._number)
        except ProcessLookupError:
            self._handle = None

    @property
    def running(self) -> bool:
        return self._handle is not None and not select.select([self._handle], [], [], 0)[0]

    def ended(self, moved: object = None) -> int | None:
        patience = Patience(lambda: processor_seconds(self._number))
        while self.running and patience.lasts():
            time.sleep(_PAUSE_SECONDS)
        return int(self._code.read_text()) if self._code.exists() else None

    def kill(self) -> None:
        self._send(signal.SIGKILL)
        self.ended()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        if self._handle is not None and self.running:
            signal.pidfd_send_signal(self._handle, number)


class RollingHouse(House):
    """A house of two replicas of each service, all of which begin with another version than that of the tests."""

    def __init__(self, directory: Path, postgres: PostgresServer, version: Version) -> None:
        super().__init__(directory, postgres=postgres, replicas=2)
        self._versions: dict[Member, Version | None] = dict.fromkeys(self.members, version)

    def start(self, member: Member, failpoint: str | None = None) -> Process:
        """Start a process that does not run, of the version that its member has; None is that of the tests."""
        version = self._versions[member]
        if version is None:
            return super().start(member, failpoint)
        service, number = member
        log = self.directory / f"{service}-{number}.log"
        words = ("serve", service, str(self._clock_file))
        process = ProcessOfAnother(f"{service} {number}", log, version, words, self._environment(member))
        self._processes[member] = process
        return process

    def command_of(self, version: Version | None, *arguments: str) -> tuple[int | None, str]:
        """Run ``concordat`` of a version against this house; return its exit code and what it said."""
        if version is None:
            return self.command(*arguments)
        log = self.directory / f"{version.name}-{'-'.join(arguments)}.log"
        process = ProcessOfAnother("concordat", log, version, arguments, self._environment(self.members[0]))
        code = process.ended()
        process.kill()
        return code, log.read_text()

    def _environment(self, member: Member) -> dict[str, str]:
        # What is being sent when a replica is told to stop is sent to its end, on a busy machine too.
        return super()._environment(member) | {"CONCORDAT_SHUTDOWN_SECONDS": "10"}

    async def replace(self, member: Member, version: Version | None) -> None:
        """End a member in good order and start it with another version; it answers when this returns."""
        process = self.process(member)
        process.terminate()
        ended = await asyncio.to_thread(process.ended)
        assert ended == 0, f"{process.name} ended with {ended}:\n{self.end_of_log(member)}"
        process.kill()
        self._versions[member] = version
        self.start(member)
        await self.until_it_serves(member)

    async def replace_all(self, number: int, version: Version | None) -> None:
        """Replace that replica of each service; of each the other one works on."""
        await asyncio.gather(*(self.replace((service, number), version) for service in SERVICES))

    async def until_it_serves(self, member: Member) -> None:
        """Wait until a member has started whole. Raises AssertionError with the end of its log where it does not."""
        patience = Patience(self.said)
        while not await asyncio.to_thread(self._serves, member):
            goes_on = self.runs(member) and patience.lasts()
            assert goes_on, f"{member} does not serve:\n{self.end_of_log(member)}"
            await asyncio.sleep(_PAUSE_SECONDS)

    def _serves(self, member: Member) -> bool:
        try:
            answer = httpx.get(f"{self.url(member)}/health/serving", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK


class Callers(People):
    """People whose second try goes to the other replica, as a proxy has it."""

    patience_seconds = 20.0

    def _where(self, asked: Asked) -> str:
        return self._urls[(asked.number + asked.tries) % len(self._urls)]


class Readers:
    """People who look at lists and at what pages need, at either replica in turn, until told to stop."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self._house = house
        self._chance = chance
        self._going_home = asyncio.Event()
        self.asked = 0
        self.refused: list[str] = []
        """What a second try, at the other replica, did not mend."""

    async def work(self) -> None:
        """Ask for one thing after another until ``go_home``."""
        async with httpx.AsyncClient(trust_env=False, timeout=Callers.patience_seconds) as client:
            while not self._going_home.is_set():
                await self._ask(client)
                await asyncio.sleep(_BETWEEN_PAGES_SECONDS)

    def go_home(self) -> None:
        """Ask for nothing more."""
        self._going_home.set()

    async def _ask(self, client: httpx.AsyncClient) -> None:
        partnership, what = self._chance.choice(PARTNERSHIPS), self._chance.choice(_PAGES)
        system = self._house.software.of(partnership)
        path = f"/api/v1/partnerships/{partnership}/{what}"
        first = self._chance.randrange(2)
        self.asked += 1
        said = ""
        for number in (first, 1 - first):
            try:
                answer = await client.get(self._house.url(("programme", number)) + path, headers=system)
            except httpx.HTTPError as error:
                said = f"{said} {number}: {error!r}"
            else:
                if answer.is_success:
                    return
                said = f"{said} {number}: {answer.status_code} {answer.text}"
        self.refused.append(f"{path}:{said}")
