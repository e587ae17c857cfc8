"""Connections to the broker come back, whatever moment they are lost at."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from threading import Event, Thread

import uvloop

from services.runtime.broker import BrokerAddress, connect

_GREETING = b'INFO {"server_id":"X","version":"2.15.1","proto":1,"max_payload":1048576,"headers":true}\r\n'


class Rude:
    """A server that speaks as much NATS as a client needs to connect, and resets connections behind its greeting."""

    def __init__(self, resets: int) -> None:
        self.resets = resets
        self.greeted = 0
        self._ready = Event()
        self._loop = asyncio.new_event_loop()
        self._connected: list[asyncio.StreamWriter] = []
        Thread(target=lambda: self._loop.run_until_complete(self._serve()), daemon=True).start()
        self._ready.wait()

    def cut(self) -> None:
        """Reset the connections that there are."""
        self._loop.call_soon_threadsafe(lambda: [reset(each) for each in self._connected])

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.greeted += 1
        writer.write(_GREETING)
        await writer.drain()
        if 1 < self.greeted <= 1 + self.resets:
            await asyncio.sleep(0)  # the greeting goes out, and the reset right behind it
            reset(writer)
            return
        self._connected.append(writer)
        try:
            while line := await reader.readline():
                if line.startswith(b"PING"):
                    writer.write(b"PONG\r\n")
        except ConnectionError:
            return


def reset(writer: asyncio.StreamWriter) -> None:
    endpoint = writer.get_extra_info("socket")
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def connected_again(server: Rude) -> bool:
    client = await connect(BrokerAddress(server.url), "test")
    client.options["reconnect_time_wait"] = 0.01
    server.cut()
    deadline = time.monotonic() + 10
    while (client.stats["reconnects"] == 0 or not client.is_connected) and time.monotonic() < deadline:
        time.sleep(0.02)  # noqa: ASYNC251 - a busy process learns of the reset before it has answered the greeting
        await asyncio.sleep(0.01)
    if not client.is_connected:
        return False
    await client.close()
    return True


def test_a_connection_that_is_reset_right_behind_the_greeting_is_tried_again_on_the_loop_that_services_run_on() -> None:
    server = Rude(resets=5)

    came_back = uvloop.run(connected_again(server))

    assert came_back, "it has been without a connection for ten seconds"
    assert server.greeted == 1 + 5 + 1
