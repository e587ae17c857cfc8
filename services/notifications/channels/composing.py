"""From a claimed delivery to the e-mail that is sent: what is known here, and who the person is, at this moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from contracts.events.reporting import PackIssued
from services.notifications import pack_files
from services.notifications.channels.address_book import AddressBook
from services.notifications.channels.mail import Addressee, mail
from services.notifications.digest.waiting import Digest, Thing
from services.notifications.intake import known_people, read_model, recipients
from services.notifications.intake.notices import Notice, NoticeKind
from services.notifications.letters.digest import digest_letter
from services.notifications.letters.effects import failed_effect_letter
from services.notifications.letters.invitation import Parties, invitation_letter
from services.notifications.letters.letter import Letter, Material, Unreached
from services.notifications.letters.pack import pack_letter
from services.notifications.letters.returns import (
    chased_letter,
    due_letter,
    missing_letter,
    opens_returns,
    overdue_letter,
    receipt_letter,
    submission_of,
)
from services.notifications.letters.shortfall import shortfall_letter
from services.notifications.letters.words import listed, role_words
from services.notifications.pack_files import DOCUMENT
from services.notifications.queue import listing
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.listing import Reach, Wanted
from services.notifications.receipt_source import ReceiptSource
from services.runtime.access.return_links import ReturnLinks
from services.runtime.base.addresses import mailbox
from services.runtime.base.settings import Settings
from services.runtime.mail.message import FromAddress
from services.runtime.store.database import Database

_LETTERS: dict[NoticeKind, Callable[[Material], Letter]] = {
    NoticeKind.PACK: pack_letter,
    NoticeKind.RETURN_DUE: due_letter,
    NoticeKind.RETURN_OVERDUE: overdue_letter,
    NoticeKind.RETURN_CHASED: chased_letter,
    NoticeKind.MISSING_RETURNS: missing_letter,
    NoticeKind.RETURN_SUBMITTED: receipt_letter,
    NoticeKind.EFFECT_FAILED: failed_effect_letter,
    NoticeKind.PACK_NOT_RECEIVED: shortfall_letter,
    NoticeKind.DIGEST: digest_letter,
}


class Composer:
    """Writes e-mails from what the database and the directory hold when it is asked."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        address_book: AddressBook,
        links: ReturnLinks | None,
        receipts: ReceiptSource,
    ) -> None:
        self.sender = FromAddress(*mailbox(settings.mail_from))
        self._public_url = settings.public_url
        self._most_attached = settings.mail_attachment_megabytes * 1_000_000
        self._links = links
        self._receipts = receipts
        self._database = database
        self.address_book = address_book

    async def compose(
        self, delivery: Delivery, notice: Notice, addressee: Addressee, now: datetime, *, attached: bool = True
    ) -> bytes:
        """Return the bytes of the e-mail; unless ``attached``, without the document that a pack's letter carries.

        A document that is larger than the settings allow goes with none.
        """
        material = await self._database.read(lambda connection: self._gather(connection, delivery, notice, addressee))
        if notice.kind is NoticeKind.RETURN_SUBMITTED:
            material = replace(material, recorded=await self._receipts.lines(*submission_of(notice)))
        if not attached:
            material = _without_document(material, "The mail server did not take an e-mail with the PDF attached.")
        elif len(material.files.get(DOCUMENT, b"")) > self._most_attached:
            material = _without_document(material, "The PDF is too large to be attached.")
        if notice.kind in (NoticeKind.INVITATION, NoticeKind.INVITATION_WITHDRAWN):
            parties = Parties(self.sender.address, addressee.address, addressee.name)
            letter = invitation_letter(material, parties)
        else:
            letter = _LETTERS[notice.kind](material)
        secretaries = await self.address_book.secretaries(delivery.partnership, now)
        return mail(
            letter,
            material.partnership,
            addressee,
            self.sender,
            message_id=delivery.message_id,
            sent_at=now,
            reply_to=[each for each in secretaries if addressee.address.needs_utf8 or not each[1].needs_utf8],
        )

    def _gather(self, connection: Connection, delivery: Delivery, notice: Notice, addressee: Addressee) -> Material:
        partnership = read_model.partnership(connection, delivery.partnership)
        if partnership is None:
            raise LookupError(f"nothing is known of the partnership {delivery.partnership}")
        names = known_people.partner_names(connection, delivery.partnership)
        items: list[read_model.AgendaItemRecord] = []
        files: dict[str, bytes] = {}
        if notice.kind is NoticeKind.PACK:
            edition = PackIssued.model_validate(notice.details)
            items = read_model.items_for_decision(connection, delivery.partnership, edition.meeting, edition.cut_off)
            files = pack_files.contents(connection, delivery.partnership, edition.pack)
        reach: Reach | None = None
        unreached: tuple[Unreached, ...] = ()
        if notice.kind is NoticeKind.PACK_NOT_RECEIVED:
            reach, unreached = _fallen_short(connection, notice, names)
        return Material(
            notice=notice,
            partnership=partnership,
            partner_names=names,
            recipient=listed(list(dict.fromkeys(_recipient(each, names) for each in addressee.deliveries))),
            partners=tuple(dict.fromkeys(code for each in addressee.deliveries for code in each.partners)),
            public_url=self._public_url,
            items=tuple(items),
            files=files,
            reach=reach,
            unreached=unreached,
            was_invited=_was_invited(connection, delivery),
            keys=self._keys(notice, addressee),
            waiting=_waiting(notice, addressee),
        )

    def _keys(self, notice: Notice, addressee: Addressee) -> dict[str, str]:
        """Return what stands in the link to each partner's return, for the first of the addressees who leads it."""
        if self._links is None or not opens_returns(notice):
            return {}
        keys: dict[str, str] = {}
        for each in addressee.deliveries:
            for partner in each.partners:
                of = (notice.partnership, notice.about, partner)
                keys.setdefault(partner, self._links.key(*of, each.person, addressee.address.key))
        return keys


