"""From the two logs into the queue: what each event of programme and each announcement of reporting leads to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection

from contracts.envelope import Recorded
from contracts.events.board import MeetingCancelled, MeetingMoved, MeetingScheduled
from contracts.events.decisions import EffectRefused
from contracts.events.partners import PartnerLeavingWithdrawn, PartnerLeft
from contracts.events.partnership import PersonAppointed, RolesEnded
from contracts.events.reporting import PackIssued, ReturnDue, ReturnOverdue
from contracts.events.returns import PartnersReminded, ReturnSubmitted
from domain.register.people import Person
from services.notifications import pack_files
from services.notifications.intake import deferred_announcements, invitations, known_people, notices, read_model
from services.notifications.intake.notices import NoticeKind, Told
from services.notifications.queue import deliveries
from services.notifications.queue.delivery import PRESUMED
from services.runtime.base.clock import Clock
from services.runtime.base.telemetry import continuing
from services.runtime.messaging.log_context import taking_in

_Announcement = PackIssued | ReturnDue | ReturnOverdue


class Announcer:
    """Writes effects of events on the connection that it is given, in the transaction of the inbox."""

    def __init__(self, clock: Clock, mail_domain: str, presumed_sent_before: datetime | None = None) -> None:
        """What was recorded, or due, before ``presumed_sent_before`` is not sent: nobody knows whether it was."""
        self._clock = clock
        self._mail_domain = mail_domain
        self.presumed_sent_before = presumed_sent_before

    def on_programme(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Learn what ``events`` say, invite to meetings, and let go of announcements that waited for them."""
        relearning = read_model.being_relearnt(connection)
        for event in events:
            with taking_in(event):
                if event.partnership in relearning:
                    read_model.learn(connection, event)
                else:
                    self._learn(connection, event)
        self._release_all(connection, events)

    def relearnt(self, connection: Connection, partnership: str, *, presumed: bool = False) -> None:
        """Tell people what they do not know yet, once a log that was restored has been taken in to its end.

        ``presumed`` says that whatever that is, they have been told.
        """
        read_model.relearnt(connection, partnership, deliveries.sequences_told(connection, partnership))
        now = self._clock.now()
        for told in invitations.after_change_of_people(connection, partnership, now, now):
            self._enqueue(connection, told, presumed=presumed)
        deferred_announcements.let_go(connection, partnership)
        self.release(connection, partnership)

    def on_reporting(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Take announcements in; one takes effect at once unless it rests on more of programme's log."""
        announcements = [event for event in events if isinstance(event.fact, _Announcement)]
        for event in announcements:
            deferred_announcements.hold(connection, event)
        self._release_all(connection, announcements)

    def release(self, connection: Connection, partnership: str) -> None:
        """Announce what was held back and need not be any longer."""
        for event in deferred_announcements.release(connection, partnership):
            with continuing(event.traceparent), taking_in(event):
                for told in self._announced(connection, event):
                    self._enqueue(connection, told, presumed=self._is_presumed_sent(event))

    def _release_all(self, connection: Connection, events: Sequence[Recorded]) -> None:
        for partnership in sorted({event.partnership for event in events}):  # all replicas lock in one order
            self.release(connection, partnership)

    def _learn(self, connection: Connection, event: Recorded) -> None:
        read_model.learn(connection, event)
        match event.fact:
            case MeetingScheduled() | MeetingMoved() | MeetingCancelled() as fact:
                now = self._clock.now()
                for told in invitations.after_change_of_meeting(connection, event.partnership, fact.meeting, now):
                    self._enqueue(connection, told, presumed=self._is_presumed_sent(event))
            case PersonAppointed() | RolesEnded() | PartnerLeft() | PartnerLeavingWithdrawn():
                now = self._clock.now()
                for told in invitations.after_change_of_people(connection, event.partnership, event.recorded_at, now):
                    self._enqueue(connection, told, presumed=self._is_presumed_sent(event))
            case EffectRefused() as fact:
                self._tell_of(connection, event, partial(notices.of_failed_effect, event, fact))
            case PartnersReminded() as fact:
                self._tell_of(connection, event, partial(notices.of_reminded_partners, event, fact))
            case ReturnSubmitted() as fact:
                self._tell_of(connection, event, partial(notices.of_submitted_return, event, fact))

    def _announced(self, connection: Connection, event: Recorded) -> list[Told]:
        people = known_people.people(connection, event.partnership)
        of = read_model.partnership(connection, event.partnership)
        assert of is not None  # what is announced of a partnership rests on its log, which begins with its forming
        on = of.local_date(event.recorded_at)
        match event.fact:
            case PackIssued() as fact:
                pack_files.await_files(connection, event.partnership, fact)
                return [notices.of_pack(event, fact, people, on)]
            case ReturnDue() as fact:
                return [notices.of_due_returns(event, fact, people, on)]
            case ReturnOverdue() as fact:
                return notices.of_overdue_returns(event, fact, people, on)
        return []

    def _tell_of(
        self, connection: Connection, event: Recorded, told: Callable[[Collection[Person], date], Told]
    ) -> None:
        """Tell people of what programme recorded, unless it is part of a history that was imported since."""
        of = read_model.partnership(connection, event.partnership)
        if of is not None and not of.was_imported_since(event.recorded_at):
            people, on = known_people.people(connection, event.partnership), of.local_date(event.recorded_at)
            self._enqueue(connection, told(people, on), presumed=self._is_presumed_sent(event))

    def _enqueue(self, connection: Connection, told: Told, *, presumed: bool) -> None:
        (notice, recipients), now = told, self._clock.now()
        waits = notice.kind is NoticeKind.PACK and not pack_files.have_come(
            connection, notice.partnership, notice.about
        )
        deliveries.enqueue(
            connection,
            notice,
            recipients,
            now=now,
            due_at=None if waits else now,
            mail_domain=self._mail_domain,
            presumed=PRESUMED if presumed else None,
        )

    def _is_presumed_sent(self, event: Recorded) -> bool:
        """Say whether e-mails of an event are: an announcement that is made up for was made once when it was due."""
        due_at = event.fact.due_at if isinstance(event.fact, _Announcement) else None
        before = self.presumed_sent_before
        return before is not None and (due_at or event.recorded_at) < before
