"""uvicorn's HTTP/1.1 protocol, with an end to what a caller can send or leave unsent before anything is known of them.

The request line and the headers are limited in size, number and time, an answer must be read, and a connection must
not be silent for long. A body's size and time are for ``bodies``: only a route knows what it takes.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from math import inf
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from services.runtime.base.problems import Problem
from services.runtime.web.bodies import WHOLE_BODY_HERE
from services.runtime.web.connections import Connections, Waiting
from services.runtime.web.error_responses import PROBLEM_JSON, ProblemDetails

LONGEST_TARGET = 8 * 1024
LARGEST_HEAD = 32 * 1024
MOST_HEADERS = 100
_MOST_BESIDE_A_BODY = 1024 * 1024
_FAREWELL_SECONDS = 2.0
_LEAST_TAKEN_BYTES = 4 * 1024
"""How much of an answer its reader must take in each second, looked at over the time that answers may take."""

_TOO_LONG = (414, f"The address is longer than {LONGEST_TARGET // 1024} KiB, the most that is read here.")
_TOO_LARGE = (431, f"The headers are larger than {LARGEST_HEAD // 1024} KiB together, the most that is read here.")
_TOO_MANY = (431, f"There are more than {MOST_HEADERS} headers, the most that are read here.")
_MALFORMED = (400, "This is not HTTP/1.1 as it is written.")
_TOO_SLOW = (408, "The request line and the headers did not arrive in time.")
_NO_ROOM = (503, "Every connection that there may be is in use. Try again in a moment.")


class GuardedConfig(uvicorn.Config):
    """uvicorn's configuration, and the connections that are open under it."""

    def __init__(self, app: Any, connections: Connections, **given: Any) -> None:
        super().__init__(app, http=GuardedProtocol, ws="none", **given)
        self.connections = connections


