"""People at work in a cluster while something happens to its hosts, and the oracle of ``tests/faults`` afterwards."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx

from services.runtime.base.settings import load_settings
from tests.containers.cluster import Cluster, trusting
from tests.faults.client import Book, People
from tests.faults.deployment import DATABASES, SERVICES, Member
from tests.faults.evidence import gather
from tests.faults.oracle import wrong_with_deliveries, wrong_with_records
from tests.faults.rest import at_rest
from tests.faults.story import programme_file
from tests.parts.smtp import SmtpServer
from tests.parts.tokens import Software
from tests.parts.waiting import until

PARTNERSHIPS = ("HFA", "IFA")
PEOPLE = 4
_LAST_ANSWERS_SECONDS = 120.0
_LOOK_SECONDS = 0.1
_asked_before = [0]
"""The number of the last command of each load so far: no two commands have the same."""
_meetings = itertools.count(1)


@dataclass
class Hosts:
    """A cluster as the oracle sees it. ``primary`` is the database server that takes changes."""

    cluster: Cluster
    primary: str = "postgresql"
    members: list[Member] = field(default_factory=lambda: [(each, number) for each in SERVICES for number in (1, 2)])

    @property
    def databases(self) -> dict[str, str]:
        """Where each database is now: a server that was started anew may have another address."""
        return {each: self._reached(each) for each in DATABASES}

    @property
    def smtp(self) -> SmtpServer:
        return self.cluster.mail

    @cached_property
    def software(self) -> Software:
        urls = {f"{name}_database_url": url for name, url in self.databases.items()}
        token = (self.cluster.secrets / "concordat_api_token").read_text().strip()
        return Software(load_settings(api_token=token, **urls))

    def url(self, member: Member) -> str:
        return f"http://{self.cluster.address('-'.join(map(str, member)))}:8080"

    def said(self) -> int:
        return len(self.cluster.mail.messages)

    def asked(self) -> httpx.Response:
        """Return what the proxy answers to the people's software that asks for something."""
        return self.cluster.client.get(
            f"/api/v1/partnerships/{PARTNERSHIPS[0]}/risks", headers=self.software.of(PARTNERSHIPS[0])
        )

    def changed(self) -> httpx.Response:
        """Return what the proxy answers to the people's software that changes something; no oracle looks for it."""
        return self.cluster.client.post(
            f"/api/v1/partnerships/{PARTNERSHIPS[0]}/commands/write-highlight",
            json={"project": "P01", "progress": "Some.", "next": "More."},
            headers={"Idempotency-Key": str(uuid4()), **self.software.of(PARTNERSHIPS[0])},
        )

    def readiness(self, service: str) -> dict[str, tuple[bool, str]]:
        """Return what each check of a replica finds, such as ``programme-1``; nothing where it does not answer."""
        try:
            answer = httpx.get(f"http://{self.cluster.address(service)}:8080/health/ready", timeout=10, trust_env=False)
        except httpx.TransportError:
            return {}
        return {each["name"]: (each["ok"], each["message"]) for each in answer.json()["checks"]}

    def _reached(self, database: str) -> str:
        given = urlsplit((self.cluster.secrets / f"concordat_{database}_database_url").read_text().strip())
        login = given.netloc.partition("@")[0]
        place = f"{login}@{self.cluster.address(self.primary, 'database')}"
        return urlunsplit(("postgresql+psycopg", place, given.path, "sslmode=require&connect_timeout=3", ""))


