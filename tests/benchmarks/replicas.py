"""A quarter's end of many partnerships by one, two and four processes on one PostgreSQL and one NATS server.

Before it: what an event takes until reporting has taken it in, by as many of reporting's processes.

On a machine of two processors four processes can be twice as fast as one at the most. So what a pack and an e-mail take
of the processor is told beside: as long as that stays what it is with one, n processes on as many processors do n times
the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from services.runtime.base.settings import Settings
from tests.benchmarks import taking_in
from tests.benchmarks.children import at_rest
from tests.benchmarks.deployment import lay_out
from tests.benchmarks.measuring import Figure
from tests.benchmarks.partnership import Partnership
from tests.benchmarks.quarters_end import ManyPartnerships, emails_sent, packs_issued
from tests.parts.nats import NatsServer
from tests.parts.postgres import PostgresServer
from tests.parts.seals import key_file
from tests.parts.smtp import SmtpServer

PROCESSES = (1, 2, 4)
_HOUR = 3_600.0
_WHOLE = 50  # with fewer partnerships fewer events are measured too
_DATABASES = ("programme", "reporting", "notifications", "directory", "access")


async def measure(folder: Path, lived: Partnership, number: int, processes: Sequence[int] = PROCESSES) -> list[Figure]:
    """Measure so many partnerships that have the history of ``lived``."""
    figures: list[Figure] = []
    for directory in (folder.parent, folder, folder / "postgres"):
        directory.mkdir(exist_ok=True)
        directory.chmod(0o755)  # PostgreSQL runs as another user
    with PostgresServer(folder / "postgres", durable=True) as postgres:
        figures += await taking_in.measure(folder, postgres, lived, processes, min(1.0, number / _WHOLE))
        for each in processes:
            figures += await _by(each, folder / f"by-{each}", postgres, lived, number)
    return figures


async def _by(processes: int, folder: Path, postgres: PostgresServer, lived: Partnership, number: int) -> list[Figure]:
    urls = {name: postgres.create_database() for name in _DATABASES}
    settings = Settings(data_dir=folder / "data", **{f"{name}_database_url": url for name, url in urls.items()})
    for directory in (settings.data_dir, folder / "nats"):
        directory.mkdir(parents=True)
    await asyncio.to_thread(lay_out, settings, lived.events, number)
    with ExitStack() as running:
        nats = running.enter_context(NatsServer(folder / "nats"))
        mail = running.enter_context(SmtpServer())
        own = {
            **{f"CONCORDAT_{name.upper()}_DATABASE_URL": url for name, url in urls.items()},
            "CONCORDAT_NATS_URL": nats.url,
            "CONCORDAT_PROGRAMME_KEY_FILE": str(key_file()),
            "CONCORDAT_REPORTING_KEY_FILE": str(key_file()),
        }
        deployment = ManyPartnerships(folder, lived, number, urls, own, processes)
        name = f"{number:,} partnerships by {processes} {'process' if processes == 1 else 'processes'}"
        packs = await packs_issued(deployment, name)
        deployment.clock.move_by(-_HOUR)  # no e-mail is due until all processes are ready
        with deployment.served(mail) as servers:
            for server in servers:
                await at_rest(server)
            deployment.clock.move_by(_HOUR)
            return [*packs, *await emails_sent(deployment, name, servers, mail)]
