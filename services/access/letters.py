"""The e-mails of access: to sign in with, and of a token that was made. Plain text: links can be read."""

from __future__ import annotations

from datetime import datetime
from email.utils import make_msgid

from domain.wording.dates import plain_date
from services.access.links import LASTS, Link
from services.runtime.access.sessions.token_life import last_day_of
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

_WITH_NOTICE = """\
A token was made on your account of Concordat, with {browser}. Whoever has
it {does} until {until}.

If it was you who made it, there is nothing to do. If it was not, somebody
else is signed in as you: take the token back on this page,

{address}/account/tokens

and then sign out everywhere:

{address}/account
"""


def sign_in_letter(
    link: Link, public_url: str, browser: str, sender: FromAddress, recipient: Address, now: datetime
) -> bytes:
    """Return the bytes of the e-mail."""
    text = _TEXT.format(
        browser=_within_a_sentence(browser),
        address=address_of(link.key, public_url),
        code=f"{link.code[:3]} {link.code[3:]}",
        minutes=int(LASTS.total_seconds() // 60),
    )
    envelope = Envelope(sender, ("", recipient), make_msgid(domain=sender.address.domain), now)
    return header_fields(envelope, "Sign in to Concordat") + body(text).as_bytes()


def token_letter(
    may_write: bool,
    ends_at: datetime,
    public_url: str,
    browser: str,
    sender: FromAddress,
    recipient: Address,
    now: datetime,
) -> bytes:
    """Return the bytes of the e-mail. Nothing in it is what its maker typed: they may be a thief."""
    text = _WITH_NOTICE.format(
        browser=_within_a_sentence(browser),
        does="reads and changes what you may" if may_write else "reads what you may",
        until=f"the end of {plain_date(last_day_of(ends_at))}",
        address=public_url,
    )
    envelope = Envelope(sender, ("", recipient), make_msgid(domain=sender.address.domain), now)
    return header_fields(envelope, "A token was made on your account") + body(text).as_bytes()


def _within_a_sentence(browser: str) -> str:
    return browser[:1].lower() + browser[1:] if browser.startswith("A ") else browser


def address_of(key: str, public_url: str) -> str:
    """Return the address that a link leads to."""
    return f"{public_url}/sign-in/link?key={key}"
