"""A quarter's end of many partnerships: every pack falls due at one moment, and then all its e-mails.

The e-mails wait until all packs are out, as there is no mail server before: so each is measured by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from services.runtime.store.database import Database
from tests.benchmarks import processor
from tests.benchmarks.children import Server, at_rest, serving
from tests.benchmarks.growth import resident
from tests.benchmarks.measuring import Figure
from tests.benchmarks.partnership import Partnership
from tests.faults.clock import JumpingClock
from tests.parts.smtp import SmtpServer

_LOOK_SECONDS = 0.2
_LOOKED_AT = "SELECT count(*) FROM timetable_looks"
_ISSUED = "SELECT count(*) FROM editions"
_FETCHING = "SELECT count(*) FROM deliveries WHERE state = 'waiting' AND due_at IS NULL"
_TO_SEND = "SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'deferred', 'attempting')"


class Spent(NamedTuple):
    """What something took: seconds by the clock, and of the servers' processor, what they began included."""

    seconds: float
    processor: float


@dataclass(frozen=True)
class ManyPartnerships:
    """A deployment with so many partnerships, each with the history of ``lived``, served by so many processes.

    Its databases are laid out; ``urls`` has them by service. ``settings`` are beside those of any deployment that is
    measured.
    """

    folder: Path
    lived: Partnership
    number: int
    urls: Mapping[str, str]
    settings: Mapping[str, str]
    processes: int = 1

    @property
    def clock(self) -> JumpingClock:
        """The clock of its processes."""
        return JumpingClock(self.folder / "clock")

    @property
    def issue_at(self) -> datetime:
        """When the next pack of each falls due."""
        at = self.lived.register.papers.next_at
        assert at is not None
        return at

    @property
    def before_issue(self) -> datetime:
        """An instant at which nothing is due, nor soon after: what falls due on a day does so in the morning."""
        return self.issue_at - timedelta(hours=47)

    @contextmanager
    def served(self, mail: SmtpServer | None = None) -> Iterator[list[Server]]:
        """Run its processes, all of which are ready; without ``mail`` no e-mail is sent."""
        settings = {"CONCORDAT_TIMETABLE_SECONDS": "1", **self.settings}
        if mail is not None:
            settings |= {
                "CONCORDAT_SMTP_HOST": mail.host,
                "CONCORDAT_SMTP_PORT": str(mail.port),
                "CONCORDAT_MAIL_PER_MINUTE": "100000",
            }
        with ExitStack() as running:
            yield [
                running.enter_context(
                    serving(
                        "tests.benchmarks.serving_at",
                        str(self.folder / "clock"),
                        folder=self.folder / f"process-{number}",
                        more={**settings, "CONCORDAT_DATA_DIR": str(self.folder / "data")},
                    )
                )
                for number in range(self.processes)
            ]


async def looked_at_by_the_timetable(deployment: ManyPartnerships, servers: Sequence[Server]) -> None:
    """Wait until the timetable has looked at every partnership and its processes are at rest."""
    with closing(Database(deployment.urls["reporting"])) as reporting:
        await _until(lambda: _count(reporting, _LOOKED_AT) == deployment.number)
    for server in servers:
        await at_rest(server)


async def packs_issued(deployment: ManyPartnerships, name: str) -> list[Figure]:
    """Measure the issue of every partnership's pack, all of which fall due at once."""
    deployment.clock.move_to(deployment.before_issue)
    with (
        deployment.served() as servers,
        closing(Database(deployment.urls["reporting"])) as reporting,
        closing(Database(deployment.urls["notifications"])) as notifications,
    ):
        await looked_at_by_the_timetable(deployment, servers)
        deployment.clock.move_to(deployment.issue_at)
        spent = await _spent_until(servers, lambda: _count(reporting, _ISSUED) == deployment.number)
        for server in servers:
            await at_rest(server)
        await _until(lambda: _count(notifications, _FETCHING) == 0)
        memory = max(resident(server.pid) for server in servers)
    return [
        Figure(f"{name}: packs issued", "per minute", 60 * deployment.number / spent.seconds),
        Figure(f"{name}: a pack issued", "s of processor", spent.processor / deployment.number),
        Figure(f"{name}: a process once all are issued", "MB in memory", memory / 1e6),
    ]


async def emails_sent(
    deployment: ManyPartnerships, name: str, servers: Sequence[Server], mail: SmtpServer
) -> list[Figure]:
    """Measure how what is due goes out to a mail server, from the moment at which the processes are ready."""
    with closing(Database(deployment.urls["notifications"])) as notifications:
        before = len(mail.messages)
        spent = await _spent_until(servers, lambda: _count(notifications, _TO_SEND) == 0)
    sent = len(mail.messages) - before
    return [
        Figure(f"{name}: e-mails sent", "per minute", 60 * sent / spent.seconds),
        Figure(f"{name}: an e-mail", "ms of processor", 1_000 * spent.processor / sent),
    ]


async def _spent_until(servers: Sequence[Server], is_done: Callable[[], bool]) -> Spent:
    began, before = time.perf_counter(), _taken(servers)
    await _until(is_done)
    return Spent(time.perf_counter() - began, _taken(servers) - before)


def _taken(servers: Sequence[Server]) -> float:
    return sum(processor.taken(server.pid) for server in servers)


async def _until(is_done: Callable[[], bool]) -> None:
    while True:
        if await asyncio.to_thread(is_done):
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _count(database: Database, query: str) -> int:
    return database.read_sync(lambda connection: int(connection.scalar(text(query)) or 0))
