"""A password for a mail server goes over no wire that somebody else can read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.runtime.base.addresses import address
from services.runtime.base.settings import load_settings
from services.runtime.mail import smtp
from services.runtime.mail.answers import Unreachable
from services.runtime.mail.smtp import Conversation

PASSWORD = "marked-password"


@pytest.fixture
async def heard() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A mail server that offers no encryption, or somebody between who keeps the offer back; and what it is told."""
    lines: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        while line := await reader.readline():
            lines.append(line)
            hello = line.upper().startswith(b"EHLO")
            writer.write(b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n" if hello else b"250 fine\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], lines


async def test_a_mail_server_without_encryption_is_told_no_password(
    heard: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: a server that is, for all that we know, another machine
    port, lines = heard
    monkeypatch.setattr(smtp, "is_this_machine", lambda _host: False)
    settings = load_settings(smtp_host="127.0.0.1", smtp_port=port, smtp_username="us", smtp_password=PASSWORD)
    conversation = Conversation(settings)

    async def granted() -> bool:
        return True

    # when
    somebody = address("ada@example.org")
    answer = await conversation.send(somebody, somebody, b"Subject: Hello\r\n\r\nHello\r\n", granted)

    # then
    assert isinstance(answer, Unreachable)
    assert "STARTTLS" in answer.reason
    assert not [line for line in lines if line.upper().startswith((b"AUTH", b"MAIL"))]
