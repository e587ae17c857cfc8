"""A message as mail servers take it: its header fields, and what it says as text and as HTML, all in seven bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from services.runtime.base.addresses import Address
from services.runtime.mail.headers import Mailbox, field, mailboxes, token

SEVEN_BITS = policy.SMTP.clone(max_line_length=76)
"""Encoded lines are 76 characters long at most (RFC 2045); the standard library's own limit is 78."""


@dataclass(frozen=True, slots=True)
class FromAddress:
    """Whom e-mails come from."""

    name: str
    address: Address


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom a message is and for whom, when it was sent, and the id that it is known by."""

    sender: FromAddress
    recipient: Mailbox
    message_id: str
    sent_at: datetime


def header_fields(envelope: Envelope, subject: str, more: Sequence[str] = ()) -> bytes:
    """Return the fields that say what a message is, each with CRLF; ``more`` are written fields of its own.

    They are ASCII unless an address has letters beyond that before its @.
    """
    fields = (
        mailboxes("From", [(envelope.sender.name, envelope.sender.address)]),
        mailboxes("To", [envelope.recipient]),
        field("Subject", subject),
        field("Date", format_datetime(envelope.sent_at)),
        token("Message-ID", envelope.message_id),
        *more,
        field("Auto-Submitted", "auto-generated"),
        field("X-Auto-Response-Suppress", "All"),
        field("Content-Language", "en-GB"),
    )
    return "".join(fields).encode()


def body(text: str, html: str | None = None) -> EmailMessage:
    """Return what a message says; more can be added to it before its bytes are taken."""
    message = EmailMessage(policy=SEVEN_BITS)
    message.set_content(text, cte="quoted-printable")
    if html is not None:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message
