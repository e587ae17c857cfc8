"""Handlers: what a service does upon each event of a stream, once per event and in order, through FastStream.

Messages that arrive together are taken in together, in one transaction; where something is out of the ordinary in a
partnership, its messages are taken one by one. A message is answered to the broker only when its outcome is in the
database: acknowledged when the event has been taken in, put back with a delay when it could not be, and given up only
as a dead letter. Put-back messages are overtaken by later ones; those find a gap before them and wait, or fetch what is
missing from the stream themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from operator import attrgetter

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.aio.client import Client
from sqlalchemy import Connection

from contracts.envelope import ChainBroken, Position, Recorded, read_with_chain, with_chain
from contracts.sealing import NotSealed
from services.runtime.base import telemetry
from services.runtime.base.failpoints import reached
from services.runtime.base.tasks import end
from services.runtime.base.trouble import Trouble
from services.runtime.messaging import blocked_partitions, dead_letters, inbox, inbox_batch, unsealed_messages
from services.runtime.messaging.blocked_partitions import BlockedPartitions
from services.runtime.messaging.dead_letters import DeadLetter
from services.runtime.messaging.gap_fill import find_following
from services.runtime.messaging.handed_out import handed_out
from services.runtime.messaging.inbox import Rewind, Verdict
from services.runtime.messaging.inbox_batch import Apply, Blockage, Event, Unreadable, UnsealedMessage
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.stream_reader import Message
from services.runtime.messaging.streams import Durable, subject_of, subjects_of
from services.runtime.store.database import Database, Overloaded, Unavailable
from services.runtime.store.event_store import VersionConflict

SCHEMAS = (inbox.metadata, blocked_partitions.metadata, dead_letters.metadata, unsealed_messages.metadata)

After = Callable[[Sequence[Recorded]], None]

_BUSY_SECONDS = 1.0
_STUCK_SECONDS = 15.0
_LOOK_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 60.0
_place_in_stream = attrgetter("raw_message.metadata.sequence.stream")
_log = structlog.get_logger(__name__)


class _EffectFailed(Exception):
    """The effect of an event raised; the cause says what."""

    def __init__(self, event: Recorded) -> None:
        super().__init__(event.id)
        self.event = event


class Handler:
    """Takes the events of one durable in.

    ``on`` writes the effects of events on the connection it is given; where one means nothing to the service it passes
    over it, and the event counts as taken in. ``after`` is called once that is committed, on the event loop: to tell
    somebody, not to do what must happen, as the process may die between the two.
    """

    def __init__(  # noqa: PLR0913 - what it stands on, what it does, and how patiently
        self,
        database: Database,
        connection: Client,
        keyring: Keyring,
        durable: Durable,
        on: Apply,
        after: After | None = None,
        *,
        at_once: int = 64,
        tries: int = 8,
        first_delay: float = 0.5,
        rewind: Rewind = inbox.leave_all,
    ) -> None:
        """The tables of SCHEMAS exist; the ``keyring`` is that of the durable's stream.

        Up to ``at_once`` events take effect in one transaction. An effect that fails by itself is tried ``tries``
        times, each time after twice the delay. ``rewind`` forgets what came of a partnership whose log is of a later
        epoch.
        """
        self._database = database
        self._connection = connection
        self._keyring = keyring
        self._durable = durable
        self._consumer = durable.name
        self._on = on
        self._after = after
        self._at_once = at_once
        self._arrived: list[NatsMessage] = []
        self._turn = asyncio.Lock()
        self._tries = tries
        self._first_delay = first_delay
        self._rewind_effects = rewind
        self._blocked = BlockedPartitions(database, durable.name)
        self._trouble = Trouble(
            __name__, "events could not be stored", "events are stored again", consumer=durable.name
        )
        self._remembered = False
        # Per partnership, when (by the loop's clock) to try its failed event again.
        self._resting: dict[str, float] = {}
        # Per partnership, behind which position the stream was searched for those that came together, and held nothing.
        self._searched: dict[str, Position] = {}
        self._tending: asyncio.Task[None] | None = None

    @property
    def standing_still(self) -> dict[str, str]:
        """Return the partnerships that cannot go on, each with the reason."""
        return self._blocked.reasons

    def subscribe(self, broker: NatsBroker, inbox_prefix: str = "_INBOX") -> None:
        """Register with a FastStream broker that is not yet started. The durable is declared elsewhere.

        A pull subscriber passes over the broker's own prefix of inboxes, so it is given here.
        """
        subscriber = broker.subscriber(
            subjects_of(self._durable.stream),
            stream=JStream(self._durable.stream, declare=False),
            durable=self._durable.name,
            pull_sub=PullSub(batch_size=self._at_once),
            ack_policy=AckPolicy.MANUAL,
            inbox_prefix=f"{inbox_prefix}.".encode("ascii"),
            decoder=_leave_as_it_is,
        )
        subscriber(self.handle)

    async def stop(self) -> None:
        """End what it does by itself; its broker has been stopped and hands it nothing more."""
        if self._tending is not None:
            await end([self._tending])
            self._tending = None

    async def take_over(self) -> None:
        """Take in what a predecessor was handed and never answered, before the first message comes.

        The broker would wait for a minute with it. Another replica that is at work on it is no harm: each event takes
        effect once. What cannot be taken in now is left to the broker.
        """
        try:
            await self._remember_standstills()
            events = inbox_batch.events_among(
                inbox_batch.decode(await handed_out(self._connection, self._durable), self._keyring.seals())
            )
            for first in range(0, len(events), self._at_once):
                await self._take_together(events[first : first + self._at_once])
        except Exception as error:  # noqa: BLE001 - database or broker: the messages come again
            _log.info("waiting for messages that a predecessor was handed", consumer=self._consumer, reason=str(error))

    async def handle(self, message: NatsMessage) -> None:
        """Take a message in, with those that arrive at the same time, and answer it to the broker."""
        reached("consumer.received")
        self._arrived.append(message)
        async with self._turn:
            await asyncio.sleep(0)  # what was fetched at once is handed over in as many tasks
            arrived, self._arrived = self._arrived, []
            if arrived:
                await self._take_all(sorted(arrived, key=_place_in_stream))

    async def _take_all(self, messages: Sequence[NatsMessage]) -> None:
        """Take messages in and answer them; they are in the order of the stream, as far as they go."""
        await self._remember_standstills()
        raws = [message.raw_message for message in messages]
        arrivals = inbox_batch.decode(
            (Message(0, raw.subject, raw.data, raw.headers, 0) for raw in raws), self._keyring.seals()
        )
        self._searched.clear()
        kept = await self._put_aside(inbox_batch.unsealed_among(arrivals))
        out_of_the_ordinary = await self._take_together(inbox_batch.events_among(arrivals))
        for message, arrival in zip(messages, arrivals, strict=True):
            if isinstance(arrival, UnsealedMessage):
                await (message.reject() if kept else message.nack(delay=_BUSY_SECONDS))
            elif arrival.partnership in out_of_the_ordinary:
                await self._take_alone(message, arrival)
            else:
                await message.ack()

    async def _take_alone(self, message: NatsMessage, event: Event) -> None:
        if (delay := await self._outcome(event)) is None:
            await message.ack()
        else:
            await message.nack(delay=delay)

    async def _put_aside(self, found: Sequence[UnsealedMessage]) -> bool:
        """Keep messages that no service sealed; return False where the database cannot take them at present."""
        if not found:
            return True
        try:
            await self._database.write(
                lambda connection: unsealed_messages.put_aside(connection, self._consumer, found)
            )
        except Exception as error:  # noqa: BLE001 - what others send must not hold up what is ours
            _log.warning("messages could not be put aside", consumer=self._consumer, reason=str(error))
            return False
        unsealed_messages.tell(self._consumer, found)
        return True

    async def again(self, letter: DeadLetter) -> None:
        """Ask for the effect of a dead letter once more; it is removed when that comes about, and in one with it.

        Raises NotSealed where no service sealed it, dead_letters.Gone where somebody else has dealt with it, and what
        ``on`` does.
        """
        if letter.version == 0:
            raise NotSealed("no service has sealed this message, so it has no effect")
        event = read_with_chain(letter.wire)

        def effect_and_remove(connection: Connection) -> None:
            dead_letters.remove(connection, letter)
            self._on(connection, [event])

        await self._database.write(effect_and_remove)
        if self._after is not None:
            self._after([event])

    async def _take_together(self, events: Sequence[Event]) -> set[str]:
        """Take in events whose turn it is in one transaction; return the partnerships with some that it left out."""
        resting = {event.partnership for event in events if self._rest_of(event.partnership) > 0}
        ready = [event for event in events if event.partnership not in resting]
        if not ready:
            return resting
        try:
            taken = await self._database.write(
                lambda connection: inbox_batch.take_in(connection, self._consumer, ready, self._apply, self._rewind)
            )
        except Exception:  # noqa: BLE001 - whose fault it was, and what, is found out one by one
            return {event.partnership for event in events}
        for partnership in taken.anew:
            self._begun_anew(partnership)
        if taken.events:
            await self._took(taken.events)
        return resting | taken.blockages.keys()

    def _rewind(self, connection: Connection, partnership: str) -> None:
        self._rewind_effects(connection, partnership)
        blocked_partitions.forget(connection, self._consumer, partnership)

    def _begun_anew(self, partnership: str) -> None:
        self._blocked.forget(partnership)
        self._resting.pop(partnership, None)
        _log.warning("a log of a later epoch is taken in from its first event", consumer=self._consumer, of=partnership)

    def _apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        if any(event.traceparent for event in events):
            for event in events:  # what each leads to belongs to its own trace
                with telemetry.step(f"{self._consumer} {event.fact.slug()}", event.traceparent, event=event.id):
                    self._on(connection, [event])
        else:
            self._on(connection, events)
        dead_letters.forgive(connection, self._consumer, events)

    def _rest_of(self, partnership: str) -> float:
        """Return for how many seconds more nothing of a partnership is tried."""
        return self._resting.get(partnership, 0.0) - asyncio.get_running_loop().time()

    async def _outcome(self, event: Event) -> float | None:
        """Take ``event`` in, with whatever must come before it. Return None, or in how many seconds to try again."""
        if (rest := self._rest_of(event.partnership)) > 0:
            return rest
        try:
            return await self._take_up_to(event)
        except _EffectFailed as failed:
            return await self._failed(failed.event, str(failed.__cause__) or type(failed.__cause__).__name__)
        except ChainBroken as broken:
            return await self._stuck(event, str(broken))
        except Exception as error:  # noqa: BLE001 - database or broker: the message is put back
            self._trouble.met(error)
            return _BUSY_SECONDS

    async def _take_up_to(self, event: Event) -> float | None:
        """Take in ``event`` and, where it leaves a gap, what the stream holds before and behind it."""
        if isinstance(event, Recorded) and await self._take(event) is not Verdict.GAP:
            return None
        position = await self._position(event.partnership)
        if self._searched.get(event.partnership) != position:
            for missing in await find_following(self._connection, self._keyring, event.partnership, position):
                await self._take(missing)
            position = self._searched[event.partnership] = await self._position(event.partnership)
        if position.version >= event.version:
            return None
        missing_one = f"event {position.version + 1} is missing"
        return await self._stuck(event, event.reason if isinstance(event, Unreadable) else missing_one)

    async def _take(self, event: Recorded) -> Verdict:
        anew: list[str] = []
        verdict = await self._database.write(lambda connection: self._take_one(connection, event, anew))
        for partnership in set(anew):
            self._begun_anew(partnership)
        if verdict is Verdict.NEXT:
            await self._took([event])
        return verdict

    async def _took(self, events: Sequence[Recorded]) -> None:
        reached("consumer.committed")
        self._trouble.over()
        for event in events:
            await self._blocked.moved(event.partnership, event.version)
        if self._after is not None:
            self._after(events)

    def _take_one(self, connection: Connection, event: Recorded, anew: list[str]) -> Verdict:
        def rewind(connection: Connection, partnership: str) -> None:
            self._rewind(connection, partnership)
            anew.append(partnership)

        verdict = inbox.take(connection, self._consumer, event, rewind)
        if verdict is Verdict.NEXT:
            try:
                self._apply(connection, [event])
            except (VersionConflict, Unavailable):  # the effect is well, and may come about when it is tried again
                raise
            except Exception as error:
                raise _EffectFailed(event) from error
            reached("consumer.applied")
        return verdict

    async def _position(self, partnership: str) -> Position:
        return await self._database.read(
            lambda connection: inbox.all_positions(connection, self._consumer).get(partnership, Position())
        )

    async def _failed(self, event: Recorded, reason: str) -> float:
        """Count a failure of an event's effect, let its partnership rest, and give the event up after too many."""
        tries = await self._database.write(
            lambda connection: dead_letters.count_failure(connection, self._consumer, event, reason)
        )
        _log.warning("the effect of an event failed", **self._who(event), tries=tries, reason=reason)
        if tries >= self._tries:
            await self._give_up(event, f"its effect failed {tries} times, the last time with: {reason}")
            return 0.0
        delay = min(self._first_delay * 2.0 ** (tries - 1), _LONGEST_DELAY_SECONDS)
        self._resting[event.partnership] = asyncio.get_running_loop().time() + delay
        return delay

    async def _give_up(self, event: Recorded, reason: str) -> None:
        """Make a dead letter of an event and go on behind it, both at once."""

        def bury_and_pass(connection: Connection) -> None:
            if inbox.take(connection, self._consumer, event) is Verdict.NEXT:
                self._bury(connection, event, reason)

        await self._database.write(bury_and_pass)
        _log.error("an event has become a dead letter", **self._who(event), reason=reason)

    def _bury(self, connection: Connection, event: Recorded, reason: str) -> None:
        dead_letters.bury(
            connection,
            self._consumer,
            event.partnership,
            event.version,
            subject=subject_of(self._durable.stream, event.partnership, event.fact.slug()),
            wire=with_chain(event.body, event.chain),
            reason=reason,
        )

    async def _remember_standstills(self) -> None:
        if not self._remembered:
            await self._blocked.load()
            self._remembered = True
            self._tend()

    async def _stuck(self, event: Event, reason: str) -> float:
        await self._blocked.note(event.partnership, Blockage(event.version, reason))
        self._tend()
        return _STUCK_SECONDS

    def _tend(self) -> None:
        if self._blocked.reasons and (self._tending is None or self._tending.done()):
            self._tending = asyncio.create_task(self._settle_standstills())

    async def _settle_standstills(self) -> None:
        """Look after the partnerships that stand still, as long as there are any.

        What they lack may be handed to another replica, and then nothing of it comes by here.
        """
        while self._blocked.reasons:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                for partnership in self._blocked.due():
                    await self._blocked.settle(partnership, (await self._position(partnership)).version)
            except (Unavailable, Overloaded) as error:
                _log.info("blocked partitions could not be recorded", consumer=self._consumer, reason=str(error))

    def _who(self, event: Event) -> dict[str, object]:
        return {"consumer": self._consumer, "partnership": event.partnership, "version": event.version}


async def _leave_as_it_is(message: NatsMessage) -> NatsMessage:
    return message
