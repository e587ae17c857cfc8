"""The e-mails that a demonstration keeps follow it when it answers at another address: their links lead to it still."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from email import policy
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from icalendar.parser import Contentline

from services.cli.mail_catcher import letters_in

_HEADERS_AS_THEY_ARE = policy.SMTP.clone(refold_source="none")
_FOLD = re.compile(rb"\r?\n[ \t]")
_CALENDARS = ("text/calendar", "application/ics")
_ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.encodebytes,
    "quoted-printable": lambda content: binascii.b2a_qp(content.replace(b"\r\n", b"\n")),
}


def lead_to(folder: Path, old: str, new: str) -> None:
    """Have every link in the e-mails of a folder that leads to ``old``, a web address, lead to ``new``."""
    for path in letters_in(folder):
        content = path.read_bytes()
        led = leading_to(content, old, new)
        if led != content:
            beside = path.with_suffix(".part")
            beside.write_bytes(led)
            beside.rename(path)


def leading_to(content: bytes, old: str, new: str) -> bytes:
    """Return an e-mail with every link to ``old`` leading to ``new``, and all else as it was."""
    message = BytesParser(policy=_HEADERS_AS_THEY_ARE).parsebytes(content)
    changed = [part for part in message.walk() if _change(part, old, new)]
    return message.as_bytes() if changed else content


def _change(part: Message, old: str, new: str) -> bool:
    is_calendar = part.get_content_type() in _CALENDARS
    encode = _ENCODINGS.get(str(part.get("Content-Transfer-Encoding", "")).lower())
    if encode is None or not (is_calendar or part.get_content_maintype() == "text"):
        return False
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    text = _FOLD.sub(b"", content) if is_calendar else content
    if f"{old}/".encode() not in text:
        return False
    led = text.replace(f"{old}/".encode(), f"{new}/".encode())
    part.set_payload(encode(_folded(led) if is_calendar else led).decode("ascii"))
    return True


def _folded(calendar: bytes) -> bytes:
    """Return a calendar file with its long lines folded as calendars have them."""
    lines = (line for line in calendar.decode().split("\r\n") if line)
    return b"".join(Contentline(line).to_ical() + b"\r\n" for line in lines)  # type: ignore[no-untyped-call]
