"""A TCP proxy between a service and NATS, which can do to a connection what networks do."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any, Self

from tests.parts.child import HOST, free_port

_CHUNK = 65_536
_DONE_SECONDS = 90.0
"""What is done to connections takes no time, on a machine that does not stand still."""


class Proxy:
    """Listens on ``port`` and leads to ``target``. All methods may be called from any thread and return once done."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name=f"proxy to {target}", daemon=True)
        self._links: set[_Link] = set()
        self._delay = 0.0
        self._server: asyncio.Server | None = None
        self._one_listens = asyncio.Lock()
        self._open = asyncio.Event()
        self._open.set()

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def heal(self) -> None:
        """Behave from now on. Connections that are still there go on where they were."""
        self._do(self._heal)

    def cut(self) -> None:
        """Reset every connection, as a firewall does that has been restarted."""
        self._do(self._cut)

    def delay(self, seconds: float) -> None:
        """Hold everything back for so long, in both directions."""
        self._delay = seconds

    def black_hole(self) -> None:
        """Let nothing through and say nothing; new connections are taken and lead nowhere."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def half_close(self) -> None:
        """End what comes from NATS on every connection; what goes to it still arrives."""
        self._do(self._half_close)

    def refuse(self) -> None:
        """Reset every connection and take no new one."""
        self._do(self._refuse)

    def _do(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        asyncio.run_coroutine_threadsafe(work(), self._loop).result(_DONE_SECONDS)

    async def _listen(self) -> None:
        async with self._one_listens:
            if self._server is None:
                self._server = await asyncio.start_server(self._accept, HOST, self.port)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(self, reader, writer)
        self._links.add(link)
        try:
            await link.run(self._target)
        finally:
            self._links.discard(link)

    async def through(self) -> None:
        """Wait as long as what has just been read must wait."""
        await self._open.wait()
        if self._delay:
            await asyncio.sleep(self._delay)

    async def _heal(self) -> None:
        self._delay = 0.0
        self._open.set()
        await self._listen()

    async def _cut(self) -> None:
        for link in tuple(self._links):
            link.reset()

    async def _half_close(self) -> None:
        for link in tuple(self._links):
            link.end_towards_client()

    async def _refuse(self) -> None:
        await self._stop_listening()
        await self._cut()

    async def _end(self) -> None:
        self._open.set()
        await self._refuse()
        while self._links:  # noqa: ASYNC110 - a link that was reset tells nobody when it is gone
            await asyncio.sleep(0.01)

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


class _Link:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._client = reader, writer
        self._writers = [writer]
        self._pumps: list[asyncio.Task[None]] = []

    async def run(self, target: int) -> None:
        """Carry bytes in both directions until either end has had enough."""
        reader, writer = self._client
        try:
            await self._proxy.through()
            far_reader, far_writer = await asyncio.open_connection(HOST, target)
        except OSError:
            writer.close()
            return
        self._writers.append(far_writer)
        self._pumps = [
            asyncio.create_task(self._pump(reader, far_writer)),
            asyncio.create_task(self._pump(far_reader, writer)),
        ]
        await asyncio.wait(self._pumps)
        for each in self._writers:
            each.close()

    def reset(self) -> None:
        """Break the connection off at both ends, without the courtesy of ending it."""
        for pump in self._pumps:
            pump.cancel()
        for writer in self._writers:
            with contextlib.suppress(OSError, ValueError):
                endpoint: socket.socket = writer.get_extra_info("socket")
                endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def end_towards_client(self) -> None:
        """Say to the client that nothing more will come, and go on listening to it."""
        if len(self._pumps) == 2:
            self._pumps[1].cancel()
        with contextlib.suppress(OSError, RuntimeError):
            self._writers[0].write_eof()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            while data := await source.read(_CHUNK):
                await self._proxy.through()
                sink.write(data)
                await sink.drain()
            sink.write_eof()
