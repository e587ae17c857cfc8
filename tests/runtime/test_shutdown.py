"""A process that is told to stop has ended within ten seconds, whatever is half done, and says nothing frightening."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Self

import pytest

from services.runtime.web.app import make_app
from services.runtime.web.server import HttpServer
from tests.parts.child import free_port
from tests.parts.doors import OPEN
from tests.runtime.answering import settings
from tests.runtime.test_lifecycle import ended, listening, run

REQUESTS = (
    b"POST /tenor/as-told HTTP/1.1\r\nHost: tenor\r\nContent-Le",  # half of its headers
    b"POST /tenor/as-told HTTP/1.1\r\nHost: tenor\r\nContent-Length: 100\r\n\r\nhalf",  # half of its body
    b"GET /tenor/loudly HTTP/1.1\r\nHost: tenor\r\n\r\n",  # an answer that nobody reads
    b"GET /tenor/for-ever HTTP/1.1\r\nHost: tenor\r\n\r\n",  # an answer that never comes
    b"",
)


class Stopwatch:
    """Counts the seconds of a block in which the machine did not stand still."""

    _TICK_SECONDS = 0.05

    def __init__(self) -> None:
        self.seconds = 0.0
        self._over = Event()
        self._counting = Thread(target=self._count, daemon=True)

    def __enter__(self) -> Self:
        self._counting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._counting.join()

    def _count(self) -> None:
        before, is_over = time.monotonic(), False
        while not is_over:
            is_over = self._over.wait(self._TICK_SECONDS)
            now = time.monotonic()
            self.seconds += min(now - before, 2 * self._TICK_SECONDS)
            before = now


@pytest.mark.parametrize("signals", [1, 2])
async def test_half_a_request_keeps_nobody_from_stopping(signals: int, tmp_path: Path) -> None:
    # given: a process with requests that will not end by themselves
    port = free_port()
    with run(port, tmp_path) as process, ExitStack() as clients:
        await listening(process, f"http://127.0.0.1:{port}", "/health/ready")
        for sent in REQUESTS:
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(sent)
        await asyncio.sleep(0.3)

        # when
        with Stopwatch() as passed:
            for _ in range(signals):
                process.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.2)
            told = await ended(process)

    # then: the process's own timers see to the ten seconds, however busy the machine
    assert process.returncode == 0, told
    assert passed.seconds < 10
    assert "Traceback" not in told
    assert "error" not in told.replace("met an error", "")


async def test_a_server_that_is_cancelled_while_it_starts_leaves_nothing_running() -> None:
    # given
    before, port = asyncio.all_tasks(), free_port()
    server = HttpServer(make_app(settings(port=port), [], table=OPEN), settings(port=port))
    starting = asyncio.create_task(server.start())
    await asyncio.sleep(0)  # it listens, and does not answer yet
    # when
    starting.cancel()
    await asyncio.wait({starting})
    # then what is left would be cancelled as the process ends, which uvicorn tells with a stack trace
    assert starting.cancelled()
    assert asyncio.all_tasks() <= before
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_name_to_listen_at_that_nobody_knows_is_told_in_words() -> None:
    server = HttpServer(make_app(settings(), [], table=OPEN), settings(host="no-such-host"))
    with pytest.raises(OSError, match="nothing can listen at no-such-host port 0: ") as refused:
        await server.start()
    assert "unknown error" not in str(refused.value)


async def test_signals_that_come_until_the_very_end_leave_an_orderly_stop_what_it_is(tmp_path: Path) -> None:
    port = free_port()
    with run(port, tmp_path) as process:
        await listening(process, f"http://127.0.0.1:{port}", "/health/ready")

        while process.poll() is None:
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.005)
        told = await ended(process)

    assert process.returncode == 0, told
