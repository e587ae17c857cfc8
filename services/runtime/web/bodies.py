"""The body of a request: no larger than its path allows, in time, and not read where the answer is known without it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Message, Receive, Scope, Send

from services.runtime.base.problems import Problem
from services.runtime.web.error_responses import FORM_TYPES, MULTIPART
from services.runtime.web.request_headers import header_in

WHOLE_BODY_HERE = "concordat.whole_body_here"
"""Under this key the state of a scope says that all of the body has come in, as it mostly has with the headers."""
LARGEST_FORM = 64 * 1024
"""A form is read before it is known who sent it: their token is in it."""
LARGEST_FILE = 4 * 1024 * 1024
"""A file that somebody chooses on a page. Its route knows who sends it before it reads it: ``uploads.py``."""
UPLOAD = "upload"
"""The last segment of the paths that take one."""
_BYTES_EACH_SECOND = 16 * 1024
"""A body that comes in at least as fast is never too late."""
# A client that is still sending when its connection closes never sees the answer, so some of the rest is read and
# thrown away; a client that does not end within these bounds is cut off.
_LINGER_BYTES = 16 * 1024 * 1024
_LINGER_SECONDS = 5.0
_CLOSE = (b"connection", b"close")


class Bodies:
    """The limits of bodies: ``limit`` bytes, or as ``larger`` gives them by the last segment of a path.

    A body may take ``seconds``, and one more for each 16 KiB of it.
    """

    def __init__(self, limit: int, larger: Mapping[str, int], *, seconds: float) -> None:
        self._limit = limit
        self._larger = larger
        self._seconds = seconds

    def body_of(self, scope: Scope, receive: Receive) -> Body | None:
        """Return the body that a request has, None where it has none."""
        announced = header_in(scope, b"content-length")
        if announced in ("", "0") and not header_in(scope, b"transfer-encoding"):
            return None
        is_here = WHOLE_BODY_HERE in scope.get("state", ())
        return Body(receive, announced, self._limit_of(scope), self._seconds, is_here=is_here)

    def _limit_of(self, scope: Scope) -> int:
        limit = self._larger.get(scope["path"].rpartition("/")[2], self._limit)
        kind = header_in(scope, b"content-type").partition(";")[0].strip().lower()
        if kind not in FORM_TYPES:
            return limit
        has_file = kind == MULTIPART and scope["path"].endswith(f"/{UPLOAD}")
        return LARGEST_FILE + LARGEST_FORM if has_file else min(limit, LARGEST_FORM)


class Body:
    """The body of one request, counted and timed as it comes in."""

    def __init__(self, receive: Receive, announced: str, limit: int, seconds: float, *, is_here: bool) -> None:
        """``announced`` is its length in bytes, empty where that is not known beforehand.

        One that ``is_here`` is not timed: to set a timer takes longer than to hand a body on.
        """
        self._announced = announced
        self._limit = limit
        self._receive = receive
        self._seconds = seconds
        self._began = None if is_here else asyncio.get_running_loop().time()
        self._taken = 0
        self._ended = False

    def refusal(self) -> Problem | None:
        """Return what it is refused with before any of it is read, None where it may come in."""
        is_larger = self._announced.isdecimal() and int(self._announced) > self._limit
        return self._too_large() if is_larger else None

    async def receive(self) -> Message:
        """Hand the next message on. Raises Problem: 413 once the limit is passed, 408 once it is too late."""
        if self._ended:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._late_at()):
                message = await self._next()
        except TimeoutError:
            raise _too_slow() from None
        if self._taken > self._limit:
            raise self._too_large()
        return message

    def _late_at(self) -> float | None:
        """Return when the next part is too late, by the clock of the event loop; None where it never is."""
        return None if self._began is None else self._began + self._seconds + self._taken / _BYTES_EACH_SECOND

    def _too_large(self) -> Problem:
        return Problem(
            413,
            f"The body of the request is larger than {_in_words(self._limit)}, the most that may be sent here.",
            limit_bytes=self._limit,
        )

    def answering(self, send: Send) -> Send:
        """Return a ``send`` for answers that may come before the body has.

        The connection is closed after such an answer; its last part waits until the client has finished, or for a
        moment.
        """
        closing = False

        async def sending(message: Message) -> None:
            nonlocal closing
            if message["type"] == "http.response.start":
                closing = not self._ended and message["status"] >= 400
                if closing:
                    message["headers"] = [*message.get("headers", ()), _CLOSE]
                await send(message)
            elif closing and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await self._read_the_rest()
                await send({"type": "http.response.body", "body": b""})
            else:
                await send(message)

        return sending

    async def _read_the_rest(self) -> None:
        enough = self._taken + _LINGER_BYTES
        try:
            async with asyncio.timeout(min(_LINGER_SECONDS, self._seconds)):
                while not self._ended and self._taken < enough:
                    await self._next()
        except TimeoutError:
            return

    async def _next(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        return message


def _too_slow() -> Problem:
    return Problem(408, "The body of the request did not arrive in time; nothing was changed. Send it again.")


def _in_words(size: int) -> str:
    return f"{size / 1024 / 1024:.3g} MiB" if size >= 1024 * 1024 else f"{size / 1024:.3g} KiB"
