"""uvicorn on a socket of ours, started and stopped from within a running event loop."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from services.runtime.base.settings import Settings
from services.runtime.web.connections import ConnectionLimits, Connections
from services.runtime.web.protocol import GuardedConfig

_BACKLOG = 2048
_SECONDS_TO_NOTICE = 0.5
_log = structlog.get_logger(__name__)


class _Uvicorn(uvicorn.Server):
    """uvicorn without signal handlers: the process has its own, which stop more than HTTP."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _BreakingOff:
    """Ends quietly where a request is broken off at shutdown; uvicorn would log a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if not self.begun:
                raise


class HttpServer:
    """Answers requests for ``app`` at ``settings.host`` and ``settings.port``."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self.app = app
        self._settings = settings
        self._address: tuple[str, int] | None = None
        self._running: asyncio.Task[None] | None = None
        self._hurried = asyncio.Event()
        self._breaking_off = _BreakingOff(app)
        self._server = _Uvicorn(
            GuardedConfig(
                self._breaking_off,
                Connections(ConnectionLimits.of(settings)),
                timeout_keep_alive=settings.idle_seconds,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=settings.trusted_proxies,
            )
        )

    @property
    def url(self) -> str:
        """Where it listens. Raises RuntimeError before ``start``."""
        if self._address is None:
            raise RuntimeError("the HTTP server has not been started")
        host, port = self._address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def start(self) -> None:
        """Listen and answer; stopped again where this is cancelled.

        Raises OSError with a sentence where the address cannot be had.
        """
        host, port = self._settings.host, self._settings.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise OSError(f"nothing can listen at {host} port {port}: {_reason(error)}") from None
        self._address = listening.getsockname()[:2]
        self._running = asyncio.create_task(self._server.serve([listening]), name="http")
        answering = asyncio.create_task(self._server.answering.wait())
        try:
            await asyncio.wait({self._running, answering}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self.stop()
            raise
        finally:
            answering.cancel()
        if self._running.done():
            await self._running
            raise OSError("the HTTP server ended as soon as it had begun")

    async def ended(self) -> None:
        """Wait until it ends."""
        if self._running is not None:
            await asyncio.wait({self._running})

    def hurry(self) -> None:
        """Do not wait for open requests any longer."""
        self._hurried.set()

    async def stop(self, seconds: float | None = None) -> None:
        """Take no new connection, let open requests end within ``seconds``, then end.

        Without ``seconds`` they have ``settings.shutdown_seconds``.
        """
        self._server.should_exit = True
        if self._running is None:
            return
        hurried = asyncio.create_task(self._hurried.wait())
        shutdown_seconds = self._settings.shutdown_seconds if seconds is None else seconds
        await asyncio.wait({self._running, hurried}, timeout=shutdown_seconds, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        if not self._running.done():
            await self._break_off(self._running)
        await self._running

    async def _break_off(self, running: asyncio.Task[None]) -> None:
        """End what is still open: half a request, an answer that nobody fetches, work that takes too long."""
        still = self._server.server_state
        _log.warning(
            "closing requests that are still open", requests=len(still.tasks), connections=len(still.connections)
        )
        self._breaking_off.begun = True
        for connection in list(still.connections):
            connection.transport.abort()
        await asyncio.wait({running, *still.tasks}, timeout=_SECONDS_TO_NOTICE, return_when=asyncio.FIRST_COMPLETED)
        for task in still.tasks:
            task.cancel()
        await asyncio.wait({running}, timeout=_SECONDS_TO_NOTICE)
        self._server.force_exit = True


def _reason(error: OSError) -> str:
    """Return why an address cannot be had: for a name that nobody knows the system has no number."""
    if error.errno is not None and error.errno in errno.errorcode:
        return os.strerror(error.errno).lower()
    return str(error.strerror).partition(" (while")[0].lower()
