"""The timekeeper: does what the timetable asks for, when it falls due, once, however many replicas there are.

A pack is made outside any transaction; then one transaction stores its files, its row and the PackIssued event, or,
where another replica was first, nothing at all.

What is promised of a pack: it holds no fact recorded after its cut-off, ever. It holds every fact recorded up to the
cut-off that programme's relay had put on the stream when the pack was made, for the timekeeper waits until the follower
has taken in all of it, and acts ``SETTLING`` after the hour so that a change under way at the cut-off has been stored
and sent. A fact that was held up longer than that (programme's relay stood still over the whole time between the
cut-off and the issue) is not in the pack, whose page then says so, but in the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from random import sample
from typing import TypeVar

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import Connection
from structlog.contextvars import bound_contextvars

from domain.figures.breaches import breaches
from domain.figures.compliance import Compliance
from domain.figures.timetable import Done, Duty, DutyKind, as_it_stands, duties_due, next_duty
from domain.register import Register
from domain.register.papers import MeetingNotice, with_returns_due
from services.reporting import editions, journal, looks, signatures
from services.reporting.announcements import (
    AlreadyDone,
    Announcements,
    Basis,
    breach_facts,
    cancelled_meetings,
    return_facts,
)
from services.reporting.catch_up import CatchUp
from services.reporting.editions import AlreadyIssued
from services.reporting.looks import Look
from services.reporting.packs import PackMaker, Plan, plan_pack, plan_supplement
from services.reporting.registers import NoSuchPartnership, Registers
from services.reporting.signing import SigningKey
from services.runtime.base.clock import Clock
from services.runtime.base.failpoints import reached
from services.runtime.base.telemetry import REGISTRY, current_traceparent, step
from services.runtime.store.database import Database
from services.runtime.store.event_store import VersionConflict

T = TypeVar("T")


class _Lapsed(Exception):
    """A duty lapsed between being found due and being done: the clock was moved, or this process stood still."""


SETTLING = timedelta(seconds=10)
_PAUSE_SECONDS = 1.0
_LONGEST = timedelta(days=1)
"""For how long a look holds at most: what rests on the machine's own data, as time zones do, is seen within a day."""

_DUTIES = Counter("concordat_timetable_duties", "Duties done by the timetable.", ("kind",), registry=REGISTRY)
_TROUBLES = Counter("concordat_timetable_troubles", "Times the timetable was held up.", registry=REGISTRY)
_LAST_SUCCESS = Gauge(
    "concordat_timetable_last_success_timestamp_seconds",
    "When the timetable last got through all that was due, or began to run; 0 where it does not run.",
    registry=REGISTRY,
)
_log = structlog.get_logger("concordat.timetable")


