"""People at work: they send commands over HTTP, send them again when no answer comes, and note what was answered.

Each command carries a note, ``note 17.``, by which the oracle finds it in a log.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.parts.tokens import Software

NOTE = re.compile(rb"note (\d+)\.")
_SECONDS_FOR_AN_ANSWER = 3.0
_PAUSE_SECONDS = 0.1
#: A service that cannot now, and a proxy that reached none.
_COME_AGAIN = (httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT)


@dataclass(slots=True)
class Asked:
    """One command that was sent, how often, and what was answered: None while nothing was, or nothing certain."""

    number: int
    partnership: str
    path: str
    body: dict[str, Any]
    key: str
    tries: int = 0
    answer: dict[str, Any] | None = None


@dataclass(slots=True)
class Book:
    """What was asked and what was refused that should not have been."""

    asked: list[Asked] = field(default_factory=list)
    wrongly_refused: list[str] = field(default_factory=list)

    @property
    def answered(self) -> list[Asked]:
        """What was answered with success."""
        return [each for each in self.asked if each.answer is not None]


class People:
    """Several people who send commands to whichever replica of programme they come upon, until told to stop.

    They use one system in each partnership.
    """

    patience_seconds = _SECONDS_FOR_AN_ANSWER

    def __init__(
        self,
        urls: Iterable[str],
        partnerships: Iterable[str],
        software: Software,
        chance: random.Random,
        *,
        first: int = 1,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        """``first`` is the number of their first command: those of others before them are not theirs.

        ``verify`` is whose certificates they trust.
        """
        self._verify = verify
        self._urls = list(urls)
        self._partnerships = list(partnerships)
        self._systems = {each: software.of(each) for each in self._partnerships}
        self._chance = chance
        self._numbers = itertools.count(first)
        self._kinds = self._commands()
        self._going_home = asyncio.Event()
        self.book = Book()

    async def work(self, people: int = 6, pause: float = 0.15) -> None:
        """Send commands until ``go_home``, then until each person's last one is answered."""
        limits = httpx.Limits(max_keepalive_connections=0)  # a kept connection may lead to a process that was killed
        async with httpx.AsyncClient(
            timeout=self.patience_seconds, trust_env=False, limits=limits, verify=self._verify
        ) as client:
            await asyncio.gather(*(self._one_person(client, pause) for _ in range(people)))

    def go_home(self) -> None:
        """Begin no new command."""
        self._going_home.set()

    async def send(self, count: int) -> None:
        """Send ``count`` commands one after another, each until it is answered."""
        async with httpx.AsyncClient(timeout=_SECONDS_FOR_AN_ANSWER, trust_env=False, verify=self._verify) as client:
            for _ in range(count):
                asked = self._next()
                while asked.answer is None:
                    await self._try(client, asked)

    async def _one_person(self, client: httpx.AsyncClient, pause: float) -> None:
        while not self._going_home.is_set():
            asked = self._next()
            gives_up_after = 1 if self._chance.random() < 0.05 else None
            while asked.answer is None and asked.tries != gives_up_after:
                await self._try(client, asked)
            await asyncio.sleep(self._chance.uniform(0, 2 * pause))

    def _next(self) -> Asked:
        number = next(self._numbers)
        partnership = self._chance.choice(self._partnerships)
        name, body = next(self._kinds)
        body = {
            field: value.format(number=number) if isinstance(value, str) else value for field, value in body.items()
        }
        path = f"/api/v1/partnerships/{partnership}/commands/{name}"
        asked = Asked(number, partnership, path, body, f"key-{number}")
        self.book.asked.append(asked)
        return asked

    async def _try(self, client: httpx.AsyncClient, asked: Asked) -> None:
        asked.tries += 1
        url = self._where(asked) + asked.path
        headers = {"Idempotency-Key": asked.key, **self._systems[asked.partnership]}
        try:
            answer = await client.post(url, json=asked.body, headers=headers)
        except httpx.HTTPError:
            await asyncio.sleep(_PAUSE_SECONDS)
            return
        if answer.is_success:
            asked.answer = answer.json()
        elif answer.status_code in _COME_AGAIN:
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            self.book.wrongly_refused.append(f"note {asked.number}: {answer.status_code} {answer.text}")
            asked.answer = {}

    def _where(self, asked: Asked) -> str:
        """Return where the replica answers that a command is sent to this time."""
        return self._chance.choice(self._urls)

    def _commands(self) -> Iterator[tuple[str, dict[str, Any]]]:
        while True:
            yield self._chance.choice(
                (
                    ("write-highlight", {"project": "P01", "progress": "note {number}.", "next": "More."}),
                    ("state-confidence", {"project": "P01", "confidence": "amber", "reason": "note {number}."}),
                    (
                        "raise-risk",
                        {"code": "R{number}", "title": "note {number}.", "likelihood": 2, "impact": 3, "owner": "DUR"},
                    ),
                )
            )