def _without_document(material: Material, reason: str) -> Material:
    """Return the material without a pack's document, with the reason that the letter gives."""
    files = {name: file for name, file in material.files.items() if name != DOCUMENT}
    return replace(material, files=files, not_attached=reason)


def _was_invited(connection: Connection, delivery: Delivery) -> bool:
    """Say whether the recipient of an invitation may have the meeting in their calendar already."""
    if delivery.kind is not NoticeKind.INVITATION:
        return False
    before = recipients.states(connection, delivery.partnership, delivery.about, before=delivery.id)
    return delivery.person in before and before[delivery.person].has_entry


def _waiting(notice: Notice, addressee: Addressee) -> tuple[Thing, ...]:
    """Return what waits for those to whom a digest goes at once, each thing once."""
    if notice.kind is not NoticeKind.DIGEST:
        return ()
    told = Digest.model_validate(notice.details)
    return tuple(dict.fromkeys(thing for each in addressee.deliveries for thing in told.waiting.get(each.person, ())))


def _fallen_short(connection: Connection, notice: Notice, names: dict[str, str]) -> tuple[Reach, tuple[Unreached, ...]]:
    """Return how far an edition has got by now, and who did not get it."""
    reach = listing.reach(connection, notice.partnership, notice.about)
    wanted = Wanted((DeliveryState.FAILED,), NoticeKind.PACK, notice.about)
    failed = listing.listed(connection, notice.partnership, wanted, limit=reach.addressed)
    return reach, tuple(Unreached(_begun(_recipient(each, names)), each.reason or "") for each in reversed(failed))


def _recipient(delivery: Delivery, partner_names: dict[str, str]) -> str:
    """Say in what capacity somebody is written to: ``board member (Brent)``."""
    words = role_words(delivery.role)
    names = [partner_names.get(each, each) for each in delivery.partners]
    return f"{words} ({listed(names)})" if names else words


def _begun(text: str) -> str:
    """Return ``text`` with a capital letter first and all others as they are."""
    return text[:1].upper() + text[1:]
