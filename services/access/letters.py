"""The e-mail with which somebody signs in. Plain text: a link that can be read before it is followed, and a code."""

from __future__ import annotations

from datetime import datetime
from email.utils import make_msgid

from services.access.links import LASTS, Link
from services.runtime.base.addresses import Address
from services.runtime.mail.message import Envelope, FromAddress, body, header_fields

_TEXT = """\
Somebody, most likely you, asked to sign in to Concordat with {browser}.

In that browser, open this link and press the button there:

{address}

If you read this on another device, type this code where you asked:

    {code}

The link and the code work once, and for {minutes} minutes. Nobody of
Concordat will ask you for the code: give it to nobody. If it was not you
who asked, there is nothing to do.
"""


def sign_in_letter(
    link: Link, public_url: str, browser: str, sender: FromAddress, recipient: Address, now: datetime
) -> bytes:
    """Return the bytes of the e-mail."""
    text = _TEXT.format(
        browser=browser[:1].lower() + browser[1:] if browser.startswith("A ") else browser,
        address=address_of(link.key, public_url),
        code=f"{link.code[:3]} {link.code[3:]}",
        minutes=int(LASTS.total_seconds() // 60),
    )
    envelope = Envelope(sender, ("", recipient), make_msgid(domain=sender.address.domain), now)
    return header_fields(envelope, "Sign in to Concordat") + body(text).as_bytes()


def address_of(key: str, public_url: str) -> str:
    """Return the address that a link leads to."""
    return f"{public_url}/sign-in/link?key={key}"
