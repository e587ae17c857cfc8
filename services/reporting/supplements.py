"""Supplements: numbered editions that go with an issued pack, for what has come in since. They renumber nothing.

Made by the secretary after the pack was issued and before its meeting closes, once something has come onto the
meeting's agenda. It says what the board is asked to decide by then and what was recorded since the pack's cut-off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from domain.register import Register
from domain.register.board import Meeting, MeetingState
from services.reporting import editions, signatures
from services.reporting.announcements import Announcements, Basis
from services.reporting.editions import AlreadyIssued, Issued
from services.reporting.packs import PackMaker, Plan, plan_supplement
from services.reporting.registers import Registers
from services.reporting.signing import SigningKey
from services.runtime.base.clock import Clock
from services.runtime.base.telemetry import current_traceparent
from services.runtime.store.database import Database
from services.runtime.store.event_store import VersionConflict

_CLOSED = frozenset({MeetingState.CLOSED, MeetingState.CANCELLED})


class NoSupplement(Exception):
    """A supplement cannot be issued now; the message is a sentence that says why."""


class Supplements:
    """Issues supplements."""

    def __init__(
        self,
        database: Database,
        registers: Registers,
        announcements: Announcements,
        packs: PackMaker,
        key: SigningKey,
        clock: Clock,
    ) -> None:
        self._database = database
        self._registers = registers
        self._announcements = announcements
        self._packs = packs
        self._key = key
        self._clock = clock

    async def issue(self, partnership: str, meeting: str) -> Issued:
        """Issue the next supplement to the pack of ``meeting``, a reference that the partnership has.

        Raises NoSupplement, also where another one was issued at the same moment.
        """
        now = self._clock.now()
        known = await self._database.read(lambda connection: editions.editions(connection, partnership, meeting))
        traceparent = current_traceparent()

        def plan(register: Register) -> tuple[Basis, Plan]:
            basis = Basis(partnership, register.position.version, register.calendar, traceparent)
            return basis, _plan(register, register.meetings[meeting], known, now)

        basis, wanted = await asyncio.to_thread(self._registers.view, partnership, plan)
        made = await asyncio.to_thread(self._packs.make, wanted)
        issued = made.issued_at(now)

        def store(connection: Connection) -> None:
            editions.store(connection, issued, made.files)
            signatures.sign(connection, issued, made.manifest, self._key)
            self._announcements.record(connection, basis, [made.announcement(issued)], now, f"supplement {issued.path}")

        try:
            await self._database.write(store)
        except (AlreadyIssued, VersionConflict):
            raise NoSupplement(
                "Something else was issued at the same moment; look at the packs, then try again."
            ) from None
        return issued


def _plan(register: Register, meeting: Meeting, known: list[Issued], now: datetime) -> Plan:
    if not known:
        raise NoSupplement(f"The pack of {meeting.reference} has not been issued yet; what comes in now will be in it.")
    if meeting.state in _CLOSED:
        raise NoSupplement(
            f"{meeting.reference} is {meeting.state.value}: a supplement comes before its meeting closes."
        )
    latest = known[-1]
    # Breaches put themselves on the agenda just after the cut-off; the pack has them already.
    if not any(at > latest.taken_in_at for at in _agenda_changes(meeting)):
        raise NoSupplement(f"Nothing has changed on the agenda of {meeting.reference} since {latest.reference}.")
    return plan_supplement(register, known, now, now=now)


def _agenda_changes(meeting: Meeting) -> Iterator[datetime]:
    """Yield when items came onto the agenda, were put right or left it; those that breaches put there do not count."""
    yield from (item.changed_at for item in meeting.items.values() if item.breach is None or item.amended_at)
    yield from (item.recorded_at for item in meeting.removed.values())
