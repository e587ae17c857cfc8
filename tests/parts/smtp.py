"""A real SMTP server that keeps what it is sent, and that can be told to misbehave."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import DATA_SIZE_DEFAULT, SMTP, Envelope, Session

from tests.parts.child import HOST, free_port
from tests.parts.waiting import STILL_SECONDS


class Moment(Enum):
    """When the server hangs up."""

    DURING_DATA = "it has a part of the message and keeps nothing of it"
    AFTER_DATA = "it has taken the whole message, but the sender never reads so"


@dataclass(frozen=True)
class ReceivedMessage:
    """One message as the server took it: its envelope and its content."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class _Fault:
    """A misbehaviour that happens ``times`` times, or always when that is None."""

    times: int | None

    def strikes(self) -> bool:
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


@dataclass
class _Refusal(_Fault):
    reply: str


@dataclass
class _Behaviour:
    without: tuple[str, ...] = ()
    largest: int | None = None
    largest_unsaid: int | None = None
    recipients: dict[str, _Refusal] = field(default_factory=dict)
    messages: _Refusal | None = None
    to_a_connection: tuple[int, str] | None = None
    hang_ups: dict[Moment, _Fault] = field(default_factory=dict)
    seconds_to_answer: float = 0.0

    def hangs_up(self, moment: Moment) -> bool:
        fault = self.hang_ups.get(moment)
        return fault is not None and fault.strikes()


class SmtpServer:
    """An SMTP server in a thread of its own; ``messages`` holds what it took, oldest first."""

    def __init__(self, host: str = HOST) -> None:
        self.host = host
        self.port = free_port()
        self.messages: list[ReceivedMessage] = []
        self.mail_arguments: list[str] = []
        self._behaviour = _Behaviour()
        self._controller: _Controller | None = None

    def start(self) -> None:
        """Listen; after ``stop`` on the same port as before. Nothing happens when it listens already."""
        if self._controller is None:
            controller = _Controller(self)
            controller.start()
            self._controller = controller

    def stop(self) -> None:
        """Hang up on everyone and stop listening; nothing happens when it does not listen."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def reset(self) -> None:
        """Forget all messages and behave again."""
        self.messages.clear()
        self.mail_arguments.clear()
        self.behave()

    def behave(self) -> None:
        """Behave again, with the messages kept."""
        self._behaviour = _Behaviour()

    def offer_no(self, *extensions: str) -> None:
        """Leave ``8BITMIME``, ``SMTPUTF8`` or ``SIZE`` out of what is offered; without the first, refuse such data."""
        self._behaviour.without = extensions

    def take_at_most(self, size: int, *, say_so: bool = True) -> None:
        """Refuse messages of more bytes: said in the greeting (SIZE), or only once a message has come."""
        self._behaviour.largest, self._behaviour.largest_unsaid = (size, None) if say_so else (None, size)

    def refuse(self, recipient: str, reply: str, *, times: int | None = None) -> None:
        """Answer ``reply``, such as ``450 4.2.1 Mailbox busy``, to every RCPT TO ``recipient``, or ``times`` times."""
        self._behaviour.recipients[recipient] = _Refusal(times, reply)

    def refuse_messages(self, reply: str, *, times: int | None = None) -> None:
        """Answer ``reply`` to every whole message instead of taking it, or to the next ``times``."""
        self._behaviour.messages = _Refusal(times, reply)

    def take_to_a_connection(self, most: int, reply: str) -> None:
        """Answer ``reply`` to the sender of each further message over a connection, and hang up where that is 421."""
        self._behaviour.to_a_connection = (most, reply)

    def hang_up(self, moment: Moment, *, times: int | None = None) -> None:
        """Close the connection at ``moment`` without a word, every time or the next ``times`` times."""
        self._behaviour.hang_ups[moment] = _Fault(times)

    def answer_after(self, seconds: float) -> None:
        """Take ``seconds`` to answer each whole message."""
        self._behaviour.seconds_to_answer = seconds

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # The hooks below are aiosmtpd's; they run in the server's own thread.

    async def handle_EHLO(  # noqa: N802
        self, _: SMTP, session: Session, __: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        offered = [line for line in responses if not any(name in line for name in self._behaviour.without)]
        if self._behaviour.largest_unsaid is not None:
            return [line for line in offered if "SIZE" not in line]
        return [f"250-SIZE {self.largest}" if "SIZE" in line else line for line in offered]

    @property
    def largest(self) -> int:
        """The largest message that is taken, as the greeting says."""
        return self._behaviour.largest or DATA_SIZE_DEFAULT

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        refusal = self._behaviour.recipients.get(address)
        if refusal is not None and refusal.strikes():
            return refusal.reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, connection: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self._behaviour.seconds_to_answer)
        refusal = self._behaviour.messages
        if refusal is not None and refusal.strikes():
            return refusal.reply
        assert isinstance(envelope.content, bytes)
        if not envelope.content.isascii() and "8BITMIME" in self._behaviour.without:
            return "554 5.6.1 8-bit data was sent though 8BITMIME was not offered"
        if len(envelope.content) > (self._behaviour.largest_unsaid or self.largest):
            return "552 5.3.4 Message too big"
        assert isinstance(connection, _Connection)
        connection.taken += 1
        self.messages.append(ReceivedMessage(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content))
        if self._behaviour.hangs_up(Moment.AFTER_DATA):
            await _abort(connection)
        return "250 2.0.0 Taken"

    def refuses_more(self, taken: int) -> str | None:
        """Return what is answered to a further message over a connection that brought so many; None to take it."""
        limit = self._behaviour.to_a_connection
        return limit[1] if limit is not None and taken >= limit[0] else None

    def hangs_up_during_data(self) -> bool:
        """Say whether to hang up on the message that begins now."""
        return self._behaviour.hangs_up(Moment.DURING_DATA)


class _Connection(SMTP):
    """aiosmtpd's conversation with one client, which can also break off inside a message; ``taken`` counts these."""

    taken = 0

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        if (reply := self.event_handler.refuses_more(self.taken)) is not None:
            await self.push(reply)
            if reply.startswith("421"):
                await _abort(self)
            return
        self.data_size_limit = self.event_handler.largest
        self.arguments.append(arg)
        await super().smtp_MAIL(arg)

    @property
    def arguments(self) -> list[str]:
        """What stood behind each MAIL."""
        found: list[str] = self.event_handler.mail_arguments
        return found

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler.hangs_up_during_data():
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readline()
            await _abort(self)
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def __init__(self, server: SmtpServer) -> None:
        super().__init__(server, hostname=server.host, port=server.port, ready_timeout=STILL_SECONDS)

    def factory(self) -> SMTP:
        return _Connection(self.handler, loop=self.loop, hostname="mail.test", enable_SMTPUTF8=True)


async def _abort(connection: SMTP) -> None:
    """Reset the connection; aiosmtpd then cancels the conversation, which waits here for that."""
    assert isinstance(connection.transport, asyncio.Transport)
    connection.transport.abort()
    await asyncio.Event().wait()
