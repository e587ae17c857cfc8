"""One conversation with a mail server: a message at a time over a connection that is kept, and what came of each.

The last byte of a message is what makes the server answer for it. Before that byte ``last_byte`` is asked for leave, so
that the queue knows on which side of it a crash fell.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected
from aiosmtplib.protocol import PERIOD_REGEX, normalize_message_line_endings

from services.runtime.base.addresses import Address
from services.runtime.base.networks import is_this_machine
from services.runtime.base.settings import Settings
from services.runtime.base.validation_messages import visible
from services.runtime.mail.addresses import without_addresses
from services.runtime.mail.answers import Answer, ContentRejected, PutOff, Rejected, Sent, Unreachable

IMPLICIT_TLS_PORT = 465
_IDLE_SECONDS = 20.0
_MESSAGES_TO_A_CONNECTION = 100

_REFUSES_CONTENT = (552, 554)
"""Answers to a whole message that another one, without attachments, may not get (RFC 5321 section 4.2.3)."""

_TOO_LARGE = re.compile(r"5\.(3\.4|2\.3)\b")
"""Enhanced status codes for a message that is too big for the system or the mailbox (RFC 3463)."""

LastByte = Callable[[], Awaitable[bool]]


class NotOurs(Exception):
    """The attempt was taken over by another sender; nothing has been handed over."""


class _Spent(Exception):
    """A server has taken messages over this connection and takes no more over it; it may over another."""


class _InDoubt(Exception):
    """The whole message was handed over and no answer came."""


class Conversation:
    """A connection to the mail server of the settings, opened when it is needed and kept for the next message."""

    def __init__(self, settings: Settings) -> None:
        assert settings.smtp_host is not None
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None
        self._sent = 0
        self._used_at = 0.0

    async def send(self, sender: Address, recipient: Address, message: bytes, last_byte: LastByte) -> Answer:
        """Send one message; return what came of it. Raises NotOurs when ``last_byte`` refuses leave."""
        try:
            await self._connect()
        except (SMTPException, OSError) as error:
            await self.close()
            return Unreachable(self._said(error, recipient))
        try:
            return await self._transact(sender, recipient, message, last_byte)
        except _Spent:
            self._drop()
            return await self.send(sender, recipient, message, last_byte)
        except _InDoubt as doubt:
            self._drop()
            return PutOff(f"the mail server had the whole message and did not answer ({doubt})", in_doubt=True)
        except (SMTPException, OSError) as error:
            self._drop()
            return PutOff(self._said(error, recipient))
        except BaseException:
            self._drop()
            raise

    async def close(self) -> None:
        """End the conversation politely, if there is one."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await client.quit(timeout=2)
        except (SMTPException, OSError, ValueError):
            client.close()

    async def close_if_idle(self) -> None:
        """Let go of a connection that has not been used for a while."""
        if self._client is not None and self._now() - self._used_at > _IDLE_SECONDS:
            await self.close()

    async def _connect(self) -> None:
        """Have a connection that answers."""
        if self._client is not None and (self._sent >= _MESSAGES_TO_A_CONNECTION or not await self._is_well()):
            await self.close()
        if self._client is not None:
            return
        given = self._settings
        implicit = given.smtp_port == IMPLICIT_TLS_PORT
        client = aiosmtplib.SMTP(
            hostname=given.smtp_host,
            port=given.smtp_port,
            username=given.smtp_username,
            password=given.smtp_password.get_secret_value() if given.smtp_password else None,
            local_hostname=_own_name(given.public_url),
            timeout=given.smtp_timeout_seconds,
            use_tls=implicit,
            start_tls=False if implicit else _starttls(given),
        )
        self._client, self._sent = client, 0
        await client.connect()
        await client.rset()  # so that we have greeted the server and know what it can do

    async def _is_well(self) -> bool:
        """Ask a kept connection for a sign of life: a server may hang up between messages."""
        assert self._client is not None
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            return False
        return True

    async def _transact(self, sender: Address, recipient: Address, message: bytes, last_byte: LastByte) -> Answer:
        client = self._client
        assert client is not None
        message = _with_line_ends(message)
        beyond_ascii = recipient.needs_utf8 or sender.needs_utf8
        unfit = _unfit(client, message, beyond_ascii=beyond_ascii)
        if unfit is not None:
            return unfit
        encoding = "utf-8" if beyond_ascii else "ascii"
        options = [*(["SMTPUTF8"] if beyond_ascii else []), *_options(client, message)]
        try:
            await client.mail(sender.spec, options=options, encoding=encoding)
        except SMTPResponseException as error:
            if _is_about_size(error):
                return ContentRejected(self._said(error, recipient))
            if self._sent > 0:
                raise _Spent from error
            return Unreachable(f"the mail server does not take e-mail from us: {self._said(error, recipient)}")
        except SMTPServerDisconnected as error:
            if self._sent > 0:
                raise _Spent from error
            raise
        try:
            await client.rcpt(recipient.spec, encoding=encoding)
        except SMTPResponseException as error:
            return self._refusal(error, recipient)
        try:
            await self._data(client, message, last_byte)
        except SMTPResponseException as error:
            refusal = self._refusal(error, recipient)
            return ContentRejected(refusal.reason) if error.code in _REFUSES_CONTENT else refusal
        self._sent += 1
        self._used_at = self._now()
        return Sent()

    async def _data(self, client: aiosmtplib.SMTP, message: bytes, last_byte: LastByte) -> None:
        """Send the content, and its last byte only with leave. Raises SMTPResponseException where it is refused."""
        start = await client.execute_command(b"DATA")
        if start.code != 354:
            raise SMTPResponseException(start.code, start.message)
        protocol = client.protocol
        if protocol is None:
            raise SMTPServerDisconnected("the connection was lost")
        protocol.write(_with_periods_doubled(message) + b".\r")
        if not await last_byte():
            raise NotOurs
        protocol.write(b"\n")
        try:
            answer = await protocol.read_response(timeout=self._settings.smtp_timeout_seconds)
        except (SMTPServerDisconnected, TimeoutError, OSError) as error:
            raise _InDoubt(str(error) or type(error).__name__) from error
        if answer.code != 250:
            raise SMTPResponseException(answer.code, answer.message)

    def _refusal(self, error: SMTPResponseException, recipient: Address) -> Rejected | ContentRejected | PutOff:
        """Return what an answer other than success means: 5xx is for good, anything else passes."""
        if error.code == 421:  # the server is about to hang up
            self._drop()
        said = self._said(error, recipient)
        if _is_about_size(error):
            return ContentRejected(said)
        return Rejected(said) if 500 <= error.code < 600 else PutOff(said)

    def _said(self, error: Exception, recipient: Address) -> str:
        if isinstance(error, SMTPResponseException):
            text = visible(" ".join(error.message.split()))
            return without_addresses(f"the mail server said {error.code} {text}"[:400], recipient.spec)
        if isinstance(error, TimeoutError):
            return "the mail server did not answer in time"
        why = visible(str(error)) or type(error).__name__
        return without_addresses(f"the mail server could not be reached ({why})", "")

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _with_line_ends(message: bytes) -> bytes:
    """Return a message with CRLF at the end of each line, as ours come: to count is faster than to look at each end."""
    ends = message.count(b"\r\n")
    if message.count(b"\n") == ends == message.count(b"\r") and message.endswith(b"\r\n"):
        return message
    return normalize_message_line_endings(message)


