"""The delivery loop: claims what is due, sends it, writes down what came of it. Several at a time, none twice.

What is promised: a message whose sending was broken off before its last byte was with the mail server goes out again,
under its one Message-ID, and arrives once. If this process, or the mail server, dies between that byte and the commit
of the answer, nobody can know whether it arrived; then it goes out again under the same Message-ID. Nothing is lost.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog
from prometheus_client import Counter
from sqlalchemy import Connection
from structlog.contextvars import bound_contextvars

from services.notifications.channels.composing import Composer
from services.notifications.channels.mail import Addressee
from services.notifications.intake.notices import Notice, NoticeKind
from services.notifications.queue import deliveries, outcomes, shortfall
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.leader import Leader
from services.notifications.queue.outcomes import AttemptOutcome, RetryPolicy
from services.notifications.queue.rate_limit import RateLimit
from services.runtime.base.clock import Clock
from services.runtime.base.failpoints import reached
from services.runtime.base.retry import Backoff, retry, steadily
from services.runtime.base.settings import Settings
from services.runtime.base.telemetry import REGISTRY, step
from services.runtime.base.trouble import Trouble
from services.runtime.mail.addresses import without_person
from services.runtime.mail.answers import ContentRejected, PutOff, Rejected, Sent, Unreachable
from services.runtime.mail.smtp import Conversation, NotOurs
from services.runtime.store.database import Database
from services.runtime.store.lease import LeaseLost

_AWAY = Backoff(5.0, 300.0)
_DATABASE_SECONDS = 0.5
_UNSURE_SECONDS = 120.0  # a commit that nobody acknowledged may still be on its way
_ATTEMPTS = Counter(
    "concordat_delivery_attempts", "Attempts at sending an e-mail, by outcome.", ("outcome",), registry=REGISTRY
)
_FAILED = Counter(
    "concordat_deliveries_failed",
    "Deliveries that were given up or refused for good, by kind; those that are sent again and fail count again.",
    ("kind",),
    registry=REGISTRY,
)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LastResult:
    """What the mail server did last, in a sentence, and whether it takes e-mail."""

    takes_mail: bool
    said: str


class Sender:
    """Sends what is due while this replica is on duty."""

    def __init__(
        self, settings: Settings, clock: Clock, database: Database, composer: Composer, leader: Leader
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._database = database
        self._composer = composer
        self._on_duty = leader
        self._retry_policy = RetryPolicy(
            timedelta(seconds=settings.mail_retry_seconds), timedelta(hours=settings.mail_give_up_hours)
        )
        self._pace = RateLimit(settings.mail_per_minute)
        self._woken = asyncio.Event()
        self._stopping = False
        self._conversations = [Conversation(settings) for _ in range(settings.mail_connections)]
        self._free = list(self._conversations)  # the one used last is used next, so that it stays warm
        self._one_is_free = asyncio.Semaphore(len(self._free))
        self._attempts: dict[asyncio.Task[None], int] = {}  # and which delivery each is of
        self._unsure_until = 0.0  # by the loop's clock: until then a claim may come to light that we heard nothing of
        self._claiming = asyncio.Lock()
        self._away = 0
        self._unread = Trouble(__name__, "the queue could not be read", "the queue is read again")
        self._unrecorded = Trouble(__name__, "an outcome could not be recorded yet", "outcomes are recorded again")
        self.last_result: LastResult | None = None

    def wake(self) -> None:
        """Say that something may be due."""
        self._woken.set()

    async def run(self) -> None:
        """Send until ``stop``."""
        while not self._stopping:
            await self._one_is_free.acquire()
            await self._pace.room()
            if not await self._begin_next():
                self._one_is_free.release()
                await self._rest()

    async def stop(self) -> None:
        """Begin nothing more, end what has begun if it ends in time, and hang up."""
        self._stopping = True
        self.wake()
        async with self._claiming:
            pass  # what is being claimed is among the attempts then, and nothing more is
        if self._attempts:
            _, late = await asyncio.wait(self._attempts, timeout=self._settings.shutdown_seconds / 4)
            for attempt in late:
                attempt.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for conversation in self._conversations:
            await conversation.close()

    async def _begin_next(self) -> bool:
        """Claim what has been due longest and begin to send it; say whether there was anything."""
        async with self._claiming:
            claimed = await self._next()
            if claimed is None:
                return False
            self._pace.count()
            attempt = asyncio.create_task(self._attempt(self._free.pop(), *claimed))
            self._attempts[attempt] = claimed[0].id
            attempt.add_done_callback(self._attempts.pop)
            return True

    async def _next(self) -> tuple[Delivery, Notice] | None:
        """Claim what has been due longest; None where nothing is, or where it is not for us to send."""
        fence = self._on_duty.fence
        if fence is None or self._stopping:
            return None

        clock = asyncio.get_running_loop().time
        unsure, attempted = clock() < self._unsure_until, [*self._attempts.values()]

        def claim(connection: Connection) -> tuple[Delivery, Notice] | None:
            self._on_duty.lease.confirm(connection)
            now = self._clock.now()
            if unsure:
                deliveries.recover(connection, fence, now, attempted)
            return deliveries.claim(connection, fence, now)

        try:
            claimed = await self._database.write(claim)
        except LeaseLost:
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop goes on
            self._unread.met(error)
            self._unsure_until = clock() + _UNSURE_SECONDS
            return None
        self._unread.over()
        return claimed

    async def _rest(self) -> None:
        """Wait until woken, or until it is time to look by ourselves."""
        try:
            async with asyncio.timeout(self._settings.poll_seconds):
                await self._woken.wait()
            self._woken.clear()
        except TimeoutError:
            for conversation in tuple(self._free):
                await conversation.close_if_idle()

    async def _attempt(self, conversation: Conversation, delivery: Delivery, notice: Notice) -> None:
        try:
            reached("delivery.attempted")
            its = {"delivery": delivery.id, "attempt": delivery.attempts}
            with (
                bound_contextvars(partnership=notice.partnership),
                step(f"e-mail {delivery.kind}", delivery.traceparent, attributes=its),
            ):
                outcome = await self._outcome(conversation, delivery, notice)
                await self._record(delivery, outcome)
            reached("delivery.recorded")
        except NotOurs:
            _log.warning("another replica has taken over a delivery", delivery=delivery.id)
        finally:
            self._free.append(conversation)
            self._one_is_free.release()
            self.wake()

    async def _outcome(self, conversation: Conversation, delivery: Delivery, notice: Notice) -> AttemptOutcome:
        try:
            addressee = await self._composer.address_book.addressee(delivery)
            if not isinstance(addressee, Addressee):
                return addressee
            outcome = await self._send(conversation, delivery, notice, addressee)
        except NotOurs:
            raise
        except Exception as error:  # noqa: BLE001 - the delivery must not be left in the middle of an attempt
            _log.exception("an e-mail could not be written or sent", delivery=delivery.id)
            return PutOff(f"it could not be written or sent: {type(error).__name__}")
        outcome = _without(outcome, addressee)
        self._note(outcome)
        return outcome

    async def _send(
        self, conversation: Conversation, delivery: Delivery, notice: Notice, addressee: Addressee
    ) -> AttemptOutcome:
        """Send an e-mail; where the mail server will not have what is attached, send the letter with its link alone."""
        outcome = await self._send_once(conversation, delivery, notice, addressee, attached=True)
        if isinstance(outcome, ContentRejected) and notice.kind is NoticeKind.PACK:
            reason = outcome.reason
            outcome = await self._send_once(conversation, delivery, notice, addressee, attached=False)
            if isinstance(outcome, Sent):
                return Sent(f"it went out with the link alone: {reason}")
        return Rejected(outcome.reason) if isinstance(outcome, ContentRejected) else outcome

    async def _send_once(
        self, conversation: Conversation, delivery: Delivery, notice: Notice, addressee: Addressee, *, attached: bool
    ) -> AttemptOutcome | ContentRejected:
        message = await self._composer.compose(delivery, notice, addressee, self._clock.now(), attached=attached)
        return await conversation.send(
            self._composer.sender.address, addressee.address, message, lambda: self._hand_over(delivery)
        )

    async def _hand_over(self, delivery: Delivery) -> bool:
        now = self._clock.now()
        ours = await self._database.write(lambda connection: deliveries.hand_over(connection, delivery, now))
        reached("delivery.handed_over")
        return ours

    async def _record(self, delivery: Delivery, outcome: AttemptOutcome) -> None:
        """Write the outcome down, however long that takes: what was sent must not be forgotten."""
        _ATTEMPTS.labels(type(outcome).__name__.lower()).inc()
        write = partial(self._write_down, delivery=delivery, outcome=outcome)
        again = steadily(_DATABASE_SECONDS)
        state = await retry(lambda: self._database.write(write), again, self._unrecorded.met)
        self._unrecorded.over()
        said = outcome.remark if isinstance(outcome, Sent) else outcome.reason
        _log.info("delivery attempted", delivery=delivery.id, outcome=type(outcome).__name__, reason=said)
        if state is DeliveryState.FAILED:
            _FAILED.labels(delivery.kind).inc()
            if delivery.kind is NoticeKind.PACK:
                _log.error("somebody did not get a board pack", pack=delivery.about, delivery=delivery.id, reason=said)

    def _write_down(self, connection: Connection, delivery: Delivery, outcome: AttemptOutcome) -> DeliveryState:
        now = self._clock.now()
        if isinstance(outcome, Unreachable):
            away = timedelta(seconds=_AWAY.pause(self._away))
            outcomes.wait_for_server(connection, delivery, outcome, now, now + away)
            return DeliveryState.DEFERRED
        state = outcomes.record(connection, delivery, outcome, now, self._retry_policy)
        if delivery.kind is NoticeKind.PACK:
            shortfall.tell_of(connection, delivery, now, self._composer.sender.address.domain)
        return state

    def _note(self, outcome: AttemptOutcome) -> None:
        if isinstance(outcome, Unreachable):
            self._away += 1
            self.last_result = LastResult(False, outcome.reason)
            return
        self._away = 0
        said = "it took the last e-mail" if isinstance(outcome, Sent) else outcome.reason
        self.last_result = LastResult(True, said)


def _without(outcome: AttemptOutcome, addressee: Addressee) -> AttemptOutcome:
    """Return what came of an attempt with the recipient left out of what the mail server said."""
    if isinstance(outcome, Sent):
        if outcome.remark is None:
            return outcome
        return Sent(without_person(outcome.remark, addressee.name, addressee.address.spec))
    return replace(outcome, reason=without_person(outcome.reason, addressee.name, addressee.address.spec))
