"""A letter as an e-mail: headers, text and HTML, attachments. Every part of it travels in seven bits.

What comes from people is put on one line and encoded, so no name and no title can add a header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import lru_cache

from services.notifications.intake.read_model import PartnershipRecord
from services.notifications.letters.letter import Attachment, Letter
from services.notifications.letters.rendering import html, plain_text
from services.notifications.queue.delivery import Delivery
from services.runtime.base.addresses import Address
from services.runtime.mail.headers import Mailbox, mailboxes, one_line, token
from services.runtime.mail.message import SEVEN_BITS, Envelope, FromAddress, body, header_fields

_BOUNDARY = "=_attachments"
"""It stands in no part of a message: nothing written in base64 or as quoted-printable has *=_* in it (RFC 2045)."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom an e-mail is for; the name may be empty. ``deliveries`` are those that it carries out at once."""

    name: str
    address: Address
    deliveries: tuple[Delivery, ...] = ()


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
    envelope = Envelope(sender, (addressee.name, addressee.address), message_id, sent_at)
    more = (*([mailboxes("Reply-To", reply_to)] if reply_to else ()), token("List-Id", _list_id(partnership, sender)))
    head = header_fields(envelope, letter.subject, more)
    return head + _content(letter, one_line(partnership.name), one_line(addressee.name))


def _content(letter: Letter, partnership: str, name: str) -> bytes:
    """Return the parts and the headers that describe them."""
    message = body(plain_text(letter, partnership, name), html(letter, partnership, name))
    if letter.calendar is not None:
        message.add_alternative(
            letter.calendar.content.decode(),
            subtype="calendar",
            cte="base64",
            params={"method": letter.calendar.method},
        )
    return _mixed(message, letter.attachments) if letter.attachments else message.as_bytes()


def _mixed(message: EmailMessage, attachments: Sequence[Attachment]) -> bytes:
    """Return what a letter says and what goes with it as the parts of one message."""
    del message["MIME-Version"]  # the whole has it
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{_BOUNDARY}"\r\n'
    between = f"\r\n--{_BOUNDARY}".encode()
    parts = [message.as_bytes(), *map(_encoded, attachments)]
    return b"".join([head.encode(), *(between + b"\r\n" + part for part in parts), between, b"--\r\n"])


@lru_cache(maxsize=4)
def _encoded(attachment: Attachment) -> bytes:
    """Return a file as a part of a message: the same for all whom a pack goes to, one after the other."""
    part = EmailMessage(policy=SEVEN_BITS)
    main, sub = attachment.media_type.split("/")
    part.set_content(attachment.content, maintype=main, subtype=sub, disposition="attachment", filename=attachment.name)
    del part["MIME-Version"]
    return part.as_bytes()


def _list_id(partnership: PartnershipRecord, sender: FromAddress) -> str:
    """Return the identity by which people file a partnership's e-mails (RFC 2919)."""
    return f"<{partnership.code.lower()}.concordat.{sender.address.domain}>"