def _with_periods_doubled(message: bytes) -> bytes:
    """Return a message in which no line is taken for its end: hardly one has a line that begins with a period."""
    if b"\n." in message or message.startswith(b"."):
        return PERIOD_REGEX.sub(b"..", message)
    return message


def _starttls(settings: Settings) -> bool | None:
    """Say whether the conversation must be encrypted, None for where the server offers it.

    A password never goes over a wire that is not: whoever stands between could keep the server's offer back.
    """
    if settings.smtp_starttls is None and settings.smtp_password and not is_this_machine(settings.smtp_host or ""):
        return True
    return settings.smtp_starttls


def _unfit(client: aiosmtplib.SMTP, message: bytes, *, beyond_ascii: bool) -> Rejected | ContentRejected | None:
    """Say why the server, by what it offers, will not take a message; None where it may."""
    largest = _largest(client)
    if largest is not None and len(message) > largest:
        return ContentRejected(f"the mail server takes {largest:,} bytes at most, and this has {len(message):,}")
    if beyond_ascii and not client.supports_extension("smtputf8"):
        return Rejected("the mail server takes no addresses with letters beyond ASCII before the @")
    return None


def _options(client: aiosmtplib.SMTP, message: bytes) -> list[str]:
    """Return what MAIL is told of the message, as far as the server wants to know (RFC 1870, RFC 6152)."""
    size = [f"SIZE={len(message)}"] if client.supports_extension("size") else []
    eight_bits = not message.isascii() and client.supports_extension("8bitmime")
    return [*size, "BODY=8BITMIME"] if eight_bits else size


def _largest(client: aiosmtplib.SMTP) -> int | None:
    """Return how many bytes the server says it takes at most; None where it says nothing, or no limit (0)."""
    said = client.esmtp_extensions.get("size", "").strip()
    return int(said) or None if said.isdecimal() else None


def _is_about_size(error: SMTPResponseException) -> bool:
    return error.code == 552 or (500 <= error.code < 600 and _TOO_LARGE.match(error.message) is not None)


def _own_name(public_url: str) -> str:
    """Return the name under which we greet the server: that of our public address, an address literal for a number."""
    host = urlsplit(public_url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdigit() else host.encode("idna").decode()
