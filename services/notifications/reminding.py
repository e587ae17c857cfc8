"""A reminder of returns as it would go out now: to whom, in which words, and who had one within the last day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from contracts.events.returns import PartnersReminded
from domain.register.people import Person
from services.notifications.intake import known_people, notices, read_model
from services.notifications.intake.notices import Notice, NoticeKind, Recipient
from services.notifications.intake.read_model import PartnershipRecord
from services.notifications.letters.letter import Letter, Material
from services.notifications.letters.rendering import plain_text
from services.notifications.letters.returns import chased_letter, opens_returns
from services.notifications.letters.words import listed
from services.notifications.queue.delivery import Delivery, of_row, table
from services.runtime.access.directory import Directory, DirectoryEntry
from services.runtime.access.identity import Caller, refuse_all_but_the_secretary
from services.runtime.base.clock import Clock
from services.runtime.base.problems import Problem
from services.runtime.store.database import Database

A_DAY = timedelta(days=1)
_OF_THEIR_OWN = "each-lead-gets-their-own"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who would get the reminder, and for which partners. Without an address it reaches nobody."""

    name: str
    has_address: bool
    partners: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """A reminder before it is sent.

    ``subject`` and ``text`` are those of the first reader's e-mail; ``reminded`` says by name of partner when it was
    reminded last, of those that were within a day.
    """

    partnership: PartnershipRecord
    partner_names: Mapping[str, str]
    people: Mapping[str, Person]
    readers: Sequence[Reader]
    unled: Sequence[str]
    subject: str
    text: str
    reminded: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class _Known:
    partnership: PartnershipRecord
    partner_names: dict[str, str]
    people: list[Person]
    recent: list[Delivery]


class Reminding:
    """Writes previews of reminders."""

    def __init__(
        self, database: Database, directory: Directory, clock: Clock, public_url: str, *, has_links: bool
    ) -> None:
        """``has_links`` says whether links in reminders open returns without sign-in."""
        self._database = database
        self._directory = directory
        self._clock = clock
        self._public_url = public_url
        self._has_links = has_links

    async def preview(self, code: str, wanted: PartnersReminded, caller: Caller) -> Preview:
        """Return the reminder as it would go out. Raises Problem: 403 for all but the secretary, 404."""
        now = self._clock.now()
        known = await self._database.read(lambda connection: _known(connection, code, wanted.quarter, now, caller))
        recipients = notices.leads(known.people, wanted.partners, known.partnership.local_date(now))
        entries = await self._directory.get_many(code, [each.person for each in recipients])
        details = wanted.model_dump(mode="json")
        notice = Notice(code, NoticeKind.RETURN_CHASED, "preview", wanted.quarter, details, now)
        readers = [_reader(each, entries.get(each.person), known.partner_names) for each in recipients]
        letter = self._letter(known, notice, recipients[0]) if recipients else None
        name = readers[0].name if readers else ""
        led = {partner for each in recipients for partner in each.partners}
        return Preview(
            known.partnership,
            known.partner_names,
            {each.id: each for each in known.people},
            readers,
            [known.partner_names.get(each, each) for each in wanted.partners if each not in led],
            letter.subject if letter else "",
            plain_text(letter, known.partnership.name, name) if letter else "",
            _reminded(known, wanted.partners),
        )

    def _letter(self, known: _Known, notice: Notice, first: Recipient) -> Letter:
        has_keys = self._has_links and opens_returns(notice)
        names = [known.partner_names.get(each, each) for each in first.partners]
        return chased_letter(
            Material(
                notice=notice,
                partnership=known.partnership,
                partner_names=known.partner_names,
                recipient=f"partner lead ({listed(names)})",
                partners=first.partners,
                public_url=self._public_url,
                items=(),
                files={},
                keys=dict.fromkeys(first.partners, _OF_THEIR_OWN) if has_keys else {},
            )
        )


def _known(connection: Connection, code: str, quarter: str, now: datetime, caller: Caller) -> _Known:
    partnership = read_model.partnership(connection, code)
    if partnership is None:
        raise Problem(404, f"There is no partnership {code}.")
    today = partnership.local_date(now)
    refuse_all_but_the_secretary(
        caller, code, lambda person: read_model.roles_of(connection, code, person, today), "remind partners"
    )
    recent = (
        select(table)
        .where(table.c.partnership == code, table.c.about == quarter, table.c.kind.in_(notices.REMINDERS))
        .where(table.c.created_at > now - A_DAY)
        .order_by(table.c.id)
    )
    return _Known(
        partnership,
        known_people.partner_names(connection, code),
        known_people.people(connection, code),
        [of_row(row) for row in connection.execute(recent).mappings()],
    )


def _reader(recipient: Recipient, entry: DirectoryEntry | None, names: Mapping[str, str]) -> Reader:
    partners = [names.get(each, each) for each in recipient.partners]
    return Reader((entry.name if entry else None) or "", bool(entry and entry.email), partners)


def _reminded(known: _Known, partners: Sequence[str]) -> dict[str, datetime]:
    """Return when each of these partners was reminded last, of those that were within a day, by its name."""
    return {
        known.partner_names.get(partner, partner): delivery.created_at
        for delivery in known.recent
        for partner in delivery.partners
        if partner in partners
    }
