"""A letter as an e-mail: headers, text and HTML, attachments. Every part of it travels in seven bits.

What comes from people is put on one line and encoded, so no name and no title can add a header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from services.notifications.channels.headers import Mailbox, field, mailboxes, token
from services.notifications.intake.read_model import PartnershipRecord
from services.notifications.letters.letter import Letter
from services.notifications.letters.rendering import html, plain_text
from services.notifications.letters.words import one_line
from services.notifications.queue.delivery import Delivery
from services.runtime.base.addresses import Address

_SEVEN_BITS = policy.SMTP.clone(max_line_length=76)
"""Encoded lines are 76 characters long at most (RFC 2045); the standard library's own limit is 78."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom an e-mail is for; the name may be empty. ``deliveries`` are those that it carries out at once."""

    name: str
    address: Address
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class FromAddress:
    """Whom e-mails come from."""

    name: str
    address: Address


def mail(
    letter: Letter,
    partnership: PartnershipRecord,
    addressee: Addressee,
    sender: FromAddress,
    *,
    message_id: str,
    sent_at: datetime,
    reply_to: Sequence[Mailbox] = (),
) -> bytes:
    """Return the bytes of the e-mail, with CRLF line ends.

    They are ASCII unless an address that it bears has letters beyond that before its @.
    """
    headers = (
        mailboxes("From", [(sender.name, sender.address)]),
        mailboxes("To", [(addressee.name, addressee.address)]),
        mailboxes("Reply-To", reply_to) if reply_to else "",
        field("Subject", letter.subject),
        field("Date", format_datetime(sent_at)),
        token("Message-ID", message_id),
        token("List-Id", _list_id(partnership, sender)),
        field("Auto-Submitted", "auto-generated"),
        field("X-Auto-Response-Suppress", "All"),
        field("Content-Language", "en-GB"),
    )
    return "".join(headers).encode() + _content(letter, one_line(partnership.name), one_line(addressee.name))


def _content(letter: Letter, partnership: str, name: str) -> bytes:
    """Return the parts and the headers that describe them."""
    message = EmailMessage(policy=_SEVEN_BITS)
    message.set_content(plain_text(letter, partnership, name), cte="quoted-printable")
    message.add_alternative(html(letter, partnership, name), subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        message.add_alternative(
            letter.calendar.content.decode(),
            subtype="calendar",
            cte="base64",
            params={"method": letter.calendar.method},
        )
    for attachment in letter.attachments:
        main, sub = attachment.media_type.split("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    return message.as_bytes()


def _list_id(partnership: PartnershipRecord, sender: FromAddress) -> str:
    """Return the identity by which people file a partnership's e-mails (RFC 2919)."""
    return f"<{partnership.code.lower()}.concordat.{sender.address.domain}>"
