"""Each request seen from outside: its id, its log entry, its metrics, and what is said of the unforeseen."""

from __future__ import annotations

import re
import time
from functools import cache
from random import Random
from types import TracebackType
from typing import Any, Self

import structlog
from starlette.requests import Request
from starlette.types import Scope
from structlog.contextvars import bind_contextvars, reset_contextvars

from services.runtime.base.problems import Problem
from services.runtime.base.telemetry import HTTP_REQUESTS, HTTP_SECONDS
from services.runtime.web.refusals import note_refusal, sender_of
from services.runtime.web.request_headers import header_in

REQUEST_ID = "X-Request-ID"
_HEADER = REQUEST_ID.lower().encode()
_OWN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_IDS = Random()  # noqa: S311 - they tell requests apart, nothing hangs on their being guessed
_READING = ("GET", "HEAD", "OPTIONS")
_ROUTINE = ("/health/", "/metrics", "/static/")


def request_id(request: Request) -> str:
    """Return the id of this request: what its events carry as correlation, and what finds it in the logs."""
    return str(request.scope["state"]["request_id"])


class RequestLog:
    """Gives each request an id and accounts for it."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("concordat.http").bind()  # bound once: a lazy one is bound for each entry

    def request(self, scope: Scope, partnership: str) -> LoggedRequest:
        """Return a context manager to answer a request in, which is of a ``partnership``; empty where it is of none."""
        return LoggedRequest(scope, self._log, partnership)


class LoggedRequest:
    """A request that is being answered: every entry says which and of which partnership, and its end is logged.

    ``scope`` is that which it is answered by, with the route that was found; ``status`` is 0 until there is an answer.
    """

    __slots__ = ("_before", "_context", "_id", "_log", "_method", "_path", "_started", "header", "scope", "status")

    def __init__(self, scope: Scope, log: Any, partnership: str) -> None:
        """Take the caller's own ``X-Request-ID`` where that is fit, else a new one."""
        given = header_in(scope, _HEADER)
        self._id = given if _OWN_ID.fullmatch(given) else f"{_IDS.getrandbits(128):032x}"
        self._context = {"request_id": self._id, **({"partnership": partnership} if partnership else {})}
        self._log = log
        self._method, self._path = scope["method"], scope["path"]
        self.header = (_HEADER, self._id.encode())
        self.scope = scope
        self.status = 0
        scope.setdefault("state", {})["request_id"] = self._id

    def __enter__(self) -> Self:
        self._before = bind_contextvars(**self._context)
        self._started = time.perf_counter()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        seconds = time.perf_counter() - self._started
        route = getattr(self.scope.get("route"), "path", "none")
        _counter(self._method, route, self.status).inc()
        _histogram(route).observe(seconds)
        write = self._log.debug if self._path.startswith(_ROUTINE) else self._log.info
        said = {"method": self._method, "path": self._path, "status": self.status, "ms": round(seconds * 1000, 1)}
        write("request", **said, **({} if self._method in _READING else sender_of(self.scope)))
        note_refusal(self.scope, self.status)
        reset_contextvars(**self._before)

    def caller_left(self) -> None:
        """Say that the caller was gone before all of the request had come."""
        self._log.info("a caller left before the request was complete", path=self._path)

    def unforeseen(self) -> Problem:
        """Log the exception that is being handled; return what its caller is told."""
        self._log.exception("a request failed in a way that was not foreseen", method=self._method, path=self._path)
        return Problem(
            500,
            f"Something went wrong that nobody foresaw, and it has been noted under {self._id}."
            " Whether the request took effect can be seen by reading its object again.",
        )


# By method, route and status there are some hundreds; to find one anew takes longer than to count with it.
_counter = cache(HTTP_REQUESTS.labels)
_histogram = cache(HTTP_SECONDS.labels)
