"""Each request seen from outside: its id, its log entry, its metrics, and the answer to the unforeseen."""

from __future__ import annotations

import re
import time
from functools import cache
from random import Random

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from services.runtime.base.problems import Problem
from services.runtime.base.telemetry import HTTP_REQUESTS, HTTP_SECONDS
from services.runtime.web.error_responses import respond
from services.runtime.web.request_headers import header_in

REQUEST_ID = "X-Request-ID"
_HEADER = REQUEST_ID.lower().encode()
_OWN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_IDS = Random()  # noqa: S311 - they tell requests apart, nothing hangs on their being guessed
_ROUTINE = ("/health/", "/metrics", "/static/")


def request_id(request: Request) -> str:
    """Return the id of this request: what its events carry as correlation, and what finds it in the logs."""
    return str(request.scope["state"]["request_id"])


class RequestLog:
    """Gives each request an id (the caller's own ``X-Request-ID`` where that is fit), and accounts for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._log = structlog.get_logger("concordat.http").bind()  # bound once: a lazy one is bound for each entry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = header_in(scope, _HEADER)
        identity = given if _OWN_ID.fullmatch(given) else f"{_IDS.getrandbits(128):032x}"
        scope.setdefault("state", {})["request_id"] = identity
        before = bind_contextvars(request_id=identity)
        try:
            await self._account_for(scope, receive, send, identity)
        finally:
            reset_contextvars(**before)

    async def _account_for(self, scope: Scope, receive: Receive, send: Send, identity: str) -> None:
        started = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_HEADER, identity.encode())]
            await send(message)

        # RFC 9110, section 9.3.2: HEAD is GET without the content, which the server leaves out.
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        try:
            await self._app(inner, receive, sending)
        except ClientDisconnect:
            self._log.info("a caller left before the request was complete", path=scope["path"])
        except Exception:
            self._log.exception(
                "a request failed in a way that was not foreseen", method=scope["method"], path=scope["path"]
            )
            if status:
                raise
            await respond(Request(scope, receive), _unforeseen(identity))(scope, receive, sending)
        finally:
            self._account(scope, inner, status, time.perf_counter() - started)

    def _account(self, scope: Scope, inner: Scope, status: int, seconds: float) -> None:
        route = getattr(inner.get("route"), "path", "none")
        _counter(scope["method"], route, status).inc()
        _histogram(route).observe(seconds)
        write = self._log.debug if scope["path"].startswith(_ROUTINE) else self._log.info
        write("request", method=scope["method"], path=scope["path"], status=status, ms=round(seconds * 1000, 1))


# By method, route and status there are some hundreds; to find one anew takes longer than to count with it.
_counter = cache(HTTP_REQUESTS.labels)
_histogram = cache(HTTP_SECONDS.labels)


def _unforeseen(identity: str) -> Problem:
    return Problem(
        500,
        f"Something went wrong that nobody foresaw, and it has been noted under {identity}."
        " Whether the request took effect can be seen by reading its object again.",
    )
