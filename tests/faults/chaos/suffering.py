"""How a fault of a schedule is done to a house."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import nats
from nats.aio.client import Client
from nats.js.errors import NotFoundError
from sqlalchemy.exc import DBAPIError

from tests.faults.chaos.schedule import Fault
from tests.faults.evidence import Event, Log, gather
from tests.faults.house import SMTP_PATIENCE_SECONDS, House
from tests.faults.story import bring_in
from tests.parts.seals import sealed
from tests.parts.smtp import Moment

_REORDERED = 8
_PATIENCE_SECONDS = 30


class Suffering:
    """One house and what has been done to it so far."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self._house = house
        self._chance = chance
        self._numbers = itertools.count(1)
        self._one_at_a_time = asyncio.Lock()  # what takes the broker or the database down and up again
        self._one_mail_server = asyncio.Lock()  # the end of one misbehaviour must not be the end of another
        self.doubts = 0
        """How many e-mails may have been cut off behind their last byte."""
        self.stream_lost = False
        """Whether an operator has to republish."""
        self.founded: list[str] = []
        """Partnerships that were brought in on the way, by whichever of two was first."""
        self.complaints: list[str] = []

    async def suffer(self, fault: Fault) -> None:
        """Do one fault, for as long as it lasts."""
        await _WAYS[fault.what](self, fault)

    async def _killed(self, fault: Fault) -> None:
        self._doubt(fault.service)
        await asyncio.to_thread(self._house.kill, (fault.service, fault.replica))
        await asyncio.sleep(fault.seconds)
        await asyncio.to_thread(self._house.start_if_down, (fault.service, fault.replica))

    async def _dies_at(self, fault: Fault) -> None:
        self._doubt(fault.service, 2)  # now, and when it comes to the point
        await asyncio.to_thread(self._house.restart, (fault.service, fault.replica), fault.how)

    async def _stopped(self, fault: Fault) -> None:
        self._doubt(fault.service)
        process = self._house.process((fault.service, fault.replica))
        process.pause()
        await asyncio.sleep(fault.seconds)
        process.resume()

    async def _network(self, fault: Fault) -> None:
        proxy = self._house.proxies[fault.service]
        if fault.how == "delay":
            proxy.delay(self._chance.uniform(0.05, 0.5))
        else:
            await asyncio.to_thread(getattr(proxy, fault.how))
        await asyncio.sleep(fault.seconds)
        await asyncio.to_thread(proxy.cut)  # what the black hole swallowed is lost for good
        await asyncio.to_thread(proxy.heal)

    async def _broker_killed(self, fault: Fault) -> None:
        async with self._one_at_a_time:
            await asyncio.to_thread(self._house.nats.kill)
            await asyncio.sleep(fault.seconds)
            await asyncio.to_thread(self._house.nats.start)

    async def _broker_stopped(self, fault: Fault) -> None:
        async with self._one_at_a_time:
            self._house.nats.pause()
            await asyncio.sleep(fault.seconds)
            self._house.nats.resume()

    async def _broker_disk_full(self, fault: Fault) -> None:
        """A broker that could not write must be started anew: it takes its store out of use."""
        async with self._one_at_a_time:
            self._house.nats.limit_files(0)
            await asyncio.sleep(fault.seconds)
            self._house.nats.limit_files(None)
            await asyncio.to_thread(self._house.nats.kill)
            await asyncio.to_thread(self._house.nats.start)

    async def _stream_lost(self, fault: Fault) -> None:
        async with self._one_at_a_time:
            self.stream_lost = True
            async with _Broker(self._house) as broker:
                with suppress(NotFoundError):  # lost already, and not yet declared again
                    await broker.jsm(timeout=_PATIENCE_SECONDS).delete_stream(
                        self._chance.choice(("PROGRAMME", "REPORTING"))
                    )
            await asyncio.sleep(fault.seconds)
            await self.republish()

    async def _stream_restored(self, fault: Fault) -> None:
        async with self._one_at_a_time:
            self.stream_lost = True
            await asyncio.to_thread(self._house.keep_copy_of_streams)
            await asyncio.sleep(fault.seconds)
            await asyncio.to_thread(self._house.restore_copy_of_streams)
            await self.republish()

    async def republish(self) -> None:
        """Do what an operator does about a broker that has lost something."""
        if (complaint := await asyncio.to_thread(self._house.republish)) is not None:
            self.complaints.append(complaint)

    async def _sent_again(self, _: Fault) -> None:
        """Deliver some old events once more, in any order."""
        for partnership, log in self._log().items():
            await self._publish(partnership, self._chance.sample(log, min(_REORDERED, len(log))))

    async def _in_reverse(self, fault: Fault) -> None:
        """Deliver what the relay cannot send yet, the last event first, before the relay sends it."""
        proxy = self._house.proxies["programme"]
        await asyncio.to_thread(proxy.black_hole)
        await asyncio.sleep(fault.seconds)
        for partnership, log in self._log().items():
            await self._publish(partnership, log[:-_REORDERED:-1])
        await asyncio.to_thread(proxy.cut)
        await asyncio.to_thread(proxy.heal)

    def _log(self) -> Log:
        """Return programme's log as it stands: nothing, while the database is away."""
        try:
            return gather(self._house).programme
        except DBAPIError:
            return {}

    async def _publish(self, partnership: str, events: list[Event]) -> None:
        with suppress(nats.errors.Error, OSError):
            async with asyncio.timeout(3), _Broker(self._house) as broker:
                for event in events:
                    await broker.jetstream().publish(
                        f"programme.{partnership}.{event.kind}", sealed("PROGRAMME", event)
                    )

    async def _two_bring_in(self, _: Fault) -> None:
        """Send the same new partnership to both replicas at once; one of them at most may say that it took it."""
        code = f"N{next(self._numbers)}"
        urls = [self._house.url(("programme", number)) for number in (0, 1)]
        answers = await asyncio.gather(*(bring_in(url, code) for url in urls), return_exceptions=True)
        taken = [each for each in answers if not isinstance(each, BaseException) and each.status_code == 201]
        if len(taken) > 1:
            self.complaints.append(f"{code} was brought in {len(taken)} times")
        if taken:
            self.founded.append(code)

    async def _clock_back(self, fault: Fault) -> None:
        self._house.clock.move_by(-fault.seconds)
        await asyncio.sleep(1.5)
        self._house.clock.move_by(fault.seconds)

    async def _mail_server(self, fault: Fault) -> None:
        async with self._one_mail_server:
            await self._misbehave(fault)

    async def _misbehave(self, fault: Fault) -> None:
        smtp = self._house.smtp
        match fault.how:
            case "slow":
                self.doubts += 3
                smtp.answer_after(SMTP_PATIENCE_SECONDS + 0.5)
            case "refuses some":
                smtp.refuse("dur-lead@NFA.example", "450 4.2.1 Mailbox busy", times=2)
                smtp.refuse_messages("451 4.3.0 Not now", times=2)
            case "hangs up during DATA":
                smtp.hang_up(Moment.DURING_DATA, times=2)
            case "hangs up after DATA":
                self.doubts += 2
                smtp.hang_up(Moment.AFTER_DATA, times=2)
            case "is away":
                self.doubts += 1
                await asyncio.to_thread(smtp.stop)
        await asyncio.sleep(fault.seconds)
        smtp.behave()
        await asyncio.to_thread(smtp.start)

    async def _disk_full(self, fault: Fault) -> None:
        self._doubt(fault.service, 2)
        process = self._house.process((fault.service, fault.replica))
        process.disk_full()
        await asyncio.sleep(fault.seconds)
        process.disk_free()

    async def _database_restarted(self, fault: Fault) -> None:
        await self._without_database(fault, "stop")

    async def _database_killed(self, fault: Fault) -> None:
        await self._without_database(fault, "kill")

    async def _without_database(self, fault: Fault, how: str) -> None:
        assert self._house.postgres is not None
        async with self._one_at_a_time:
            self.doubts += 2
            await asyncio.to_thread(getattr(self._house.postgres, how))
            await asyncio.sleep(fault.seconds)
            await asyncio.to_thread(self._house.postgres.start)

    def _doubt(self, service: str, times: int = 1) -> None:
        if service == "notifications":
            self.doubts += times


