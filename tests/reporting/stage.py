"""Reporting on a stage: a real service under a clock that is moved by hand, fed over a real NATS server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nats.aio.client import Client

from contracts.envelope import Recorded
from contracts.events import Fact
from services.reporting.service import ReportingService
from services.runtime.base.clock import SteppedClock
from services.runtime.base.settings import Settings
from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.streams import PROGRAMME, REPORTING, subject_of
from services.runtime.process.lifecycle import Foundation
from tests.domain.history import at
from tests.parts.seals import key_file, keyrings, opened, sealed
from tests.parts.waiting import caught_up, until

BEGINNING = at("2014-04-01", "09:00")


@dataclass
class Stage:
    """One broker, one clock and any number of reporting services on one database."""

    connection: Client
    address: BrokerAddress
    clock: SteppedClock
    settings: Settings

    def service(self, clock: SteppedClock | None = None) -> ReportingService:
        """Return a service that has not been started; its timetable is kept by hand."""
        foundation = Foundation(self.settings, clock or self.clock, self.address, self.connection, keyrings())
        return ReportingService(foundation, keeps_timetable=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[ReportingService]:
        """Run a service, which has read the stream to its end."""
        service = self.service()
        await service.start()
        try:
            await until(lambda: service.follower.lag() == 0)
            yield service
        finally:
            await service.stop()

    async def publish(self, events: Sequence[Recorded]) -> None:
        """Put events on programme's stream, as its relay would."""
        for event in events:
            subject = subject_of(PROGRAMME, event.partnership, event.fact.slug())
            await self.connection.jetstream().publish(
                subject, sealed(PROGRAMME, event), headers={"Nats-Msg-Id": event.id}
            )

    async def tell(self, service: ReportingService, events: Sequence[Recorded]) -> None:
        """Publish events and wait until the service has taken them in."""
        await self.publish(events)
        last = events[-1]
        await caught_up(service.follower, last.partnership, last.version)
        await until(lambda: service.follower.lag() == 0)

    async def announced(self, service: ReportingService) -> list[Fact]:
        """Return what reporting has put on its own stream, once all of its log is there."""
        logged = await service.database.read(
            lambda connection: sum(
                service.store.position(connection, code).version for code in service.store.partnerships(connection)
            )
        )
        subscription = await self.connection.jetstream().subscribe(
            "reporting.>", stream=REPORTING, ordered_consumer=True
        )
        facts = [opened(REPORTING, (await subscription.next_msg(10)).data).fact for _ in range(logged)]
        await subscription.unsubscribe()
        return facts


@asynccontextmanager
async def stage(nats_url: str, database_url: str, data_dir: Path, now: datetime = BEGINNING) -> AsyncIterator[Stage]:
    """Set the stage: streams declared, nothing on them."""
    address = BrokerAddress(nats_url)
    connection = await connect(address, "stage")
    await streams.apply(connection)
    settings = Settings(
        data_dir=data_dir,
        reporting_database_url=database_url,
        nats_url=nats_url,
        programme_key_file=key_file(),
        reporting_key_file=key_file(),
        poll_seconds=0.1,
        api_token="secret",
    )
    try:
        yield Stage(connection, address, SteppedClock(now), settings)
    finally:
        await connection.close()
