"""Carrying commands out: recall, decide, append, remember; one transaction for each command.

A command is decided upon the register in memory without a look at the log: where another replica has been there
meanwhile, the append finds out. What adds nothing to the log has to look.

The order within the transaction matters. The register in memory comes last, so that nothing can fail once it has
changed; should the commit fail all the same, it is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from contracts.envelope import Cause, Recorded
from contracts.references import full
from domain.register import Register
from services.programme.core import people, permissions
from services.programme.core.command import Command
from services.programme.core.command_metrics import counted
from services.programme.core.command_request import CommandRequest
from services.programme.core.considering import answer_or_events, decided_upon, refusal_of
from services.programme.core.deciding import Context, NewEvent, Refused, decide
from services.programme.core.event_factory import cause_of, not_before_the_last, outcome_of, sealed
from services.programme.core.forward_references import brought_in
from services.programme.core.outcome import ChangedMeanwhile, CommandOutcome, EntryRefused
from services.programme.core.questions import Questions, no_partnership
from services.programme.core.register_cache import CachedRegister, RegisterCache
from services.programme.core.rehearsal import foreseen, rehearse
from services.runtime.access.directory import Directory, DirectoryEntry, NobodyLeftToReach
from services.runtime.base.clock import Clock
from services.runtime.base.telemetry import current_traceparent
from services.runtime.registers.memory import RegisterMemory
from services.runtime.store import write_guard
from services.runtime.store.database import Database, Overloaded
from services.runtime.store.event_store import EventStore, VersionConflict
from services.runtime.store.idempotency import KeyTaken
from services.runtime.store.write_guard import WriteGuard

T = TypeVar("T")

_TRIES = 50
"""How often a change is decided anew when other replicas are first. Each time one of them has got on."""


@dataclass(frozen=True, slots=True)
class DatedCommand:
    """A command by somebody, at an instant; without one it is the present."""

    command: Command
    actor: str
    at: datetime | None = None


ForgetPerson = Callable[[Connection, str, str], None]
"""Forgets, on a connection to the database, that somebody of a partnership was this person, given by their full id."""


class Dispatcher(Questions):
    """Carries commands out against the log of one database. Several may work on the same database."""

    def __init__(
        self,
        database: Database,
        store: EventStore,
        clock: Clock,
        directory: Directory,
        blockage: WriteGuard = write_guard.nothing,
        *,
        forgetting: Sequence[ForgetPerson] = (),
        memory: RegisterMemory | None = None,
    ) -> None:
        """The tables of the store, of the directory and of ``idempotency.metadata`` exist.

        ``forgetting`` is done in the database when a person is erased. Without ``memory`` for registers it has the
        usual size of its own.
        """
        memory = memory or RegisterMemory()
        self._forgetting = forgetting
        self._hindrance = blockage
        super().__init__(database, store, memory)
        self._clock = clock
        self._directory = directory
        self._registers = RegisterCache(database, store, memory)

    async def handle(
        self,
        partnership: str,
        command: Command,
        actor: str,
        *,
        idempotency_key: str | None = None,
        expected_version: int | None = None,
        correlation: str | None = None,
    ) -> CommandOutcome:
        """Carry one command out and return what came of it, once that is on the disk.

        Raises Refused, ChangedMeanwhile where the object is no longer at ``expected_version``, KeyReused where the
        key stood for another request, Overloaded or Unavailable.
        """
        asked = CommandRequest(command, actor, idempotency_key, expected_version, correlation, current_traceparent())
        with counted():
            return await self._handle(partnership, asked)

    async def answer_before(
        self, partnership: str, command: Command, actor: str, idempotency_key: str
    ) -> CommandOutcome | None:
        """Return what came of a command that was sent before under this key; None where it was not."""
        asked = CommandRequest(command, actor, idempotency_key)
        return await self._database.read(lambda connection: asked.answer_before(connection, partnership))

    async def handle_together(
        self,
        partnership: str,
        commands: Sequence[Command],
        actor: str,
        *,
        idempotency_key: str | None = None,
        expected_version: int | None = None,
        beside: Callable[[Connection], None] | None = None,
    ) -> CommandOutcome:
        """Carry out commands of which none rests on what another one does, in one transaction; all of them or none.

        ``expected_version`` is that of what the first one changes.
        ``beside`` is done in that transaction too; what it raises is raised, and nothing is stored. Nobody is appointed
        so. Raises EntryRefused for the first that is refused, ChangedMeanwhile, KeyReused, Overloaded or Unavailable.
        """
        first, *others = commands
        asked = CommandRequest(
            first,
            actor,
            idempotency_key,
            expected_version,
            traceparent=current_traceparent(),
            others=tuple(others),
            beside=beside,
        )
        with counted():
            try:
                return await self._handle(partnership, asked)
            except Refused as refused:
                raise EntryRefused(0, refused) from refused

    def check_unhindered(self, partnership: str) -> None:
        """Raise WritesBlocked where nothing may be recorded at present: the clock is questioned, or the log a copy."""
        write_guard.check(self._hindrance, partnership)

    async def judge(self, partnership: str, commands: Sequence[Command], actor: str) -> list[Refused | None]:
        """Return for each of commands that would be carried out together why it would be refused; nothing is stored.

        Raises NoPartnership.
        """

        def judged(live: CachedRegister) -> list[Refused | None]:
            now = self._clock.now()
            return [refusal_of(live, command, actor, now) for command in commands]

        return await self.look(partnership, judged)

    async def _handle(self, partnership: str, asked: CommandRequest) -> CommandOutcome:
        self.check_unhindered(partnership)
        carry_out = partial(self._carry_out, partnership, asked)
        undone = partial(self._registers.drop, partnership)
        if not self._registers.is_folded(partnership):  # to fold it takes long: not in the thread where all others wait
            await self._database.read(lambda connection: self._registers.fold(connection, partnership))
        for _ in range(_TRIES):
            try:
                return await self._database.write(carry_out, undone=undone)
            except (VersionConflict, KeyTaken):
                continue
        raise _too_busy(partnership)

    async def handle_all(
        self,
        partnership: str,
        entries: Sequence[DatedCommand],
        *,
        forward_references: frozenset[str] = frozenset(),
        imported_at: datetime | None = None,
        beside: Callable[[Connection], None] | None = None,
    ) -> CommandOutcome:
        """Carry all entries out in one transaction, or none. Raises EntryRefused, Overloaded or Unavailable.

        ``forward_references`` is what entries that are not among these bring in, where a file is played part by part;
        ``imported_at`` is the present where they are a history that lies behind it. ``beside`` is done in the
        transaction too; what it raises is raised, and nothing is stored.

        They are decided on a register of their own, away from the writer, so that others are not kept waiting.
        """
        with counted():
            return await self._handle_all(partnership, entries, forward_references, imported_at, beside)

    async def _handle_all(
        self,
        partnership: str,
        entries: Sequence[DatedCommand],
        forward_references: frozenset[str],
        imported_at: datetime | None,
        beside: Callable[[Connection], None] | None,
    ) -> CommandOutcome:
        self.check_unhindered(partnership)
        traceparent = current_traceparent()
        for _ in range(_TRIES):
            live, events, appointed = await asyncio.to_thread(
                self._play, partnership, entries, forward_references, imported_at
            )

            def store(
                connection: Connection,
                events: Sequence[Recorded] = events,
                appointed: Sequence[people.Appointment] = appointed,
            ) -> None:
                self._store.append(connection, events, traceparent)
                people.tell(connection, self._directory, partnership, appointed)
                if beside is not None:
                    beside(connection)

            try:
                await self._database.write(store)
            except VersionConflict:
                continue
            self._registers.keep(live)
            return outcome_of(partnership, live.version - len(events), events)
        raise _too_busy(partnership)

    async def rehearse(self, partnership: str, commands: Sequence[Command], actor: str) -> list[Refused | None]:
        """Return for each of commands that would be carried out one upon the other why it would be refused.

        Nothing is stored. Raises NoPartnership.
        """

        def trying(connection: Connection) -> list[Refused | None]:
            live = self._views.for_oneself(connection, partnership)
            if live.version == 0:
                raise no_partnership(partnership)
            return rehearse(live, commands, actor, self._clock.now())

        return await self._database.read(trying)

    async def foresee(
        self, partnership: str, commands: Sequence[Command], actor: str, question: Callable[[Register], T]
    ) -> T:
        """Return what ``question`` would find in the register once these commands were carried out; nothing is stored.

        Those that would be refused are left out. Raises NoPartnership.
        """
        copy = await self.look(partnership, CachedRegister.copy)
        return await asyncio.to_thread(lambda: question(foreseen(copy, commands, actor, self._clock.now())))

    def now(self) -> datetime:
        """Return the present instant by the deployment's clock."""
        return self._clock.now()

    async def forget(self, partnership: str, person: str, actor: str) -> bool:
        """Empty a person's entry in the directory; say whether there was one.

        Raises NoPartnership, NotAllowed, and Refused for the last secretary whom an e-mail reaches.
        """
        person_id = full(partnership, person)
        now = self._clock.now()
        secretaries = await self.view(
            partnership, lambda register: _kept_by(register, actor, now, "erase people from the directory")
        )
        several = secretaries if person_id in secretaries else []
        await self._database.write(lambda connection: self._forget_here(connection, partnership, person_id, several))
        try:
            return await self._directory.erase(partnership, person_id, now, unless_last_of=several)
        except NobodyLeftToReach:
            raise people.last_secretary(person_id) from None

    async def amend_directory(self, partnership: str, person: str, name: str, email: str | None, actor: str) -> None:
        """Have somebody who was appointed go by another name or address.

        Nothing is recorded, as neither stands in the log. Raises NoPartnership, NotAllowed and Refused.
        """
        person_id = full(partnership, person)
        now = self._clock.now()

        def look(register: Register) -> list[str]:
            people.check_is_known(register, person_id)
            return _kept_by(register, actor, now, "change names and addresses")

        secretaries = await self.view(partnership, look)
        before = (await self._directory.get_many(partnership, [person_id])).get(person_id)
        entry = DirectoryEntry(person_id, before.key if before else None, name, email)
        await asyncio.to_thread(people.amend, self._directory, partnership, entry, secretaries)

    def _forget_here(self, connection: Connection, partnership: str, person: str, several: Sequence[str]) -> None:
        if several:
            people.check_another_is_reached(self._directory, partnership, person, several)
        for forget in self._forgetting:
            forget(connection, partnership, person)

    def carry_out_within(
        self, connection: Connection, partnership: str, command: Command, actor: str, cause: Recorded
    ) -> None:
        """Carry a command out as part of somebody else's transaction, upon the event that caused it.

        The register in memory is left behind the log, as that transaction may still fail; it catches up by itself.
        Raises Refused, VersionConflict, WritesBlocked.
        """
        self.check_unhindered(partnership)
        with self._registers.held_to_write(connection, partnership) as live:
            now = self._clock.now()
            decided = self._upon_the_latest(connection, live, lambda: decided_upon(live, (command,), actor, now))
            because = cause_of(live.register, actor, cause.correlation, causation=cause.id)
            self._append(connection, live, decided, now, because, current_traceparent())
            live.stale = True

    def _carry_out(self, partnership: str, asked: CommandRequest, connection: Connection) -> CommandOutcome:
        with self._registers.held_to_write(connection, partnership) as live:
            now = self._clock.now()
            considered = self._upon_the_latest(connection, live, lambda: answer_or_events(connection, live, asked, now))
            if isinstance(considered, CommandOutcome):
                return considered
            because = cause_of(live.register, asked.actor, asked.correlation)
            events = self._append(connection, live, considered, now, because, asked.traceparent)
            outcome = outcome_of(partnership, live.version, events)
            appointed = people.appointments(asked.command, events)
            people.check_office_is_kept(self._directory, live.register, events, appointed)
            people.tell(connection, self._directory, partnership, appointed)
            if asked.beside is not None:
                asked.beside(connection)
            asked.remember(connection, partnership, outcome)
            live.take(events)
        return outcome

    def _upon_the_latest(self, connection: Connection, live: CachedRegister, consider: Callable[[], T]) -> T:
        """Return what ``consider`` comes to. Only a register as far as the log can refuse or come to nothing."""
        try:
            considered = consider()
        except (Refused, EntryRefused, ChangedMeanwhile):
            if not self._registers.catch_up(connection, live):
                raise
        else:
            if considered or not self._registers.catch_up(connection, live):
                return considered
        return consider()

    def _append(
        self,
        connection: Connection,
        live: CachedRegister,
        decided: Sequence[NewEvent],
        now: datetime,
        cause: Cause,
        traceparent: str | None,
    ) -> list[Recorded]:
        """Append what was decided upon a register, which stays as it is. Raises VersionConflict."""
        events = sealed(live.register, decided, not_before_the_last(live.register, now), cause)
        self._store.append(connection, events, traceparent, after=live.register.position)
        return events

    def _play(
        self,
        partnership: str,
        entries: Sequence[DatedCommand],
        forward_references: frozenset[str],
        imported_at: datetime | None,
    ) -> tuple[CachedRegister, list[Recorded], list[people.Appointment]]:
        """Decide entry after entry. Raises EntryRefused."""
        live = self._database.read_sync(lambda connection: self._views.for_oneself(connection, partnership))
        forward_references |= brought_in(partnership, (entry.command for entry in entries))
        events: list[Recorded] = []
        appointed: list[people.Appointment] = []
        for index, entry in enumerate(entries):
            now = not_before_the_last(live.register, entry.at or self._clock.now())
            try:
                decided = decide(
                    live.register, entry.command, Context(entry.actor, now, forward_references, imported_at)
                )
            except Refused as refused:
                raise EntryRefused(index, refused) from refused
            recorded = sealed(live.register, decided, now, cause_of(live.register, entry.actor, None))
            live.take(recorded)
            events += recorded
            appointed += people.appointments(entry.command, recorded)
        return live, events, appointed


def _kept_by(register: Register, actor: str, now: datetime, act: str) -> list[str]:
    """Return the secretaries of the day, of whom ``actor`` has to be one. Raises NotAllowed."""
    today = register.calendar.local_date(now)
    permissions.check_keeps_directory(register, actor, today, act)
    return people.secretaries_on(register, today)


def _too_busy(partnership: str) -> Overloaded:
    return Overloaded(f"too many changes to {partnership} are being made at once; try again in a moment")