class _Broker:
    """A connection of our own to the broker, past every proxy."""

    def __init__(self, house: House) -> None:
        self._url = house.nats.url
        self._client: Client | None = None

    async def __aenter__(self) -> Client:
        self._client = await nats.connect(
            self._url, connect_timeout=_PATIENCE_SECONDS, max_reconnect_attempts=3, error_cb=_ignore
        )
        return self._client

    async def __aexit__(self, *_: object) -> None:
        assert self._client is not None
        await self._client.close()


async def _ignore(_: Exception) -> None:
    """The broker may well be down: it is part of the plan."""


_WAYS: dict[str, Callable[[Suffering, Fault], Awaitable[None]]] = {
    "killed": Suffering._killed,
    "dies at": Suffering._dies_at,
    "stopped in its tracks": Suffering._stopped,
    "network": Suffering._network,
    "broker killed": Suffering._broker_killed,
    "broker stopped in its tracks": Suffering._broker_stopped,
    "broker's disk full": Suffering._broker_disk_full,
    "stream lost": Suffering._stream_lost,
    "stream restored from an older copy": Suffering._stream_restored,
    "old events sent again": Suffering._sent_again,
    "new events come in reverse": Suffering._in_reverse,
    "two bring in the same file": Suffering._two_bring_in,
    "clock goes back": Suffering._clock_back,
    "mail server": Suffering._mail_server,
    "disk full": Suffering._disk_full,
    "database restarted": Suffering._database_restarted,
    "database killed": Suffering._database_killed,
}
