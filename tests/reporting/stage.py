"""Reporting on a stage: a real service under a clock that is moved by hand, fed over a real NATS server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nats.aio.client import Client
from nats.js import JetStreamContext

from contracts.envelope import Recorded
from contracts.events import Fact
from domain.figures.timetable import Duty
from services.reporting import journal
from services.reporting.service import ReportingService
from services.runtime.base.clock import SteppedClock
from services.runtime.base.settings import Settings
from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.streams import PROGRAMME, REPORTING, subject_of
from services.runtime.process.lifecycle import Foundation
from tests.domain.history import at
from tests.parts.seals import key_file, keyrings, opened, sealed
from tests.parts.waiting import STILL_SECONDS, Patience, until

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

    @property
    def _jetstream(self) -> JetStreamContext:
        return self.connection.jetstream(timeout=STILL_SECONDS)

    async def publish(self, events: Sequence[Recorded]) -> None:
        """Put events on programme's stream, as its relay would."""
        for event in events:
            subject = subject_of(PROGRAMME, event.partnership, event.fact.slug())
            await self._jetstream.publish(subject, sealed(PROGRAMME, event), headers={"Nats-Msg-Id": event.id})

    async def tell(self, service: ReportingService, events: Sequence[Recorded]) -> None:
        """Publish events and wait until they are taken in: by the service, or by the replica that they fall to."""
        await self.publish(events)
        last, follower = events[-1], service.follower

        def here() -> bool:
            return follower.position(last.partnership).version >= last.version

        async def taken_in() -> bool:
            stored = await service.database.read(lambda connection: journal.position(connection, last.partnership))
            return stored.version >= last.version and (here() or not follower.takes_in(last.partnership))

        await until(taken_in, lambda: (follower.position(last.partnership), follower.lag()), what=last.id)
        await until(lambda: follower.lag() == 0)

    async def announced(self, service: ReportingService) -> list[Fact]:
        """Return what reporting has put on its own stream, once all of its log is there."""
        logged = await service.database.read(
            lambda connection: sum(
                service.store.position(connection, code).version for code in service.store.partnerships(connection)
            )
        )
        subscription = await self._jetstream.subscribe("reporting.>", stream=REPORTING, ordered_consumer=True)
        facts = [opened(REPORTING, (await subscription.next_msg(STILL_SECONDS)).data).fact for _ in range(logged)]
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


async def done_by(service: ReportingService) -> list[Duty]:
    """Return what the timetable does of all that is due: what the broker was too slow for is not left for later."""
    done = await service.timekeeper.tick()
    patience = Patience(lambda: len(done))
    while service.timekeeper.waits:
        assert patience.lasts(), f"the journal of {service.timekeeper._waiting} is not said to be complete"
        await asyncio.sleep(patience.pause)
        done += await service.timekeeper.tick()
    return [duty for _, duty in done]
