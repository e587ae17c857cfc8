"""One batch of events on its way into the inbox: which of them have their turn, and what is in the way of the others.

Their effects and the positions behind them are written in one transaction, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection

from contracts.envelope import ChainBroken, Position, Recorded
from services.runtime.base.failpoints import reached
from services.runtime.messaging import inbox
from services.runtime.messaging.decoding import Event, Unreadable
from services.runtime.messaging.inbox import Rewind, Verdict, leave_all

Apply = Callable[[Connection, Sequence[Recorded]], None]
"""Writes the effects of events on the connection that it is given."""


class Obstacle(StrEnum):
    """What keeps a partnership from going on."""

    MISSING = "missing"
    """An event has not come, and one behind it has."""
    UNREADABLE = "unreadable"
    """The service is older than the one that wrote the event."""
    FORKED = "forked"
    """The event continues another history than the one that was taken in."""
    FAILED = "failed"
    """The effect of the event raises."""


@dataclass(slots=True)
class Blockage:
    """Why a partnership cannot go on: what is in the way, in words too, and the highest version seen of it.

    ``version`` is that of the event whose turn does not come, ``event`` what it says happened, where it is known.
    """

    seen: int
    reason: str
    obstacle: Obstacle
    version: int
    event: str | None = None

    @property
    def missing(self) -> bool:
        """Whether it is only that an event has not come."""
        return self.obstacle is Obstacle.MISSING


@dataclass(slots=True)
class InboxBatch:
    """What came of a batch: the events taken in, where each partnership now stands, and what was in the way."""

    events: list[Recorded] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    blockages: dict[str, Blockage] = field(default_factory=dict)
    anew: set[str] = field(default_factory=set)
    """The partnerships whose log is of a later epoch than what was taken in before."""

    def judge(self, event: Event) -> None:
        """Take in ``event`` if it is the next one of its partnership; otherwise note what is in the way."""
        position = self.positions.get(event.partnership, Position())
        if isinstance(event, Unreadable):
            if event.version > position.version:
                self._block(
                    event, Blockage(event.version, event.reason, Obstacle.UNREADABLE, event.version, event.event)
                )
            return
        try:
            verdict = inbox.judge(position, event)
            if verdict is Verdict.ANEW:
                self._begin_anew(event.partnership, event.epoch)
                position = self.positions[event.partnership]
                verdict = inbox.judge(position, event)
        except ChainBroken as broken:
            its = (position.version + 1, event.fact.slug())
            self._block(event, Blockage(event.version, str(broken), Obstacle.FORKED, *its))
            return
        if verdict is Verdict.NEXT:
            self.positions[event.partnership] = event.position
            self.events.append(event)
        elif verdict is Verdict.GAP:
            gap = gap_behind(position.version)
            self._block(event, Blockage(event.version, gap, Obstacle.MISSING, position.version + 1))

    def _begin_anew(self, partnership: str, epoch: str) -> None:
        """Stand before the first event of a later epoch; what came of the one before does not count."""
        self.positions[partnership] = Position(epoch=epoch)
        self.events = [event for event in self.events if event.partnership != partnership]
        self.blockages.pop(partnership, None)
        self.anew.add(partnership)

    def _block(self, event: Event, blockage: Blockage) -> None:
        """Note that an event could not be taken in; the first reason stays, the highest version counts."""
        known = self.blockages.setdefault(event.partnership, blockage)
        known.seen = max(known.seen, event.version)


def gap_behind(version: int) -> str:
    """Return what is said of a partnership that has got to ``version`` and lacks the next one."""
    return f"event {version + 1} is missing"


def apply_batch(
    connection: Connection, consumer: str, events: Sequence[Event], apply: Apply, rewind: Rewind = leave_all
) -> InboxBatch:
    """Apply those of the ``events`` whose turn it is and move the consumer's positions past them.

    ``rewind`` is called for each partnership whose log is of a later epoch than what was taken in of it. Raises what
    ``apply`` and ``rewind`` raise; nothing is taken in then.
    """
    known = inbox.known_positions(connection, consumer, {event.partnership for event in events})
    batch = InboxBatch(positions=dict(known))
    for event in events:
        batch.judge(event)
    for partnership in sorted(batch.anew):
        rewind(connection, partnership)
    if batch.events or batch.anew:
        moved = {code: batch.positions[code] for code in batch.anew | {event.partnership for event in batch.events}}
        inbox.move(connection, consumer, known, moved)  # first: effects may ask how far the consumer has got
    if batch.events:
        apply(connection, batch.events)
        reached("consumer.applied")
    return batch
