"""A server of a test's own, which goes on while the test's event loop is busy or not there yet."""

from __future__ import annotations

import asyncio
import socket
import struct
from abc import ABC, abstractmethod
from threading import Event, Thread
from typing import Self

from tests.parts.child import HOST


class Listening(ABC):
    """Listens in a thread of its own until the block ends."""

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        """How many connections it has taken."""
        self._ready = Event()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, daemon=True)
        self._first: asyncio.StreamWriter | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._serving.cancel)
        self._thread.join()

    @abstractmethod
    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""

    def cut_the_first(self) -> None:
        """Reset the first of all connections."""
        assert self._first is not None
        self._loop.call_soon_threadsafe(reset, self._first)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._until_cancelled())

    async def _until_cancelled(self) -> None:
        self._serving = asyncio.create_task(self._serve())
        await asyncio.wait({self._serving})
        talking = asyncio.all_tasks() - {asyncio.current_task()}
        for each in talking:
            each.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
        await asyncio.sleep(0.01)  # what has just been closed ends in the loop's next turns

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._taken, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await server.serve_forever()

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._first = self._first or writer
        try:
            await self.talk(reader, writer)
        except ConnectionError:
            return
        finally:
            writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as if whoever had it had died."""
    endpoint = writer.get_extra_info("socket")
    if endpoint.fileno() != -1:
        endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
