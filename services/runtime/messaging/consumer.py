"""One consumer of a stream: takes in what arrives, once for each event and in order, and skips nothing.

The follower and the handlers differ in how messages reach them; what becomes of a message is decided here. When
``take`` returns, each has its outcome in the database: its effect and the position behind it, a place among the dead
letters, or, where its turn has not come, a note that its partnership is blocked. What a blocked partnership lacks is
then looked for in the stream, so that no message is needed twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog
from nats.aio.client import Client
from sqlalchemy import Connection

from contracts.envelope import NewerEvent, Position, Recorded, read_with_chain, with_chain
from contracts.sealing import NotSealed
from services.runtime.base.failpoints import reached
from services.runtime.base.retry import Backoff
from services.runtime.base.trouble import in_words
from services.runtime.messaging import blocked_partitions, dead_letters, inbox, unsealed_messages
from services.runtime.messaging.blocked_partitions import BlockedPartitions
from services.runtime.messaging.dead_letters import DeadLetter
from services.runtime.messaging.decoding import Decoded, Event, decode, events_among, unsealed_among
from services.runtime.messaging.gap_fill import find_following
from services.runtime.messaging.inbox import Rewind, Verdict
from services.runtime.messaging.inbox_batch import Apply, Blockage, InboxBatch, Obstacle, apply_batch
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.log_context import context_of
from services.runtime.messaging.stream_reader import Message
from services.runtime.messaging.streams import subject_of
from services.runtime.store.database import Database, Unavailable
from services.runtime.store.event_store import VersionConflict

After = Callable[[Sequence[Recorded]], None]
"""Is told, on the event loop, of events whose effects are committed. The process may die before that."""

Note = Callable[[Connection], None]
"""Writes down, in a transaction that it is given, how far the stream has been read."""

SCHEMAS = (inbox.metadata, blocked_partitions.metadata, dead_letters.metadata, unsealed_messages.metadata)

_BACKOFF = Backoff(0.5, 60.0)
_log = structlog.get_logger(__name__)


class _EffectFailed(Exception):
    """The effect of an event raised; the cause says what."""


class Consumer:
    """Takes one stream, that of the ``keyring``, into one database, under a name.

    Replicas under one name on one database share the work: each event takes effect, and is passed to ``after``, in one
    of them. The tables of SCHEMAS exist.
    """

    def __init__(  # noqa: PLR0913 - what it stands on, what it does, and how patiently
        self,
        database: Database,
        connection: Client,
        keyring: Keyring,
        name: str,
        apply: Apply,
        after: After | None = None,
        *,
        rewind: Rewind = inbox.leave_all,
        at_once: int,
        tries: int | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        """``rewind`` forgets what came of a partnership whose log is of a later epoch.

        Up to ``at_once`` events take effect in one transaction. An effect that fails blocks its partnership and is
        tried again after the pauses of ``backoff``; after so many ``tries`` the event becomes a dead letter, and
        without them never.
        """
        self.name = name
        self._database = database
        self._connection = connection
        self._keyring = keyring
        self._apply_effects = apply
        self._after = after
        self._rewind_effects = rewind
        self._at_once = at_once
        self._tries = tries
        self._positions: dict[str, Position] = {}
        self.turn = asyncio.Lock()
        """Held by whoever has it take in or retry, one at a time."""
        self._blocked = BlockedPartitions(database, name, backoff or _BACKOFF)

    @property
    def blocked(self) -> dict[str, str]:
        """Return the partnerships that cannot go on, each with the reason."""
        return self._blocked.reasons

    def position(self, partnership: str) -> Position:
        """Return how far the partnership is known to have been taken in."""
        return self._positions.get(partnership, Position())

    async def load(self, takes_in: Callable[[str], bool] = lambda _partnership: True) -> None:
        """Read how far it has got, and what is blocked of what it ``takes_in``, before anything is taken in."""
        self._positions = await self._database.read(lambda connection: inbox.all_positions(connection, self.name))
        await self._blocked.load(takes_in)

    async def take(self, messages: Sequence[Message], note: Note | None = None) -> None:
        """Take in messages, at most ``at_once``, and have ``note`` write down how far the stream was read with them.

        Raises what keeps the database from storing them: they are then to be taken again.
        """
        decoded: list[Decoded] = []

        def take_all(connection: Connection) -> InboxBatch:
            decoded[:] = decode(messages, self._keyring.seals())
            self._pass_over(connection, decoded, note)
            return self._apply_batch(connection, events_among(decoded))

        try:
            batch = await self._database.write(take_all)
        except _EffectFailed:
            for events in _by_partnership(events_among(decoded)):
                await self._take_of_one(events)
            await self._database.write(lambda connection: self._pass_over(connection, decoded, note))
        else:
            await self._committed(batch)
        unsealed_messages.tell(self.name, unsealed_among(decoded))
        decoded.clear()  # the writer's thread may hold the list for a moment longer

    async def retry_blocked(self) -> None:
        """Look for what blocked partnerships lack, where it is time for that.

        Raises what keeps the stream from being read or the database from storing what is found.
        """
        for partnership in self._blocked.due():
            await self._retry(partnership)

    async def retry_now(self, partnership: str) -> None:
        """Look for what one blocked partnership lacks, though it is not time for that, once it is this one's turn.

        Raises as ``retry_blocked`` does. That it failed once more is written down, and no failure of this.
        """
        async with self.turn:
            await self._blocked.look_up(partnership)
            if partnership in self._blocked:
                await self._retry(partnership)

    async def retry_letter(self, letter: DeadLetter) -> None:
        """Ask for the effect of a dead letter once more; it is removed when that comes about, and in one with it.

        Raises NotSealed where no service sealed it, dead_letters.Gone where somebody else has dealt with it, and what
        the effect raises.
        """
        if letter.version == 0:
            raise NotSealed("no service has sealed this message, so it has no effect")
        event = read_with_chain(letter.wire)

        def remove_and_apply(connection: Connection) -> None:
            dead_letters.remove(connection, letter)
            self._apply_effects(connection, [event])

        await self._database.write(remove_and_apply)
        self._tell([event])

    def forget(self, connection: Connection) -> None:
        """Drop all that is written down of how far it has got: it begins again with the first events."""
        for its in (inbox, blocked_partitions):
            its.forget(connection, self.name)

    async def _retry(self, partnership: str) -> None:
        positions = await self._database.read(lambda connection: inbox.all_positions(connection, self.name))
        position = positions.get(partnership, Position())
        await self._blocked.settle(partnership, position.version)
        if partnership not in self._blocked:
            return
        if found := await find_following(self._connection, self._keyring, partnership, position):
            await self._take_of_one(found)
        else:
            self._blocked.put_off(partnership, position.version)

    async def _take_of_one(self, events: Sequence[Event]) -> None:
        """Take in events of one partnership, so that it holds up no other, as far as their effects come about."""
        seen = max(event.version for event in events)
        at_once = self._at_once
        while events:
            try:
                await self._take_events(events[:at_once])
            except _EffectFailed as failed:
                event = events[0]
                if at_once > 1:
                    at_once = 1  # one by one shows which it is
                elif isinstance(event, Recorded) and await self._give_up(event, seen, failed):
                    at_once, events = self._at_once, events[1:]
                else:
                    return
            else:
                events = events[at_once:]

    async def _take_events(self, events: Sequence[Event]) -> None:
        await self._committed(await self._database.write(lambda connection: self._apply_batch(connection, events)))

    def _apply_batch(self, connection: Connection, events: Sequence[Event]) -> InboxBatch:
        batch = apply_batch(connection, self.name, events, self._apply, self._rewind)
        self._blocked.write_down(connection, batch.blockages)
        return batch

    def _pass_over(self, connection: Connection, decoded: Sequence[Decoded], note: Note | None) -> None:
        unsealed_messages.put_aside(connection, self.name, unsealed_among(decoded))
        if note is not None:
            note(connection)

    def _apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        try:
            self._apply_effects(connection, events)
        except (VersionConflict, Unavailable):  # the effect is well, and may come about when it is tried again
            raise
        except Exception as error:
            raise _EffectFailed from error
        if tried_before := [event for event in events if event.partnership in self._blocked]:
            dead_letters.forgive(connection, self.name, tried_before)

    def _rewind(self, connection: Connection, partnership: str) -> None:
        try:
            self._rewind_effects(connection, partnership)
        except Exception as error:
            raise _EffectFailed from error
        blocked_partitions.forget(connection, self.name, partnership)

    async def _committed(self, batch: InboxBatch) -> None:
        reached("consumer.committed")
        self._positions |= batch.positions
        for partnership in batch.anew:
            self._blocked.forget(partnership)
            _log.warning(
                "a log of a later epoch is taken in from its first event", consumer=self.name, partnership=partnership
            )
        self._tell(batch.events)
        for partnership in {event.partnership for event in batch.events}:
            await self._blocked.moved(partnership, batch.positions[partnership].version)
        for partnership, blockage in batch.blockages.items():
            self._blocked.remember(partnership, blockage)
        batch.events.clear()  # the writer's thread may hold the batch for a moment longer

    def _tell(self, events: Sequence[Recorded]) -> None:
        if events and self._after is not None:
            self._after(events)

    async def _give_up(self, event: Recorded, seen: int, failed: _EffectFailed) -> bool:
        """Count a failure of an event's effect, which blocks its partnership; say whether it was one too many.

        The event has then become a dead letter, and counts as taken in. What failed as this version cannot read the log
        that it rests on is not counted: a replica of the version that wrote it takes it in, or this one when it is new.
        """
        most = None if isinstance(failed.__cause__, NewerEvent) else self._tries
        reason = str(failed.__cause__) or type(failed.__cause__).__name__
        why = f"an event could not be applied: {reason}"
        blockage = Blockage(seen, why, Obstacle.FAILED, event.version, event.fact.slug())

        def count(connection: Connection) -> int:
            tries = 0
            if most is not None:
                tries = dead_letters.count_failure(connection, self.name, event, reason)
                if tries >= most:
                    self._bury(connection, event, f"its effect failed {tries} times, the last time with: {reason}")
                    return tries
            self._blocked.write_down(connection, {event.partnership: blockage})
            return tries

        who = {"consumer": self.name, "version": event.version, **context_of(event)}
        is_first = event.partnership not in self._blocked
        tries = await self._database.write(count)
        _log.warning(
            "the effect of an event failed",
            **who,
            reason=in_words(reason),
            exc_info=failed.__cause__ if is_first else None,
        )
        if most is not None and tries >= most:
            _log.error("an event has become a dead letter", **who, tries=tries, reason=in_words(reason))
            self._positions[event.partnership] = event.position
            await self._blocked.moved(event.partnership, event.version)
            return True
        self._blocked.remember(event.partnership, blockage)
        self._blocked.put_off(event.partnership, event.version - 1)
        return False

    def _bury(self, connection: Connection, event: Recorded, reason: str) -> None:
        """Make a dead letter of an event and go on behind it, both at once."""
        if inbox.take(connection, self.name, event) is Verdict.NEXT:
            dead_letters.bury(
                connection,
                self.name,
                event.partnership,
                event.version,
                subject=subject_of(self._keyring.stream, event.partnership, event.fact.slug()),
                wire=with_chain(event.body, event.chain),
                reason=reason,
            )


def _by_partnership(events: Sequence[Event]) -> list[list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.partnership, []).append(event)
    return list(found.values())