class Load:
    """The people who are at work, and how long they were kept waiting."""

    def __init__(self, hosts: Hosts, people: People) -> None:
        self.hosts = hosts
        self._people = people
        self.longest_silence = 0.0
        """Seconds between two answers with success, at most, since the last ``begin``."""

    @property
    def book(self) -> Book:
        return self._people.book

    def begin(self) -> None:
        """Measure the longest silence anew."""
        self.longest_silence = 0.0

    def tell(self, what: str) -> None:
        """Print how long nobody was answered at most: a figure for whoever runs the tests."""
        print(f"{what}: nobody was answered for {self.longest_silence:.1f} s at most")  # noqa: T201

    async def served(self, more: int = 10) -> None:
        """Wait until so many more commands were answered with success."""
        before = len(self.book.answered)
        await until(lambda: len(self.book.answered) >= before + more, lambda: len(self.book.answered), what="answers")

    async def invites(self, *, meanwhile: bool = False) -> None:
        """Schedule a meeting, again until that is answered: its invitations have to arrive, once each.

        With ``meanwhile``, wait until one has.
        """
        arrived = len(self.hosts.smtp.messages)
        partnership = PARTNERSHIPS[0]
        held_on = str(datetime.now(UTC).date() + timedelta(days=60))
        body = {"code": f"B{next(_meetings) + 20}", "date": held_on, "time": "14:00"}
        headers = {"Idempotency-Key": f"meeting-{body['code']}", **self.hosts.software.of(partnership)}
        path = f"/api/v1/partnerships/{partnership}/commands/schedule-meeting"

        async def scheduled() -> bool:
            try:
                async with httpx.AsyncClient(
                    verify=trusting(self.hosts.cluster.secrets), trust_env=False, timeout=60
                ) as client:
                    url = f"{self.hosts.cluster.client.base_url}".rstrip("/")
                    answer = await client.post(url + path, json=body, headers=headers)
            except httpx.TransportError:
                return False
            assert answer.is_success or answer.status_code in (502, 503, 504), answer.text
            return answer.is_success

        await until(scheduled, what="a meeting")
        if meanwhile:
            await until(lambda: len(self.hosts.smtp.messages) > arrived, what="an invitation meanwhile")

    async def watch(self) -> None:
        """Note how long nobody is answered, until cancelled."""
        count, since = 0, time.monotonic()
        while True:
            now, answered = time.monotonic(), len(self.book.answered)
            self.longest_silence = max(self.longest_silence, now - since)
            if answered != count:
                count, since = answered, now
            await asyncio.sleep(_LOOK_SECONDS)


@asynccontextmanager
async def load(hosts: Hosts) -> AsyncIterator[Load]:
    """Have people work through the proxy until the end of the block and every last answer, then ask the oracle."""
    seed = random.SystemRandom().randrange(1_000_000)
    await asyncio.to_thread(hosts.cluster.until_ready)
    await asyncio.to_thread(founded, hosts.cluster)
    url = str(hosts.cluster.client.base_url).rstrip("/")
    first = _asked_before[-1] + 1
    chance = random.Random(seed)
    people = People([url], PARTNERSHIPS, hosts.software, chance, first=first, verify=trusting(hosts.cluster.secrets))
    at_work = Load(hosts, people)
    work = asyncio.create_task(people.work(PEOPLE))
    watching = asyncio.create_task(at_work.watch())
    try:
        await at_work.served()
        at_work.begin()
        yield at_work
    finally:
        watching.cancel()
        people.go_home()
        _, unanswered = await asyncio.wait({work}, timeout=_LAST_ANSWERS_SECONDS)
        work.cancel()
        _asked_before.append(people.book.asked[-1].number)
    assert not unanswered, f"people have asked for {_LAST_ANSWERS_SECONDS:.0f} seconds and were not answered"
    with _timed(f"seed {seed}: nobody was answered for {at_work.longest_silence:.1f} s at most; at rest"):
        lacking = await at_rest(hosts)
    assert lacking == [], f"seed {seed}\n" + "\n".join(lacking)
    evidence = await asyncio.to_thread(gather, hosts)
    doubts = sum(row["doubts"] for row in evidence.deliveries)
    found = [*wrong_with_records(evidence, people.book), *wrong_with_deliveries(evidence, doubts)]
    assert found == [], f"seed {seed}\n" + "\n".join(map(str, found))


def founded(cluster: Cluster) -> None:
    """Bring the partnerships in that people work in, where they are not there yet."""
    for code in PARTNERSHIPS:
        answer = cluster.client.post(
            "/api/v1/imports", content=programme_file(code), headers={"Content-Type": "application/yaml"}
        )
        assert answer.is_success or f"there is a partnership {code} already" in answer.text, answer.text


async def all_ready(hosts: Hosts) -> None:
    """Wait until every replica finds that all is well."""
    for service, number in hosts.members:
        name = f"{service}-{number}"
        await until(
            lambda name=name: asyncio.to_thread(hosts.cluster.is_ready, name),  # type: ignore[misc]
            lambda name=name: str(hosts.readiness(name)),  # type: ignore[misc]
            what=f"{name} ready",
        )


async def says(hosts: Hosts, service: str, what: Callable[[str, str], bool]) -> None:
    """Wait until a check of a replica that finds something wrong is ``what`` is looked for, by its name and words."""

    def found() -> bool:
        return any(what(check, message) for check, (ok, message) in hosts.readiness(service).items() if not ok)

    try:
        await until(lambda: asyncio.to_thread(found), lambda: str(hosts.readiness(service)), what="what is wrong")
    except AssertionError:
        raise AssertionError(f"{service} says: {hosts.readiness(service)}") from None


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{what} after {time.monotonic() - began:.1f} s")  # noqa: T201 - a figure for whoever runs the tests