class Timekeeper:
    """Does what is due for every partnership in the journal."""

    def __init__(
        self,
        database: Database,
        registers: Registers,
        announcements: Announcements,
        packs: PackMaker,
        catch_up: CatchUp,
        key: SigningKey,
        clock: Clock,
    ) -> None:
        self._database = database
        self._registers = registers
        self._announcements = announcements
        self._packs = packs
        self._catch_up = catch_up
        self._key = key
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._woken = asyncio.Event()
        self._waiting: set[str] = set()

    @property
    def waits(self) -> bool:
        """Say whether the last tick left a duty for the next one because the journal was not known to be complete."""
        return bool(self._waiting)

    async def tick(self, settling: timedelta = timedelta(0)) -> list[tuple[str, Duty]]:
        """Do everything that is due, each partnership's in order, and return what was done here: (partnership, duty).

        What fell due less than ``settling`` ago is left for later. One partnership's trouble does not hold up the
        others; afterwards all trouble is raised as an ExceptionGroup, and the next tick tries again.
        """
        async with self._one_at_a_time:
            now = self._clock.now() - settling
            done: list[tuple[str, Duty]] = []
            troubles: list[Exception] = []
            self._waiting.clear()
            for partnership in await self._to_look_at(now):
                try:
                    with bound_contextvars(partnership=partnership):
                        done.extend([(partnership, duty) async for duty in self._serve(partnership, now)])
                except Exception as trouble:  # noqa: BLE001 - raised below, with the partnership's name
                    trouble.add_note(f"in the timetable of {partnership}")
                    troubles.append(trouble)
            if troubles:
                raise ExceptionGroup("the timetable failed and will be tried again", troubles)
            return done

    async def run(self, seconds: float) -> None:
        """Tick every so many seconds, and soon after ``wake``, until cancelled."""
        _LAST_SUCCESS.set_to_current_time()
        while True:
            self._woken.clear()
            try:
                await self.tick(SETTLING)
                _LAST_SUCCESS.set_to_current_time()
            except Exception:  # noqa: BLE001 - it is logged, and the timetable goes on
                _TROUBLES.inc()
                _log.exception("the timetable failed and will be tried again")
            await self._rest(seconds)

    def wake(self) -> None:
        """Say that registers have changed, so that something may be due at once. Call it on the event loop."""
        self._woken.set()

    async def _rest(self, seconds: float) -> None:
        """Wait so many seconds, or until something has changed and nothing more is waiting to be taken in."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
                await asyncio.sleep(_PAUSE_SECONDS)
                while self._catch_up.more_to_come:  # noqa: ASYNC110 - nobody rings when the follower comes to rest
                    await asyncio.sleep(_PAUSE_SECONDS)
        except TimeoutError:
            return

    async def _to_look_at(self, now: datetime) -> list[str]:
        """Return what is to be looked at, first what this replica takes in: so that few do the same at once.

        Who is done with that helps the others, each in an order of its own.
        """
        found = await self._database.read(partial(looks.due, now=now))
        return sorted(sample(found, len(found)), key=self._catch_up.is_here, reverse=True)

    async def _serve(self, partnership: str, now: datetime) -> AsyncIterator[Duty]:
        if self._announcements.blockage(partnership) is not None:
            return  # the readiness page says why
        if not await self._database.read(partial(looks.due, now=now, partnership=partnership)):
            return  # another replica has looked meanwhile
        try:
            look, due = await self._look(partnership, now)
        except NoSuchPartnership:
            return
        for duty in due:
            if not await self._has_arrived(partnership, duty):
                self._waiting.add(partnership)
                _log.info("a duty waits for the journal", duty=duty.kind.value, key=duty.key)
                return
            if await self._once(partnership, duty):
                _DUTIES.labels(duty.kind.value).inc()
                _log.info("done by the timetable", duty=duty.kind.value, key=duty.key)
                yield duty
        await self._database.write(partial(looks.note, look=look))

    async def _look(self, partnership: str, now: datetime) -> tuple[Look, list[Duty]]:
        """Return what is due, and the look that holds once it is done. Raises NoSuchPartnership."""
        done, began_at = await self._database.read(lambda connection: self._known(connection, partnership))

        def look(register: Register) -> tuple[Look, list[Duty]]:
            coming = next_duty(register, now)
            until = now + _LONGEST if coming is None else min(coming.due_at, now + _LONGEST)
            # A meeting with a cut-off before anything was recorded is held without papers: nothing could stand in them.
            due = [duty for duty in duties_due(register, done, now) if duty.reference_instant >= began_at]
            return Look(partnership, register.position, now, until), due

        return await asyncio.to_thread(self._registers.view, partnership, look)

    def _known(self, connection: Connection, partnership: str) -> tuple[Done, datetime]:
        taken_in = editions.taken_in(connection, partnership)
        return self._announcements.done(connection, partnership, taken_in), journal.began_at(connection, partnership)

    async def _has_arrived(self, partnership: str, duty: Duty) -> bool:
        """Say whether the journal holds all that was recorded up to the instant that ``duty`` goes by.

        An event recorded later is proof, as versions have no gaps and *recorded at* never goes back; without one, the
        follower must have taken in all that is on the stream.
        """
        head = await self._database.read(lambda connection: journal.head(connection, partnership))
        if head is not None and head.recorded_at > duty.reference_instant:
            return True
        return await self._catch_up.complete(partnership)

    async def _once(self, partnership: str, duty: Duty) -> bool:
        """Do one duty; return False where another replica was first."""
        ways: dict[DutyKind, Callable[[str, Duty], Awaitable[None]]] = {
            DutyKind.LOOK_FOR_BREACHES: self._look_for_breaches,
            DutyKind.ISSUE_PACK: self._issue,
            DutyKind.ISSUE_SUPPLEMENT: self._supplement,
            DutyKind.TELL_OF_AGENDA: self._supplement,
        }
        do = ways.get(duty.kind, self._remind)
        while True:
            try:
                with step(f"timetable {duty.kind.value}", attributes={"partnership": partnership, "duty": duty.key}):
                    await do(partnership, duty)
            except (AlreadyDone, AlreadyIssued, _Lapsed):
                return False
            except VersionConflict:
                continue  # another replica announced something else in the meantime; the log has moved on
            return True

    async def _look_for_breaches(self, partnership: str, duty: Duty) -> None:
        meeting, cut_off = duty.meeting, duty.reference_instant
        assert meeting is not None
        register = await asyncio.to_thread(self._registers.at, partnership, cut_off)
        now = self._clock.now()

        def known(live: Register) -> tuple[MeetingNotice, frozenset[str]]:
            notice = self._as_it_stands(live, duty).notice
            assert notice is not None
            return with_returns_due(notice, live, now), cancelled_meetings(live)

        basis, (notice, cancelled) = await self._live(partnership, known)
        standing = await asyncio.to_thread(breaches, Compliance(register, cut_off, notice))

        def announce(connection: Connection) -> None:
            self._announcements.settle(connection, partnership, duty)
            known = self._announcements.breaches(connection, partnership)
            facts = breach_facts(known, standing, meeting, cancelled)
            self._announcements.record(connection, basis, facts, now, _correlation(partnership, duty))

        await self._database.write(announce)

    async def _issue(self, partnership: str, duty: Duty) -> None:
        assert duty.meeting is not None
        now = self._clock.now()
        basis, plan = await self._live(
            partnership, partial(plan_pack, meeting=duty.meeting, now=now, due_at=duty.due_at)
        )
        await self._publish(partnership, duty, basis, plan)

    async def _supplement(self, partnership: str, duty: Duty) -> None:
        meeting = duty.meeting
        assert meeting is not None
        known = await self._database.read(lambda connection: editions.editions(connection, partnership, meeting))
        if not known:
            raise _Lapsed  # there is no pack for it to go with: that was never made, and now it is too late

        now = self._clock.now()

        def plan(register: Register) -> Plan:
            stands = self._as_it_stands(register, duty)
            at = duty.reference_instant
            return plan_supplement(register, known, at, notice=stands.notice, now=now, due_at=stands.due_at)

        basis, wanted = await self._live(partnership, plan)
        await self._publish(partnership, duty, basis, wanted)

    async def _publish(self, partnership: str, duty: Duty, basis: Basis, plan: Plan) -> None:
        """Make an edition and issue it, in one transaction with the note that the duty has been done."""
        pack = await asyncio.to_thread(self._packs.make, plan)
        reached("pack.made")
        now = self._clock.now()
        issued = pack.issued_at(now)

        def issue(connection: Connection) -> None:
            if duty.kind is not DutyKind.ISSUE_PACK:
                self._announcements.settle(connection, partnership, duty)
            editions.store(connection, issued, pack.files)
            signatures.sign(connection, issued, pack.manifest, self._key)
            told = pack.announcement(issued, duty.due_at)
            self._announcements.record(connection, basis, [told], now, _correlation(partnership, duty))

        await self._database.write(issue)
        reached("pack.issued")

    async def _remind(self, partnership: str, duty: Duty) -> None:
        now = self._clock.now()
        if now >= duty.lapses_at:
            raise _Lapsed
        basis, facts = await self._live(
            partnership, lambda register: return_facts(register, self._as_it_stands(register, duty), now)
        )

        def remind(connection: Connection) -> None:
            self._announcements.settle(connection, partnership, duty)
            self._announcements.record(connection, basis, facts, now, _correlation(partnership, duty))

        await self._database.write(remind)

    def _as_it_stands(self, register: Register, duty: Duty) -> Duty:
        """Return a duty that was found due as it stands now. Raises _Lapsed where it is none any more."""
        stands = as_it_stands(register, duty, self._clock.now())
        if stands is None:
            raise _Lapsed
        return stands

    async def _live(self, partnership: str, question: Callable[[Register], T]) -> tuple[Basis, T]:
        """Return what ``question`` finds in the live register, and that register as the basis of an announcement."""
        traceparent = current_traceparent()

        def ask(register: Register) -> tuple[Basis, T]:
            basis = Basis(partnership, register.position.version, register.calendar, traceparent)
            return basis, question(register)

        return await asyncio.to_thread(self._registers.view, partnership, ask)


def _correlation(partnership: str, duty: Duty) -> str:
    return f"timetable {partnership} {duty.kind.value} {duty.key}"
