"""Makes each partnership's digest of a working day, once, in the morning of its own time zone.

The day is taken in the transaction that puts the e-mails into the queue: it is made once, however many replicas there
are and wherever one dies. What could not be made in the morning is made up for on the same day, and lapses after it.
A partnership that is new here, as all are where the database is, begins with the day after: nobody is told at noon,
out of turn, or a second time.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import Connection

from contracts.events.partnership import Role
from services.notifications.digest import made
from services.notifications.digest.choosing import to_tell
from services.notifications.digest.source import NotTold, WaitingSource
from services.notifications.digest.waiting import Thing, WaitingToday
from services.notifications.intake import known_people, notices
from services.notifications.intake.notices import NoticeKind
from services.notifications.intake.read_model import PartnershipRecord
from services.notifications.queue import deliveries, listing
from services.notifications.queue.leader import Leader
from services.runtime.access.directory import Directory
from services.runtime.access.sessions.email_choice import Pace, paces_at
from services.runtime.base.addresses import key_of
from services.runtime.base.clock import Clock
from services.runtime.store.database import Database
from services.runtime.store.lease import LeaseLost

MORNING = time(7)
"""When it is made, on the partnership's own clock."""


class Digests:
    """Looks whether a digest is due, and makes it while this replica is on duty."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        access: Database,
        clock: Clock,
        source: WaitingSource,
        leader: Leader,
        mail_domain: str,
    ) -> None:
        """``access`` is the database in which people have chosen how often they are told."""
        self._database = database
        self._directory = directory
        self._access = access
        self._clock = clock
        self._source = source
        self._on_duty = leader
        self._mail_domain = mail_domain

    async def make_what_is_due(self) -> None:
        """Make the digests of today that are due. One of which programme tells nothing holds up no other.

        Raises NotTold, behind all others, where there was any.
        """
        if self._on_duty.fence is None:
            return
        untold: list[str] = []
        for of, last in await self._database.read(made.last_days):
            try:
                await self._look_at(of, last)
            except NotTold as reason:
                untold.append(str(reason))
            except LeaseLost:
                return
        if untold:
            raise NotTold("; ".join(untold))

    async def _look_at(self, of: PartnershipRecord, last: date | None) -> None:
        local = self._clock.now().astimezone(of.zone)
        today, is_morning = local.date(), local.time() >= MORNING
        if last is None:
            day = today if is_morning else today - timedelta(days=1)
            await self._database.write(lambda connection: made.begin(connection, of.code, day))
        elif is_morning and last < today:
            await self._make(of, await self._source.today(of.code), today)

    async def _make(self, of: PartnershipRecord, waiting: WaitingToday, today: date) -> None:
        if waiting.on != today:
            raise NotTold(f"{of.code}: programme’s clock has {waiting.on}, ours {today}")
        now = self._clock.now()
        waiting = await self._database.read(partial(_with_failed_emails, of=of, waiting=waiting, now=now))
        paces = await self._paces(of, waiting)

        def make(connection: Connection) -> None:
            self._on_duty.lease.confirm(connection)
            if made.take(connection, of.code, today):
                self._enqueue(connection, of, waiting, paces, now)

        await self._database.write(make)

    async def _paces(self, of: PartnershipRecord, waiting: WaitingToday) -> dict[str, Pace]:
        """Return how often those want to be told who can be: whoever has no address, or was erased, is not there."""
        people = await self._directory.get_many(of.code, waiting.people)
        known = {person: key_of(entry.email) for person, entry in people.items()}
        addresses = {person: address for person, address in known.items() if address is not None}
        paces = await paces_at(self._access, set(addresses.values()))
        return {person: paces[address] for person, address in addresses.items()}

    def _enqueue(
        self,
        connection: Connection,
        of: PartnershipRecord,
        waiting: WaitingToday,
        paces: dict[str, Pace],
        now: datetime,
    ) -> None:
        deliveries.lapse(connection, of.code, NoticeKind.DIGEST, now)
        found = to_tell(waiting, paces, made.known_by(connection, of, waiting.on))
        things = {person: [each.model_dump(mode="json") for each in its] for person, its in found.items()}
        people = known_people.people(connection, of.code)
        notice, recipients = notices.of_digest(of.code, waiting.on, things, people, now)
        deliveries.enqueue(connection, notice, recipients, now=now, due_at=now, mail_domain=self._mail_domain)


def _with_failed_emails(
    connection: Connection, of: PartnershipRecord, waiting: WaitingToday, now: datetime
) -> WaitingToday:
    """Add what the Home of a secretary has beside what programme tells: how many e-mails failed lately."""
    failed = listing.failed_lately(connection, of.code, now)
    if failed == 0:
        return waiting
    what = f"{failed} {'e-mail' if failed == 1 else 'e-mails'} could not be delivered"
    thing = Thing(what=what, href=f"/emails/{of.code}?show=failed", state="Failed", by="", due=None)
    people = known_people.people(connection, of.code)
    secretaries = [each.id for each in people if Role.SECRETARY in each.roles_on(waiting.on)]
    told = {each: (*waiting.people.get(each, ()), thing) for each in secretaries}
    return waiting.model_copy(update={"people": waiting.people | told})
