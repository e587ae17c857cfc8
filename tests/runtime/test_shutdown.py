"""A process that is told to stop has ended within ten seconds, whatever is half done, and says nothing frightening."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.runtime.test_lifecycle import free_port, listening, run

REQUESTS = (
    b"POST /tenor/as-told HTTP/1.1\r\nHost: tenor\r\nContent-Le",  # half of its headers
    b"POST /tenor/as-told HTTP/1.1\r\nHost: tenor\r\nContent-Length: 100\r\n\r\nhalf",  # half of its body
    b"GET /tenor/loudly HTTP/1.1\r\nHost: tenor\r\n\r\n",  # an answer that nobody reads
    b"GET /tenor/for-ever HTTP/1.1\r\nHost: tenor\r\n\r\n",  # an answer that never comes
    b"",
)


@pytest.mark.parametrize("signals", [1, 2])
async def test_half_a_request_keeps_nobody_from_stopping(signals: int, tmp_path: Path) -> None:
    # given: a process with requests that will not end by themselves
    port = free_port()
    with run(port, tmp_path) as process, ExitStack() as clients:
        await listening(f"http://127.0.0.1:{port}", "/health/ready")
        for sent in REQUESTS:
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(sent)
        await asyncio.sleep(0.3)

        # when
        told_at = time.monotonic()
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.2)
        _, told = await asyncio.to_thread(process.communicate, timeout=60)

    # then: the process's own timers see to the ten seconds, however busy the machine
    assert process.returncode == 0, told
    assert time.monotonic() - told_at < 10
    assert "Traceback" not in told
    assert "error" not in told.replace("met an error", "")
