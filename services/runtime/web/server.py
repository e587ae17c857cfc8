"""uvicorn on a socket of ours, started and stopped from within a running event loop."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from services.runtime.settings import Settings

_BACKLOG = 2048


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


class HttpServer:
    """Answers requests for ``app`` at ``settings.host`` and ``settings.port``."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self.app = app
        self._settings = settings
        self._address: tuple[str, int] | None = None
        self._running: asyncio.Task[None] | None = None
        self._server = _Uvicorn(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=settings.trusted_proxies,
                timeout_graceful_shutdown=round(settings.shutdown_seconds),
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
        """Listen and answer. Raises OSError with a sentence where the address cannot be had."""
        host, port = self._settings.host, self._settings.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise OSError(
                f"nothing can listen at {host} port {port}: {os.strerror(error.errno or 0).lower()}"
            ) from None
        self._address = listening.getsockname()[:2]
        self._running = asyncio.create_task(self._server.serve([listening]), name="http")
        answering = asyncio.create_task(self._server.answering.wait())
        await asyncio.wait({self._running, answering}, return_when=asyncio.FIRST_COMPLETED)
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
        self._server.force_exit = True

    async def stop(self) -> None:
        """Take no new connection, let open requests end within ``settings.shutdown_seconds``, then end."""
        self._server.should_exit = True
        if self._running is not None:
            await self._running
