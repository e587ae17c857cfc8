"""Concordat with one promise taken out, to see that the suite notices.

Each function breaks the process that it is called in; nothing but the entry point of these tests calls one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from contracts.envelope import Position, Recorded
from services.notifications.intake.notices import Notice
from services.notifications.queue.deliveries import Delivery
from services.notifications.queue.sender import Sender
from services.runtime.base.failpoints import reached
from services.runtime.mail.answers import Sent
from services.runtime.mail.smtp import Conversation
from services.runtime.messaging import inbox
from services.runtime.messaging.inbox import Verdict
from services.runtime.messaging.publisher import Publisher
from services.runtime.store import event_store
from services.runtime.store.commit_notes import after_commit
from services.runtime.store.event_store import Appended, EventStore, Stored


def follower_keeps_only_the_highest() -> None:
    """Whatever is higher than all before is taken; what it left out is then old."""

    def judge(position: Position, event: Recorded) -> Verdict:
        return Verdict.NEXT if event.version > position.version else Verdict.DUPLICATE

    inbox.judge = judge


def relay_marks_before_it_is_acknowledged() -> None:
    """What was handed to the connection counts as relayed."""
    honest = Publisher.send

    async def send(self: Publisher, events: Iterable[Stored], epoch: str, *, anew: bool = False) -> None:
        handed_over = list(events)
        await honest(self, handed_over, epoch, anew=anew)
        self.forget()
        for event in handed_over:
            self._acknowledged(event)

    Publisher.send = send  # type: ignore[method-assign]


def delivery_records_success_before_it_sends() -> None:
    """A delivery is sent as far as the queue knows, and is then sent."""
    honest = Sender._attempt

    async def attempt(self: Sender, conversation: Conversation, delivery: Delivery, notice: Notice) -> None:
        await self._record(delivery, Sent())
        await honest(self, conversation, delivery, notice)

    async def hand_over(self: Sender, delivery: Delivery) -> bool:
        reached("delivery.handed_over")
        return True

    Sender._attempt = attempt  # type: ignore[method-assign]
    Sender._hand_over = hand_over  # type: ignore[method-assign]


def append_checks_no_version() -> None:
    """Whoever comes last writes over whoever came first."""

    def append(
        self: EventStore,
        connection: Connection,
        events: Sequence[Recorded],
        traceparent: str | None = None,
        *,
        after: Position | None = None,
    ) -> None:
        if not events:
            return
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        last = events[-1]
        heads: dict[str, Any] = {"version": last.version, "chain": last.chain, "recorded_at": last.recorded_at}
        connection.execute(
            dialect.insert(self.heads)
            .values(partnership=last.partnership, relayed=0, **heads)
            .on_conflict_do_update(index_elements=["partnership"], set_=heads)
        )
        for event in events:
            row = dict(zip(self.events.columns.keys(), event_store._row(event, traceparent), strict=True))
            connection.execute(
                dialect.insert(self.events)
                .values(**row)
                .on_conflict_do_update(index_elements=["partnership", "version"], set_=row)
            )
        stored = [Stored(each.partnership, each.version, each.body, each.chain, traceparent) for each in events]
        after_commit(connection, Appended(self.name, stored))

    EventStore.append = append  # type: ignore[method-assign]


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        follower_keeps_only_the_highest,
        relay_marks_before_it_is_acknowledged,
        delivery_records_success_before_it_sends,
        append_checks_no_version,
    )
}
