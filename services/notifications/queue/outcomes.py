"""What becomes of an attempt: written down after the mail server has answered, or failed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, update

from services.notifications.queue.deliveries import this_attempt
from services.notifications.queue.delivery import QUEUED, Delivery, DeliveryState, table
from services.runtime.base.retry import Backoff
from services.runtime.mail.answers import PutOff, Rejected, Sent, Unreachable

_LONGEST_DELAY_SECONDS = 3600.0
_LEAST_TRIES = 5
"""Time alone gives nothing up: this service may have stood still for days and come to its first try only now."""


@dataclass(frozen=True, slots=True)
class Omitted:
    """There is no need to send it, or nobody to send it to: ``reason`` says which."""

    reason: str


AttemptOutcome = Sent | Rejected | Omitted | PutOff | Unreachable
"""What is written down about an attempt."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long a delivery waits between tries, and how long it is tried."""

    first_delay: timedelta
    give_up_after: timedelta

    def delay(self, attempts: int) -> timedelta:
        """Return how long to wait after so many attempts: twice as long each time, up to an hour."""
        first = self.first_delay.total_seconds()
        return timedelta(seconds=Backoff(first, max(_LONGEST_DELAY_SECONDS, first)).pause(attempts))


def record(
    connection: Connection,
    delivery: Delivery,
    outcome: Sent | Rejected | Omitted | PutOff,
    now: datetime,
    retry_policy: RetryPolicy,
) -> DeliveryState:
    """Write down what came of an attempt; return the state that the delivery is in now.

    That a message was taken counts whoever has taken over the delivery since: it must not go out again. Anything else
    counts only while the attempt is ours.
    """
    mine = this_attempt(delivery)
    values: dict[str, object] = {"finished_at": now, "due_at": None, "reason": None}
    if isinstance(outcome, Sent):
        values |= {"state": DeliveryState.SENT, "reason": outcome.remark}
        mine = and_(table.c.id == delivery.id, table.c.state.in_([*QUEUED, DeliveryState.ATTEMPTING]))
    elif isinstance(outcome, Rejected):
        values |= {"state": DeliveryState.FAILED, "reason": outcome.reason}
    elif isinstance(outcome, Omitted):
        values |= {"state": DeliveryState.OMITTED, "reason": outcome.reason, "attempts": 0}
    else:
        values = _put_off(delivery, outcome.reason, now, retry_policy) | {"doubts": delivery.doubts + outcome.in_doubt}
    connection.execute(update(table).where(mine).values(values))
    return DeliveryState(str(values["state"]))


def wait_for_server(
    connection: Connection, delivery: Delivery, outcome: Unreachable, now: datetime, until: datetime
) -> None:
    """Put off the delivery that found the server away, and everything else that is due: nothing is tried in vain.

    That the server is away says nothing about a delivery, so none is given up for it.
    """
    away = {"state": DeliveryState.DEFERRED, "due_at": until, "reason": outcome.reason}
    connection.execute(update(table).where(this_attempt(delivery)).values(away))
    connection.execute(update(table).where(table.c.state.in_(QUEUED), table.c.due_at <= now).values(away))


def send_again(connection: Connection, delivery: Delivery, now: datetime) -> bool:
    """Put a delivery that failed, or was omitted, back into the queue, as if it were new. False for any other."""
    put_back = connection.execute(
        update(table)
        .where(table.c.id == delivery.id, table.c.state.in_([DeliveryState.FAILED, DeliveryState.OMITTED]))
        .values(state=DeliveryState.WAITING, since=now, due_at=now, attempts=0, finished_at=None, reason=None)
    )
    return put_back.rowcount == 1


def _put_off(delivery: Delivery, reason: str, now: datetime, retry_policy: RetryPolicy) -> dict[str, object]:
    if now - delivery.since >= retry_policy.give_up_after and delivery.attempts >= _LEAST_TRIES:
        hours = retry_policy.give_up_after.total_seconds() / 3600
        given_up = f"given up after {delivery.attempts} tries in {hours:.0f} hours; the last time: {reason}"
        return {"state": DeliveryState.FAILED, "finished_at": now, "due_at": None, "reason": given_up}
    return {"state": DeliveryState.DEFERRED, "due_at": now + retry_policy.delay(delivery.attempts), "reason": reason}
