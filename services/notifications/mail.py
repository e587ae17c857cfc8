"""A letter as an e-mail: headers, text and HTML, attachments.

Headers are set on an EmailMessage, whose policy encodes and folds them and refuses line breaks; what comes from people
is put on one line before and cannot pass for encoded text. So no name and no title can add a header.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.utils import format_datetime

from services.notifications.addresses import Address
from services.notifications.knowledge import Partnership
from services.notifications.letters.letter import Letter
from services.notifications.letters.rendering import html, plain_text
from services.notifications.letters.words import one_line

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom an e-mail is for; the name may be empty."""

    name: str
    address: Address


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom e-mails come from."""

    name: str
    address: Address


def mail(
    letter: Letter,
    partnership: Partnership,
    addressee: Addressee,
    sender: Sender,
    *,
    message_id: str,
    sent_at: datetime,
) -> bytes:
    """Return the bytes of the e-mail, with CRLF line ends."""
    message = EmailMessage(policy=policy.SMTPUTF8 if addressee.address.needs_utf8 else policy.SMTP)
    message["From"] = _mailbox(sender.name, sender.address)
    message["To"] = _mailbox(addressee.name, addressee.address)
    message["Subject"] = _header_text(letter.subject)
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = message_id
    message["List-Id"] = _list_id(partnership, sender)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    _set_content(message, letter, one_line(partnership.name), one_line(addressee.name)[:_LONGEST_NAME])
    message["Content-Language"] = "en-GB"
    return message.as_bytes()


def _set_content(message: EmailMessage, letter: Letter, partnership: str, name: str) -> None:
    message.set_content(plain_text(letter, partnership, name), cte="quoted-printable")
    message.add_alternative(html(letter, partnership, name), subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        message.add_alternative(
            letter.calendar.content.decode(), subtype="calendar", params={"method": letter.calendar.method}
        )
    for attachment in letter.attachments:
        main, sub = attachment.media_type.split("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)


def _mailbox(name: str, address: Address) -> HeaderAddress:
    return HeaderAddress(display_name=_header_text(name)[:_LONGEST_NAME], username=address.local, domain=address.domain)


def _header_text(text: str) -> str:
    """Return ``text`` as it can stand in a header.

    EmailMessage reads ``=?utf-8?q?…?=`` in what it is given and writes out what that stands for, line breaks too.
    """
    return one_line(text).replace("=?", "= ?")


def _list_id(partnership: Partnership, sender: Sender) -> str:
    """Return the identity by which people file a partnership's e-mails (RFC 2919)."""
    return f"<{partnership.code.lower()}.concordat.{sender.address.domain}>"
