"""Answers that are made once: for all who ask at the same time, and for all who ask until something has changed.

Making answers takes its turn behind commands, few at a time, and for the same question one at a time. Who asks while
an answer to the same question waits for its turn is given that one: it is made of what is so when its making begins,
and so has all that they wrote before they asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.access.audience import Audience, audience_of
from services.runtime.base.precedence import Precedence
from services.runtime.base.problems import Problem
from services.runtime.web.request_headers import header_in

_AT_A_TIME = 2
_SECONDS_TO_SEND = 0.001  # what it takes a process to hand one answer out, beside making it
_MAY_BE_SHARED = (200, 304)


class Question(NamedTuple):
    """What is asked, by whom, in which form, and what they have of it already."""

    path: str
    query: bytes
    audience: Audience
    accept: str
    if_none_match: str


class Answer(NamedTuple):
    """An answer as it is sent, before the shell adds its own headers."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    async def send(self, send: Send) -> None:
        """Send it; each time with headers of its own, as they are added to on the way."""
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})


class Answers:
    """The answers that are being made. Used from one event loop alone."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._room = asyncio.Semaphore(_AT_A_TIME)
        self._waiting: dict[object, _Making] = {}
        self._begun: dict[object, _Making] = {}

    async def give(self, make: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what ``make`` answers, or made for another who asked the same."""
        question = _question(scope)
        making = self._waiting.get(question)
        answer = await making.shared() if making is not None else await self._made(question, make, scope, receive)
        if answer is None:
            answer = await self._made(object(), make, scope, receive)
        await answer.send(send)

    async def _made(self, question: object, make: ASGIApp, scope: Scope, receive: Receive) -> Answer:
        making = self._waiting[question] = _Making()
        try:
            if (earlier := self._begun.get(question)) is not None:
                await earlier.shared()
            async with self._room:
                await self._precedence.repaid()
                del self._waiting[question]  # who asks from now on may have written something since
                self._begun[question] = making
                answer = await self._recorded(making, make, scope, receive)
            making.finish(answer)
            return answer
        finally:
            for its in (self._waiting, self._begun):
                if its.get(question) is making:
                    del its[question]
            making.finish(None)

    async def _recorded(self, making: _Making, make: ASGIApp, scope: Scope, receive: Receive) -> Answer:
        """Return what ``make`` sends; what that takes is owed to commands."""
        messages: list[Message] = []

        async def recording(message: Message) -> None:
            messages.append(message)

        began = time.monotonic()
        try:
            await make(scope, receive, recording)
        finally:
            self._precedence.owe(time.monotonic() - began + making.askers * _SECONDS_TO_SEND)
        start, *rest = messages
        return Answer(start["status"], start.get("headers", ()), b"".join(each.get("body", b"") for each in rest))


class MadeOnce(APIRoute):
    """A route whose answers to GET are made once for all who ask the same at the same time."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, in turn."""
        if scope["method"] == "GET":
            answers: Answers = scope["app"].state.answers
            await answers.give(super().handle, scope, receive, send)
        else:
            await super().handle(scope, receive, send)


class _Making:
    """An answer that is being made, or waits for its turn."""

    def __init__(self) -> None:
        self.askers = 1
        self._outcome: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

    async def shared(self) -> Answer | None:
        """Wait for the answer; None where it is only for whom it was made: what failed names its own request."""
        self.askers += 1
        return await asyncio.shield(self._outcome)

    def finish(self, answer: Answer | None) -> None:
        """Have the others be given the answer, if it may be shared; the first call counts."""
        if not self._outcome.done():
            self._outcome.set_result(answer if answer is not None and answer.status in _MAY_BE_SHARED else None)


def _question(scope: Scope) -> object:
    """Return what is asked: a question like no other where the credentials are wrong, which the route finds out."""
    try:
        audience = audience_of(Request(scope))
    except Problem:
        return object()
    return Question(
        scope["path"],
        scope["query_string"],
        audience,
        header_in(scope, b"accept"),
        header_in(scope, b"if-none-match"),
    )
