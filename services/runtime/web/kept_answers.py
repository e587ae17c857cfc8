"""Answers that are made once: for all who ask at the same time, and for all who ask until something has changed.

Making answers takes its turn behind commands, few at a time, and for the same question one at a time. Who asks while
an answer to the same question waits for its turn is given that one: it is made of what is so when its making begins,
and so has all that they wrote before they asked.

A route that knows until when its answer holds has it kept: then it is given again without a thread or a lock, and
without reading a database. It is kept by its question, and that names for whom it was made.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.access.audience import Audience, audience_of
from services.runtime.base.precedence import Precedence
from services.runtime.base.problems import Problem
from services.runtime.web.etags import holds
from services.runtime.web.request_headers import header_in

_AT_A_TIME = 2
_SECONDS_TO_SEND = 0.001  # what it takes a process to hand one answer out, beside making it
_MOST_KEPT = 128
_QUESTION, _HOLDS = "concordat.question", "concordat.holds"

Holds = Callable[[], Awaitable[bool]]
"""Says whether an answer is still what would be answered now: for each who asks, so it says that at once."""
Watch = Callable[[Request], Awaitable[Holds]]
"""Returns what says whether all that is read from now on, to answer a request, still holds."""


class Question(NamedTuple):
    """What is asked, for whom, and in which form."""

    path: str
    query: bytes
    audience: Audience
    accept: str


class Answer(NamedTuple):
    """An answer as it is sent, before the shell adds its own headers."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    tag: str

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it to who asks by ``scope``, or that they have it already.

        Each time with headers of its own, as they are added to on the way.
        """
        if self.tag and holds(header_in(scope, b"if-none-match"), self.tag):
            await Response(status_code=304, headers={"ETag": self.tag})(scope, _nothing_more, send)
            return
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})


class Kept(NamedTuple):
    """An answer that was given, the route that gave it, and whether it still holds."""

    answer: Answer
    route: object
    holds: Holds


class Answers:
    """The answers that are being made, and those that were. Used from one event loop alone."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._room = asyncio.Semaphore(_AT_A_TIME)
        self._waiting: dict[object, _Making] = {}
        self._begun: dict[object, _Making] = {}
        self._kept: OrderedDict[object, Kept] = OrderedDict()

    async def kept(self, scope: Scope) -> Kept | None:
        """Return the answer that was given before to the question in ``scope``, if it still holds."""
        question = scope[_QUESTION] = _question(scope)
        kept = self._kept.get(question)
        return kept if kept is not None and await kept.holds() else None

    async def give_kept(self, kept: Kept, scope: Scope, send: Send) -> None:
        """Answer with what was kept. That takes time too, of what commands leave."""
        await self._precedence.repaid()
        self._precedence.owe(_SECONDS_TO_SEND)
        scope["route"] = kept.route
        await kept.answer.send(scope, send)

    def before(self, question: object) -> Kept | None:
        """Return what was answered last, whether or not it still holds. May be called from any thread."""
        return self._kept.get(question)

    async def give(self, make: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what ``make`` answers, or made for another who asked the same."""
        question = scope[_QUESTION]
        making = self._waiting.get(question)
        answer = await making.shared() if making is not None else await self._made(question, make, scope, receive)
        if answer is None:
            answer = await self._made(object(), make, scope, receive)
        await answer.send(scope, send)

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
            self._keep(question, answer, scope)
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
        headers = start.get("headers", ())
        tag = str(dict(headers).get(b"etag", b""), "latin-1")
        return Answer(start["status"], headers, b"".join(each.get("body", b"") for each in rest), tag)

    def _keep(self, question: object, answer: Answer, scope: Scope) -> None:
        if isinstance(question, Question) and answer.status == 200 and (still := scope.get(_HOLDS)) is not None:
            self._kept[question] = Kept(answer, scope["route"], still)
            self._kept.move_to_end(question)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)


class MadeOnce(APIRoute):
    """A route whose answers to GET are made once for all who ask the same at the same time.

    With ``watch`` each is kept for as long as that says.
    """

    watch: Watch | None = None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, in turn."""
        if scope["method"] == "GET":
            answers: Answers = scope["app"].state.answers
            await answers.give(self._made, scope, receive, send)
        else:
            await super().handle(scope, receive, send)

    async def _made(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.watch is not None:
            scope[_HOLDS] = await self.watch(Request(scope))
        await super().handle(scope, receive, send)


def keep_all(routes: Iterable[BaseRoute], watch: Watch) -> None:
    """Have the answers of all routes that are ``MadeOnce`` kept for as long as ``watch`` says."""
    for route in routes:
        if isinstance(route, MadeOnce):
            route.watch = watch


def keep_while(request: Request, still: Holds) -> None:
    """Have the answer to ``request`` given again, to all whose question is the same, while ``still`` says so.

    What it is made of is read after ``still`` began to watch. The route is one that is ``MadeOnce``.
    """
    request.scope[_HOLDS] = still


def keep_for_its_tag(request: Request) -> None:
    """Have the answer to ``request`` kept for ``given_before`` alone, unless something says until when it holds."""
    request.scope.setdefault(_HOLDS, _never)


def given_before(request: Request, tag: str) -> Response | None:
    """Return the answer that was given last to the question of ``request``, if it bears the entity tag ``tag``."""
    answers: Answers = request.app.state.answers
    kept = answers.before(request.scope[_QUESTION])
    if kept is None or kept.answer.tag != tag:
        return None
    response = Response(kept.answer.body, kept.answer.status)
    response.raw_headers = list(kept.answer.headers)
    return response


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
            self._outcome.set_result(answer if answer is not None and answer.status == 200 else None)


def _question(scope: Scope) -> object:
    """Return what is asked: a question like no other where the credentials are wrong, which the route finds out."""
    try:
        audience = audience_of(Request(scope))
    except Problem:
        return object()
    return Question(scope["path"], scope["query_string"], audience, header_in(scope, b"accept"))


async def _never() -> bool:
    return False


async def _nothing_more() -> Message:
    return {"type": "http.disconnect"}
