"""A mail server for the demonstration: it takes every e-mail, stores it as a file and delivers nothing."""

from __future__ import annotations

import asyncio
import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
_LARGEST = 64 * 1024 * 1024
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9@._+-]")


class MailCatcher:
    """Listens on a free port of the loopback address. An asynchronous context manager."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made if it is not there; e-mails that lie in it are counted on from."""
        self.folder = folder
        self._server: asyncio.Server | None = None
        self._count = 0

    @property
    def port(self) -> int:
        """The port on which it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def count(self) -> int:
        """How many e-mails lie in the folder."""
        return self._count

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._count = len(letters_in(self.folder))
        self._server = await asyncio.get_running_loop().create_server(self._conversation, HOST, 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Store one e-mail, whole or not at all, before it is said to be taken."""
        assert isinstance(envelope.content, bytes)
        self._count += 1
        recipient = _NOT_IN_NAMES.sub("_", envelope.rcpt_tos[0])[:100]
        path = self.folder / f"{self._count:05d} {recipient}.eml"
        partial = path.with_suffix(".part")
        await asyncio.to_thread(partial.write_bytes, envelope.content)
        partial.rename(path)
        return "250 2.0.0 Stored; nobody will ever receive it"

    def _conversation(self) -> SMTP:
        return SMTP(self, hostname="concordat.example", data_size_limit=_LARGEST, enable_SMTPUTF8=True)


def letters_in(folder: Path) -> list[Path]:
    """Return the e-mails in a folder, oldest first."""
    return sorted(folder.glob("*.eml"))


def letter(path: Path) -> EmailMessage:
    """Return one e-mail."""
    return BytesParser(policy=policy.default).parsebytes(path.read_bytes())
