"""The proxy itself: each way of misbehaving is what it says, or the tests that use it would prove nothing."""

from __future__ import annotations

import asyncio
import socketserver
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from threading import Thread

import pytest

from tests.faults.proxy import Proxy
from tests.parts.child import HOST

pytestmark = pytest.mark.every_form


class _Echo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        try:
            for line in self.rfile:
                self.wfile.write(line)
        except OSError:
            return


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer((HOST, 0), _Echo) as echo:
        Thread(target=echo.serve_forever, daemon=True).start()
        with Proxy(echo.server_address[1]) as running:
            yield running
        echo.shutdown()


@asynccontextmanager
async def line_through(proxy: Proxy) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(HOST, proxy.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def echoed(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], seconds: float = 30.0) -> bytes:
    reader, writer = line
    writer.write(b"hello\n")
    async with asyncio.timeout(seconds):
        return await reader.readline()


async def test_it_carries_both_ways(proxy: Proxy) -> None:
    async with line_through(proxy) as line:
        assert await echoed(line) == b"hello\n"


async def test_a_cut_line_is_reset_and_a_new_one_works(proxy: Proxy) -> None:
    async with line_through(proxy) as line:
        await echoed(line)
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            await echoed(line)
    async with line_through(proxy) as line:
        assert await echoed(line) == b"hello\n"


async def test_a_black_hole_says_nothing_until_it_is_healed(proxy: Proxy) -> None:
    async with line_through(proxy) as line:
        proxy.black_hole()
        with pytest.raises(TimeoutError):
            await echoed(line, seconds=0.5)
        proxy.heal()
        assert await line[0].readline() == b"hello\n"


async def test_a_half_closed_line_ends_towards_the_client_alone(proxy: Proxy) -> None:
    async with line_through(proxy) as line:
        await echoed(line)
        proxy.half_close()
        assert await echoed(line) == b""
        assert not line[1].is_closing()


async def test_a_proxy_that_refuses_takes_no_new_line_until_it_is_healed(proxy: Proxy) -> None:
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(HOST, proxy.port)
    proxy.heal()
    async with line_through(proxy) as line:
        assert await echoed(line) == b"hello\n"


async def test_a_delay_holds_everything_back(proxy: Proxy) -> None:
    async with line_through(proxy) as line:
        proxy.delay(0.1)
        began = time.monotonic()
        await echoed(line)
        assert time.monotonic() - began > 0.2
