"""Whom a delivery goes to: the directory's entry of its person, at the moment of sending.

Several people of a partnership may have one address, or one person several entries. Under one address each thing
arrives once: the first of a notice's deliveries goes out for all whose address it is, and the others follow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from contracts.events.partnership import Role
from services.notifications.channels.mail import Addressee
from services.notifications.intake import known_people, read_model, recipients
from services.notifications.intake.notices import MAY_BE_UNWANTED, NoticeKind, secretaries, topic_of
from services.notifications.queue import deliveries
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.outcomes import Omitted
from services.runtime.access.directory import Directory, DirectoryEntry
from services.runtime.access.sessions.email_choice import Pace, paces_at, unwanted_at
from services.runtime.base.addresses import Address, NoAddress, address
from services.runtime.mail.answers import PutOff, Rejected, Sent
from services.runtime.mail.headers import Mailbox
from services.runtime.store.database import Database


class AddressBook:
    """Asks the queue who else is told a thing, and the directory who people are."""

    def __init__(self, database: Database, directory: Directory, access: Database) -> None:
        """``access`` is the database in which people have chosen what they are told."""
        self._database = database
        self._directory = directory
        self._access = access

    async def addressee(self, delivery: Delivery) -> Addressee | Sent | Rejected | Omitted | PutOff:
        """Return whom a delivery goes to, or what becomes of it where it goes to nobody."""
        told, invited = await self._database.read(lambda connection: _others(connection, delivery))
        ids = [delivery.person, *invited, *(each.person for each in told)]
        people = await self._directory.get_many(delivery.partnership, ids)
        found = _addressee(people.get(delivery.person), delivery)
        if not isinstance(found, Addressee):
            return found
        if any(_is_at(people.get(person), found.address) for person in invited):
            return Omitted("somebody else who has this address is still invited")
        sharing = [each for each in told if _is_at(people.get(each.person), found.address)]
        if sharing[0].id != delivery.id:
            return _following(sharing[0])
        if await self._is_unwanted(delivery, found, sharing):
            return Omitted("whoever has this address does not want to be told of it")
        return Addressee(found.name, found.address, tuple(sharing))

    async def _is_unwanted(self, delivery: Delivery, found: Addressee, sharing: Sequence[Delivery]) -> bool:
        if delivery.kind not in MAY_BE_UNWANTED:
            return False
        if delivery.kind is NoticeKind.DIGEST:
            return Pace.NEVER in (await paces_at(self._access, [found.address.key])).values()
        notice = await self._database.read(lambda connection: deliveries.notice_of(connection, delivery))
        topic = topic_of(notice, [each.person for each in sharing])
        return topic is not None and topic in await unwanted_at(self._access, found.address.key)

    async def secretaries(self, partnership: str, now: datetime) -> list[Mailbox]:
        """Return the names and addresses of those who are secretaries now and have one, each address once."""
        ids = await self._database.read(lambda connection: _secretaries(connection, partnership, now))
        people = await self._directory.get_many(partnership, ids)
        found: list[Mailbox] = []
        for person in people.values():
            at = _address_of(person)
            if at is not None and not any(at.is_same_as(other) for _, other in found):
                found.append((person.name or "", at))
        return found


def _others(connection: Connection, delivery: Delivery) -> tuple[list[Delivery], list[str]]:
    """Return the deliveries of the same notice, and, where it takes an invitation back, who else is still invited."""
    invited: list[str] = []
    if delivery.kind is NoticeKind.INVITATION_WITHDRAWN:
        everybody = recipients.states(connection, delivery.partnership, delivery.about)
        invited = [person for person, each in everybody.items() if each.is_invited]
    return deliveries.of_notice(connection, delivery), invited


def _secretaries(connection: Connection, partnership: str, now: datetime) -> list[str]:
    of = read_model.partnership(connection, partnership)
    people = known_people.people(connection, partnership)
    return [] if of is None else [each.person for each in secretaries(people, of.local_date(now))]


def _following(first: Delivery) -> Sent | Rejected | PutOff:
    """Return what becomes of a delivery to an address that another one of the same notice goes to."""
    if first.state is DeliveryState.SENT:
        return Sent(f"it went to the same address with delivery {first.id}")
    if first.state is DeliveryState.FAILED:
        return Rejected(f"it would have gone to the same address with delivery {first.id}, which failed")
    return PutOff(f"it goes to the same address with delivery {first.id}")


def _addressee(person: DirectoryEntry | None, delivery: Delivery) -> Addressee | Rejected | Omitted:
    if delivery.role is Role.SECRETARY and (person is None or not (person.email or person.erased_at)):
        return Omitted("the directory has no address of the secretary")  # told at import and by readiness
    if person is None:
        # An appointment reaches the directory before it reaches anybody else.
        return Rejected("undeliverable: the directory does not know this person")
    if person.erased_at is not None:
        return Rejected("undeliverable: erased from the directory")
    if not person.email:
        return Rejected("undeliverable: the directory has no e-mail address")
    try:
        return Addressee(person.name or "", address(person.email), (delivery,))
    except NoAddress as fault:
        return Rejected(f"undeliverable: what the directory has is not an e-mail address: {fault}")


def _is_at(person: DirectoryEntry | None, at: Address) -> bool:
    found = None if person is None else _address_of(person)
    return found is not None and found.is_same_as(at)


def _address_of(person: DirectoryEntry) -> Address | None:
    try:
        return address(person.email) if person.email else None
    except NoAddress:
        return None
