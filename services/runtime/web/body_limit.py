"""No request may send more than its path allows; it is told so at once, or as soon as it shows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.web.answers import respond
from services.runtime.web.problems import Problem
from services.runtime.web.request_headers import header_in

# A client that is still sending when its connection closes never sees the answer, so some of the rest is read and
# thrown away; a client that does not end within these bounds is cut off.
_LINGER_BYTES = 16 * 1024 * 1024
_LINGER_SECONDS = 5.0


class BodyLimit:
    """Refuses bodies of more than ``limit`` bytes with 413, announced or sent in chunks.

    ``larger`` gives other limits to paths by their last segment: ``{"import": 20 * 1024 * 1024}``.
    """

    def __init__(self, app: ASGIApp, *, limit: int, larger: Mapping[str, int]) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, self._larger.get(scope["path"].rpartition("/")[2], self._limit))
        announced = header_in(scope, b"content-length")
        if announced.isdecimal() and int(announced) > body.limit:
            await respond(Request(scope, receive), body.refused())(scope, receive, body.answering(send))
        else:
            await self._app(scope, body.receive, body.answering(send))


class _Body:
    """The body of one request, counted as it comes in."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.limit = limit
        self._receive = receive
        self._taken = 0
        self._ended = False
        self._too_large = False

    async def receive(self) -> Message:
        """Hand the next message on. Raises Problem 413 once the limit is passed."""
        message = await self._next()
        if self._taken > self.limit:
            raise self.refused()
        return message

    def refused(self) -> Problem:
        """Return the problem of a body that is too large. The connection is closed after it."""
        self._too_large = True
        return Problem(
            413,
            f"The body of the request is larger than {_in_words(self.limit)}, the most that may be sent here.",
            headers={"Connection": "close"},
            limit_bytes=self.limit,
        )

    def answering(self, send: Send) -> Send:
        """Return a ``send`` that, where the body was refused, lets the client finish before the answer is complete."""

        async def sending(message: Message) -> None:
            last = message["type"] == "http.response.body" and not message.get("more_body", False)
            if not (last and self._too_large):
                await send(message)
                return
            await send({**message, "more_body": True})
            await self._read_the_rest()
            await send({"type": "http.response.body", "body": b""})

        return sending

    async def _read_the_rest(self) -> None:
        enough = self._taken + _LINGER_BYTES
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while not self._ended and self._taken < enough:
                    await self._next()
        except TimeoutError:
            return

    async def _next(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        return message


def _in_words(size: int) -> str:
    return f"{size / 1024 / 1024:.3g} MiB" if size >= 1024 * 1024 else f"{size / 1024:.3g} KiB"
