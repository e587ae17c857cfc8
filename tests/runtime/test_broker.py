"""Connections to the broker come back, whatever moment they are lost at."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
import trustme
import uvloop

from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.handler_broker import faststream_broker
from tests.parts.child import HOST
from tests.parts.nats import NatsServer
from tests.parts.waiting import STILL_SECONDS, Patience, until
from tests.runtime.listening import Listening, reset
from tests.runtime.logged import logged

_GREETING = b'INFO {"server_id":"X","version":"2.15.1","proto":1,"max_payload":1048576,"headers":true}\r\n'
_ALL = 65_536

#: Behind the greeting, again and again, then further and further into the server's side of the handshake, within it.
AFTER_BYTES = (*[0] * 10, *range(1, 900, 60))


class Rude(Listening):
    """A server that speaks as much NATS as a client needs to connect, and resets connections behind its greeting."""

    def __init__(self, resets: int) -> None:
        super().__init__()
        self._resets = resets

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_GREETING)
        await writer.drain()
        if 1 < self.connections <= 1 + self._resets:
            await asyncio.sleep(0)  # the greeting goes out, and the reset right behind it
            reset(writer)
            return
        while line := await reader.readline():
            if line.startswith(b"PING"):
                writer.write(b"PONG\r\n")


class SafeNatsServer(NatsServer):
    """A NATS server that takes no connection without TLS."""

    def __init__(self, directory: Path, authority: trustme.CA) -> None:
        super().__init__(directory)
        authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(directory / "server.pem"))
        with self._settings.open("a") as settings:
            settings.write(f'tls {{ cert_file: "{directory}/server.pem", key_file: "{directory}/server.pem" }}\n')


class Scissors(Listening):
    """Stands before a server; lets the first connection be, and resets the next ones so many bytes behind the greeting.

    ``after`` has these numbers, of bytes that the server has said; once they are used up it lets all be.
    """

    def __init__(self, server: NatsServer, after: tuple[int, ...]) -> None:
        super().__init__()
        self._server_port = server.port
        self._after = list(after)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = self._after.pop(0) if self.connections > 1 and self._after else None
        answers, server = await asyncio.open_connection(HOST, self._server_port)
        asking = asyncio.create_task(_carry(reader, server))
        try:
            writer.write(await answers.readline())
            while left != 0 and (part := await answers.read(left or _ALL)):
                writer.write(part)
                left = left and left - len(part)
        finally:
            asking.cancel()
            server.transport.abort()
            reset(writer)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(_ALL):
        writer.write(part)


async def connected_again(url: str, server: Listening) -> bool:
    client = await connect(BrokerAddress(url), "test")
    client.options["reconnect_time_wait"] = 0.01
    server.cut_the_first()
    patience = Patience(lambda: server.connections)
    while (client.stats["reconnects"] == 0 or not client.is_connected) and patience.lasts():
        time.sleep(0.02)  # noqa: ASYNC251 - a busy process learns of the reset before it has answered the greeting
        await asyncio.sleep(0.01)
    if not client.is_connected:
        return False
    await client.flush(timeout=STILL_SECONDS)
    await client.close()
    return True


def test_a_connection_that_is_reset_right_behind_the_greeting_is_tried_again_on_the_loop_that_services_run_on() -> None:
    with Rude(resets=5) as server:
        came_back = uvloop.run(connected_again(f"nats://{HOST}:{server.port}", server))

    assert came_back, "it is without a connection, and makes none any more"
    assert server.connections == 1 + 5 + 1


def test_a_connection_with_tls_that_is_reset_at_any_step_of_its_handshake_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

    # when
    with SafeNatsServer(tmp_path, authority) as behind, Scissors(behind, AFTER_BYTES) as server:
        came_back = uvloop.run(connected_again(f"tls://{HOST}:{server.port}", server))

    # then
    assert came_back, f"after {server.connections} connections it is without one, and makes none any more"
    assert server.connections == 1 + len(AFTER_BYTES) + 1


async def test_handlers_are_stopped_in_good_order_while_the_broker_is_away(tmp_path: Path) -> None:
    # given: handlers at work
    server = NatsServer(tmp_path)
    server.start()
    with logged() as log:
        handlers = faststream_broker(BrokerAddress(server.url), "test")

        @handlers.subscriber("anything")
        async def take_in(_body: bytes) -> None: ...

        await handlers.start()
        client = await handlers.connect()

        # when: the broker goes, and then they are stopped
        server.kill()
        await until(lambda: not client.is_connected)
        await handlers.stop()

    # then: that ends the connection, and every entry is a line of our own
    assert client.is_closed
    assert {entry["logger"] for entry in log.entries} == {"services.runtime.messaging.broker"}


async def test_that_we_close_a_connection_ourselves_is_told_as_no_trouble(nats_server: NatsServer) -> None:
    with logged() as log:
        client = await connect(BrokerAddress(nats_server.url), "test")
        handlers = faststream_broker(BrokerAddress(nats_server.url), "test")
        await handlers.start()
        await client.close()
        await handlers.stop()
    assert log.entries == []


async def test_of_several_addresses_one_that_answers_is_taken(nats_server: NatsServer) -> None:
    address = BrokerAddress(f"nats://{HOST}:1, {nats_server.url}")
    async with asyncio.timeout(60):
        relay = await connect(address, "relay")
        handlers = faststream_broker(address, "handlers")
        await handlers.connect()
    assert relay.is_connected
    assert (await handlers.ping(timeout=STILL_SECONDS)) is True
    await relay.close()
    await handlers.stop()
