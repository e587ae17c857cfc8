"""No more requests at a time than can be answered in good time; whoever comes on top of them is told to come again.

Without a limit a service that is asked for more than it can do takes everything on and answers all of it too late.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.base.precedence import Precedence
from services.runtime.base.problems import Problem
from services.runtime.web.error_responses import respond

_READING = ("GET", "HEAD", "OPTIONS")
_ALWAYS_LET_IN = ("/health/", "/metrics")
_COME_AGAIN_SECONDS = 2


class LoadShedding:
    """Answers 503 with ``Retry-After`` where ``limit`` requests are being answered already.

    A request that waits for its own caller, to send the rest of it or to read the answer, is not being answered
    meanwhile: a few hundred callers who do neither would keep everybody else out. Questions after the service's own
    health are not counted: an overloaded service is not to be restarted.
    """

    def __init__(self, app: ASGIApp, *, limit: int, precedence: Precedence) -> None:
        self._app = app
        self._limit = limit
        self._precedence = precedence
        self._present = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_ALWAYS_LET_IN):
            await self._app(scope, receive, send)
            return
        if self._present >= self._limit:
            await respond(Request(scope, receive), _too_many())(scope, receive, send)
            return
        changes = scope["method"] not in _READING

        def count(number: int) -> None:
            self._present += number
            if changes:
                self._precedence.count_commands(number)

        async def receiving() -> Message:
            count(-1)
            try:
                return await receive()
            finally:
                count(+1)

        async def sending(message: Message) -> None:
            self._present -= 1
            try:
                await send(message)
            finally:
                self._present += 1

        count(+1)
        try:
            await self._app(scope, receiving, sending)
        finally:
            count(-1)


def _too_many() -> Problem:
    return Problem(
        503,
        "The service is busy. Try again in a moment.",
        slug="overloaded",
        headers={"Retry-After": str(_COME_AGAIN_SECONDS)},
    )
