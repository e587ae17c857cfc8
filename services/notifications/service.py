"""The notifications service: takes both logs in, keeps the delivery queue, sends what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cached_property, partial

import structlog
from fastapi import APIRouter
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import ConsumerInfo
from prometheus_client import Gauge
from sqlalchemy import Connection

from services.notifications import api, pages, presumption, reminder_page
from services.notifications.channels.address_book import AddressBook
from services.notifications.channels.composing import Composer
from services.notifications.digest.digests import Digests
from services.notifications.digest.source import WaitingSource
from services.notifications.intake import deferred_announcements, read_model
from services.notifications.intake.announcing import Announcer
from services.notifications.pack_downloader import PackDownloader
from services.notifications.pack_source import PackSource
from services.notifications.queue import listing, unaddressed, work
from services.notifications.queue.leader import Leader
from services.notifications.queue.queue_admin import QueueAdmin
from services.notifications.queue.sender import Sender
from services.notifications.rebuilding import learn_what_ends_roles
from services.notifications.receipt_source import ReceiptSource
from services.notifications.reminding import Reminding
from services.notifications.schema import SCHEMA
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory
from services.runtime.access.return_links import ReturnLinks
from services.runtime.access.roles import RolesIn
from services.runtime.access.service_token import service_token_of
from services.runtime.access.sessions.reader import SCHEMA as ACCESS
from services.runtime.base.clock import SystemClock
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.retry import Backoff, keep_doing, steadily
from services.runtime.base.telemetry import REGISTRY
from services.runtime.base.trouble import Trouble
from services.runtime.messaging import blocked_partitions
from services.runtime.messaging.checks import blockage, consumer_check, dead_letters_check
from services.runtime.messaging.handler_broker import faststream_broker
from services.runtime.messaging.handlers import Handler
from services.runtime.messaging.streams import NOTIFICATIONS_OF_PROGRAMME, NOTIFICATIONS_OF_REPORTING, Durable
from services.runtime.messaging.unsealed_messages import unsealed_messages_check
from services.runtime.process.lifecycle import Foundation
from services.runtime.store.checks import database_check
from services.runtime.store.database import Database
from services.runtime.web import blocked_partnerships, dead_letters
from services.runtime.web.blocked_admin import BlockedAdmin
from services.runtime.web.dead_letter_admin import DeadLetterAdmin
from services.runtime.web.routing import joined

DEAD_LETTERS = "/emails/dead-letters"
BLOCKED_PARTNERSHIPS = "/emails/blocked-partnerships"
_LOOK_SECONDS = 0.05
_BROKER_SECONDS = 2.0  # less than a check of readiness may take, so that it can say who does not answer
_DIGEST_BACKOFF = Backoff(5.0, 300.0)
PACKS_NOT_RECEIVED = Gauge(
    "concordat_packs_not_received",
    "E-mails with a board pack that failed and were not sent since.",
    registry=REGISTRY,
)
_WAITING = Gauge("concordat_emails_waiting", "E-mails in the queue, due or not yet.", registry=REGISTRY)
_LATE = Gauge(
    "concordat_emails_oldest_due_seconds",
    "For how long the e-mail has been due that is due longest; 0 where none is.",
    registry=REGISTRY,
)
_NOT_SENT = Gauge(
    "concordat_emails_failed",
    "E-mails that failed for good, were not sent since, and can be sent again by a person.",
    registry=REGISTRY,
)
_log = structlog.get_logger(__name__)


class NotificationsService:
    """Notifications as the host runs it."""

    name = "notifications"

    def __init__(self, foundation: Foundation) -> None:
        settings = self._settings = foundation.settings
        self._prepare = foundation.prepare
        self._clock = foundation.clock
        self._nats = foundation.nats
        self._keyring = foundation.keyrings[NOTIFICATIONS_OF_PROGRAMME.stream]
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self.database = Database(settings.notifications_database_url)
        self.directory = Directory(settings.directory_database_url)
        self.access = Database(settings.access_database_url)
        links, programme_url = ReturnLinks.of(settings), settings.programme_url or settings.public_url
        self._receipts = ReceiptSource(programme_url, links)
        self._waiting = WaitingSource(programme_url, links) if links is not None else None
        composer = Composer(
            settings, self.database, AddressBook(self.database, self.directory, self.access), links, self._receipts
        )
        self.leader = Leader(self.database, self._clock, self._wake)
        self.sender: Sender | None = None
        if settings.smtp_host is not None:
            self.sender = Sender(settings, self._clock, self.database, composer, self.leader)
        self._pack_source = PackSource(settings.reporting_url or settings.public_url, service_token_of(settings))
        self.downloader = PackDownloader(
            self._clock, self.database, self._pack_source, self.leader, settings.poll_seconds
        )
        self._announcer = Announcer(self._clock, composer.sender.address.domain)
        self._mail_domain = composer.sender.address.domain
        self.handlers = {
            durable: Handler(
                self.database,
                foundation.nats,
                foundation.keyrings[durable.stream],
                durable,
                on,
                rewind=forget,
            )
            for durable, on, forget in (
                (NOTIFICATIONS_OF_PROGRAMME, self._announcer.on_programme, _begin_anew),
                (NOTIFICATIONS_OF_REPORTING, self._announcer.on_reporting, deferred_announcements.forget),
            )
        }
        self._broker = faststream_broker(
            foundation.address, "notifications handlers", traced=settings.otlp_endpoint is not None
        )
        self.queue_admin = QueueAdmin(self.database, self._clock, self._wake)
        has_links = links is not None
        self._reminding = Reminding(
            self.database, self.directory, self._clock, settings.public_url, has_links=has_links
        )

    @cached_property
    def router(self) -> APIRouter:
        """Its routes."""
        consumers = {durable.name: handler.consumer for durable, handler in self.handlers.items()}
        its = (self.name, self.database, consumers)
        dead = dead_letters.routes(DeadLetterAdmin(*its), DEAD_LETTERS, "e-mails that were not written")
        blocked = blocked_partnerships.routes(BlockedAdmin(*its), BLOCKED_PARTNERSHIPS, "e-mails")
        reminders = reminder_page.routes(self._reminding, self._clock)
        queue = (api.routes(self.queue_admin), pages.routes(self.queue_admin, self.directory))
        return joined(dead, blocked, *queue, reminders)

    async def roles_in(self, partnership: str) -> RolesIn:
        """Return who holds which roles today, as far as it was taken in; NO_PARTNERSHIP where there is none."""
        now = self._clock.now()
        return await self.database.read(lambda connection: read_model.roles_in(connection, partnership, now))

    @property
    def checks(self) -> Sequence[Check]:
        """What must be well for it to be ready.

        E-mail that waits or that nobody could get, dead letters and unsealed messages are told of and are no reason
        to send people away from the pages: those never say no.
        """
        return (
            database_check(self.name, self.database),
            *(self._consumer_check(durable) for durable in self.handlers),
            Check("partnerships in notifications", self._no_partnership_is_blocked),
            unsealed_messages_check(self.database, [durable.name for durable in self.handlers]),
            dead_letters_check(self.name, self.database, [durable.name for durable in self.handlers], DEAD_LETTERS),
            Check("e-mail queue", self._queue),
            Check("mail server", self._mail_server),
            Check("secretaries’ addresses", self._secretaries),
        )

    async def _secretaries(self) -> ProbeResult:
        return await unaddressed.finding(self.database, self.directory)

    async def start(self) -> None:
        """Make the databases ready, then take in, fetch and send."""
        await self._prepare(SCHEMA, self.database)
        await self._prepare(DIRECTORY, self.directory.database)
        await self._prepare(ACCESS, self.access)
        await asyncio.to_thread(self.directory.finish_erasures)
        self._announcer.presumed_sent_before = await self.database.read(presumption.presumed_sent_before)
        await learn_what_ends_roles(self.database, self._nats, self._keyring, self._announcer)
        self._loop = asyncio.get_running_loop()
        self.database.after_commit(self._committed)
        for handler in self.handlers.values():
            await handler.start(self._broker)
        await self._broker.start()
        self._tasks = [
            asyncio.create_task(self.leader.keep()),
            asyncio.create_task(self.downloader.run()),
            asyncio.create_task(self._sweep()),
        ]
        if self.sender is not None:
            self._tasks.append(asyncio.create_task(self.sender.run()))
        if self._waiting is not None:
            self._tasks.append(asyncio.create_task(self._make_digests(self._waiting)))

    async def stop(self) -> None:
        """End in good order: an e-mail that is being sent is sent to its end."""
        await self._broker.stop()
        for handler in self.handlers.values():
            await handler.stop()
        if self.sender is not None:
            await self.sender.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.leader.end()
        await self._pack_source.close()
        await self._receipts.close()
        if self._waiting is not None:
            await self._waiting.close()
        await asyncio.to_thread(self.database.close)
        await asyncio.to_thread(self.access.close)
        await self.directory.close()

    async def idle(self, seconds: float) -> bool:
        """Wait until both streams are taken in and every e-mail that is due has been tried. False if time ran out.

        Without a mail server nothing can be tried, so there the streams alone count.
        """
        try:
            async with asyncio.timeout(seconds) as limit:
                while not await self._is_seen_idle():
                    # Python 3.11's wait_for, by which nats-py asks, can swallow an end that comes with an answer.
                    if limit.expired():
                        return False
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            return False
        return True

    async def _is_seen_idle(self) -> bool:
        """Say the same as far as the broker answers: where it does not in good time, it is to be asked again."""
        try:
            return await self._is_idle()
        except NatsTimeoutError:
            return False

    async def _is_idle(self) -> bool:
        for durable in self.handlers:
            if await self._is_behind(durable) or await self._blocked(durable):
                return False
        if await self.database.read(deferred_announcements.partnerships):
            return False
        if await self.database.read(read_model.being_relearnt):
            return False
        if self.sender is None:
            return True
        return await self.database.read(lambda connection: listing.all_tried(connection, self._clock.now()))

    async def _lag(self, durable: Durable) -> int:
        manager = self._nats.jsm(timeout=_BROKER_SECONDS)
        return _unanswered(await manager.consumer_info(durable.stream, durable.name))

    async def _is_behind(self, durable: Durable) -> bool:
        """Say whether messages are still to be handed out or answered.

        The broker may take a moment to count a message that it has just acknowledged among those that are pending.
        """
        stream = (await self._nats.jsm().stream_info(durable.stream)).state
        info = await self._nats.jsm().consumer_info(durable.stream, durable.name)
        handed_out = info.delivered.stream_seq if info.delivered else 0
        return _unanswered(info) > 0 or (stream.messages > 0 and stream.last_seq > handed_out)

    async def _blocked(self, durable: Durable) -> set[str]:
        return await self.database.read(partial(blocked_partitions.blocked, consumer=durable.name))

    async def _sweep(self) -> None:
        """Release, now and then, what two replicas that began at one moment may have left held back."""
        trouble = Trouble(__name__, "deferred announcements could not be read", "deferred announcements are read again")
        every = self._settings.poll_seconds
        await keep_doing(self._release_what_may_go, trouble, steadily(every), every=every)

    async def _make_digests(self, waiting: WaitingSource) -> None:
        """Make digests in their mornings. Programme is asked again, ever later, where it does not answer."""
        digests = Digests(
            self.database, self.directory, self.access, self._clock, waiting, self.leader, self._mail_domain
        )
        trouble = Trouble(__name__, "a digest could not be made", "digests are made again")
        await keep_doing(digests.make_what_is_due, trouble, _DIGEST_BACKOFF, every=self._settings.poll_seconds)

    async def _release_what_may_go(self) -> None:
        relearning = await self.database.read(read_model.being_relearnt)
        if relearning and not await self._is_behind(NOTIFICATIONS_OF_PROGRAMME):
            blocked = await self._blocked(NOTIFICATIONS_OF_PROGRAMME)
            for partnership in sorted(relearning - blocked):
                await self.database.write(partial(self._announcer.relearnt, partnership=partnership))
        for partnership in await self.database.read(deferred_announcements.partnerships):
            await self.database.write(partial(self._announcer.release, partnership=partnership))

    def _committed(self, notes: Sequence[object]) -> None:
        if self._loop is not None and work.is_among(notes):
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self.downloader.wake()
        if self.sender is not None:
            self.sender.wake()

    def _consumer_check(self, durable: Durable) -> Check:
        # Progress is made in real time, whatever clock the partnerships run on.
        return consumer_check(
            durable.name,
            lambda: self._lag(durable),
            lambda: self.handlers[durable].last_progress,
            SystemClock(),
            self._settings.stalled_seconds,
        )

    async def _no_partnership_is_blocked(self) -> ProbeResult:
        found: dict[str, str] = {}
        for handler in self.handlers.values():
            for partnership, reason in handler.blocked.items():
                found[partnership] = "; ".join(filter(None, (found.get(partnership), reason)))
        return blockage(self.name, found, BLOCKED_PARTNERSHIPS)

    async def _queue(self) -> ProbeResult:
        now = self._clock.now()
        queue = await self.database.read(lambda connection: listing.queue(connection, now))
        seconds = 0.0 if queue.oldest_due is None else (now - queue.oldest_due).total_seconds()
        late = "" if queue.oldest_due is None else f", the one that is due longest for {seconds / 60:.0f} minutes"
        _WAITING.set(queue.waiting)
        _LATE.set(seconds)
        _NOT_SENT.set(queue.failed)
        PACKS_NOT_RECEIVED.set(queue.failed_packs)
        packs = f", {queue.failed_packs} of them with a board pack" if queue.failed_packs else ""
        failed = f"{queue.failed} failed and can be sent again by a person{packs}"
        return ProbeResult(True, f"{queue.waiting} wait{late}; {failed}.")

    async def _mail_server(self) -> ProbeResult:
        if self.sender is None:
            return ProbeResult(True, "None is set (CONCORDAT_SMTP_HOST), so e-mails wait in the queue.")
        last = self.sender.last_result
        if last is None:
            return ProbeResult(True, "Not contacted yet.")
        return ProbeResult(True, f"{'It takes e-mail' if last.takes_mail else 'It takes no e-mail'}: {last.said}.")


def _begin_anew(connection: Connection, partnership: str) -> None:
    """Forget what was learnt of a partnership whose log was restored."""
    read_model.forget(connection, partnership)
    deferred_announcements.lose_cause(connection, partnership)


def _unanswered(consumer: ConsumerInfo) -> int:
    """Return how many messages are still to be handed out or answered, as far as the broker has counted them."""
    return (consumer.num_pending or 0) + (consumer.num_ack_pending or 0)
