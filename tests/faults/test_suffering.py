"""Faults of a storm that overlap: each comes to its own end, and none ends or trips over another."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from smtplib import SMTP
from types import SimpleNamespace
from typing import cast

import pytest

from tests.faults.chaos.schedule import Fault
from tests.faults.chaos.suffering import Suffering
from tests.faults.house import House
from tests.parts.smtp import SmtpServer

pytestmark = pytest.mark.every_form


class Diary(SmtpServer):
    """A mail server that notes what is done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def start(self) -> None:
        self.lines.append("start")
        super().start()

    def stop(self) -> None:
        self.lines.append("stop")
        super().stop()

    def behave(self) -> None:
        self.lines.append("behave")
        super().behave()

    def refuse_messages(self, reply: str, *, times: int | None = None) -> None:
        self.lines.append("refuse")
        super().refuse_messages(reply, times=times)


@pytest.fixture
def smtp() -> Iterator[Diary]:
    with Diary() as server:
        server.lines.clear()
        yield server


def mail_server(how: str) -> Fault:
    return Fault(at=0.0, what="mail server", seconds=0.05, how=how)


@pytest.mark.parametrize("ways", [("is away", "is away"), ("is away", "refuses some"), ("refuses some", "is away")])
async def test_of_two_faults_of_the_mail_server_neither_ends_the_other(smtp: Diary, ways: tuple[str, str]) -> None:
    # given
    suffering = Suffering(cast(House, SimpleNamespace(smtp=smtp)), random.Random(1))
    # when
    await asyncio.gather(*(suffering.suffer(mail_server(how)) for how in ways))
    # then
    begins = {"is away": "stop", "refuses some": "refuse"}
    assert smtp.lines == [line for how in ways for line in (begins[how], "behave", "start")]
    with SMTP(smtp.host, smtp.port, timeout=60) as client:
        assert client.noop()[0] == 250