class GuardedProtocol(HttpToolsProtocol):
    """One connection."""

    transport: asyncio.Transport

    def __init__(
        self,
        config: GuardedConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._all = config.connections
        self._limits = config.connections.limits
        self._longest = {Waiting.FIRST_REQUEST: self._limits.silent, Waiting.FAREWELL: _FAREWELL_SECONDS}
        self._phase = Waiting.FIRST_REQUEST
        self.since = self._all.now()
        self._head_open = False
        self._head_bytes = 0
        self._beside_the_body = 0
        self._began = False
        self._has_asked = False
        self._fault = _MALFORMED
        self._unread = (0, 0.0)
        """How much of the answers was unread when it was last looked at with a result, and when that was."""

    # What the connections of a process ask of one.

    @property
    def waits_for(self) -> Waiting:
        """What it waits for now: a request that is being answered may be waiting for its caller all the same."""
        if self._phase is not Waiting.ANSWER:
            return self._phase
        if self.transport.get_write_buffer_size() > 0:
            return Waiting.READER
        return Waiting.BODY if self.cycle.more_body else Waiting.ANSWER

    def look(self, now: float) -> None:
        """End the connection where its caller has kept us waiting for too long."""
        unread = self.transport.get_write_buffer_size()
        waited = now - self.since
        if not unread:
            self._unread = (0, now)
        if unread and self._is_not_read(unread, now):
            self.cut()
        elif self._phase is Waiting.LINE_OR_HEADERS and waited > self._limits.head:
            self._refuse(_TOO_SLOW)
        elif waited > self._longest.get(self._phase, inf):
            self.cut()

    def cut(self) -> None:
        """End the connection at once; what is unread is lost."""
        self.transport.abort()

    # What the transport calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count it in, or refuse it where there is no room."""
        super().connection_made(transport)
        if not self._all.add(self):
            transport.write(_written(*_NO_ROOM))
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it out."""
        super().connection_lost(exc)
        self._all.remove(self)

    def data_received(self, data: bytes) -> None:
        """Read on. What cannot be read, or is too much, is answered, and nothing more is read."""
        if self._phase is Waiting.FAREWELL:
            return
        self._unset_keepalive_if_required()
        if self._phase in (Waiting.FIRST_REQUEST, Waiting.NEXT_REQUEST):
            self._now_waits_for(Waiting.LINE_OR_HEADERS)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return  # to nothing that is offered here: the request is answered as it is
        except httptools.HttpParserError:
            self._refuse(self._fault)
            return
        if self._head_open:
            self._measure(len(data))
        elif self._phase is Waiting.ANSWER:
            self._measure_beside_the_body(len(data))

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        super().on_message_begin()
        self._head_open = self._began = True

    def on_headers_complete(self) -> None:
        """Have the request answered, if its head is within the limits. Raises ValueError, which ends the reading."""
        self._head_open = False
        fault = self._too_much()
        if fault is not None:
            self._fault = fault
            raise ValueError(fault[1])
        super().on_headers_complete()
        self._has_asked = True
        self.headers = []  # fields behind a body are no headers: they may not come to stand among them
        self._beside_the_body = 0
        self._now_waits_for(Waiting.ANSWER)

    def on_body(self, body: bytes) -> None:
        """Hand a part of the body on."""
        self._beside_the_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that all of the request is here: where that is before its answer begins, nothing of it is waited for."""
        super().on_message_complete()
        self.scope["state"][WHOLE_BODY_HERE] = True

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is there already."""
        super().on_response_complete()
        if not self.pipeline and not self._head_open and self._phase is Waiting.ANSWER:
            self._now_waits_for(Waiting.NEXT_REQUEST)

    def _now_waits_for(self, phase: Waiting) -> None:
        self._phase = phase
        self.since = self._all.now()

    def _measure(self, size: int) -> None:
        """Refuse a head that is too large before it has ended: its last part is still with the parser."""
        self._head_bytes = self._parsed() if self._began else self._head_bytes + size
        self._began = False
        if len(self.url) > LONGEST_TARGET:
            self._refuse(_TOO_LONG)
        elif self._head_bytes > LARGEST_HEAD:
            self._refuse(_TOO_LARGE)
        elif len(self.headers) > MOST_HEADERS:
            self._refuse(_TOO_MANY)

    def _measure_beside_the_body(self, size: int) -> None:
        """Refuse what comes with a body in chunks without being of it: extensions, and fields behind it."""
        self._beside_the_body += size
        if len(self.headers) > MOST_HEADERS:
            self._refuse(_TOO_MANY)
        elif self._beside_the_body > _MOST_BESIDE_A_BODY:
            self._refuse(_TOO_LARGE)

    def _too_much(self) -> tuple[int, str] | None:
        if len(self.url) > LONGEST_TARGET:
            return _TOO_LONG
        if len(self.headers) > MOST_HEADERS:
            return _TOO_MANY
        return _TOO_LARGE if self._parsed() > LARGEST_HEAD else None

    def _parsed(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _is_not_read(self, unread: int, now: float) -> bool:
        """Say whether the caller takes our answers too slowly, or not at all."""
        before, at = self._unread
        if before == 0:
            self._unread = (unread, now)
            return False
        if now - at <= self._limits.answer:
            return False
        self._unread = (unread, now)
        return before - unread < _LEAST_TAKEN_BYTES * (now - at)

    def _refuse(self, fault: tuple[int, str]) -> None:
        """Answer with a problem and close; read on for a moment, or a caller who is still sending never sees it."""
        answering = self._has_asked and not self.cycle.response_complete
        self._now_waits_for(Waiting.FAREWELL)
        if self.transport.is_closing():
            return
        if answering:  # an earlier request of the same connection: its answer is the last
            self.cycle.keep_alive = False
            return
        self.transport.write(_written(*fault))
        if self.transport.can_write_eof():
            self.transport.write_eof()


def _written(status: int, detail: str) -> bytes:
    """Return a whole answer, for what never becomes a request."""
    body = ProblemDetails.of(Problem(status, detail), instance="", correlation="").as_json()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: {PROBLEM_JSON}\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
