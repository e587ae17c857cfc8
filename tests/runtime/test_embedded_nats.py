"""The embedded broker: a real server that keeps what it acknowledged and does not outlive its parent."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from services.runtime import streams
from services.runtime.broker import BrokerAddress, connect
from services.runtime.embedded_nats import EmbeddedNats
from tests.runtime.ledger import run_of
from tests.runtime.stream_contents import events_in, put
from tests.runtime.waiting import until

START_AND_SLEEP = """
import asyncio, sys
from pathlib import Path
from services.runtime.embedded_nats import EmbeddedNats
async def main():
    server = EmbeddedNats(Path(sys.argv[1]))
    print(await server.start(), flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def accepts(url: str) -> bool:
    host, _, port = url.removeprefix("nats://").rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True


async def test_it_keeps_its_streams_from_one_start_to_the_next(tmp_path: Path) -> None:
    events = run_of(3)
    server = EmbeddedNats(tmp_path / "nats")
    connection = await connect(BrokerAddress(await server.start()), "test")
    await streams.apply(connection)
    await put(connection, "PROGRAMME", events)
    await connection.close()
    await server.stop()
    assert not server.running

    connection = await connect(BrokerAddress(await server.start()), "test")

    assert await events_in(connection, "PROGRAMME") == events
    await connection.close()
    await server.stop()


async def test_it_listens_on_the_loopback_address_only_and_forces_every_write_to_the_disk(tmp_path: Path) -> None:
    server = EmbeddedNats(tmp_path / "nats")

    url = await server.start()

    assert url.startswith("nats://127.0.0.1:")
    assert "sync_interval: always" in (tmp_path / "nats" / "nats-server.conf").read_text()
    await server.stop()
    assert not await accepts(url)


async def test_it_dies_with_a_parent_that_is_killed_and_the_next_one_waits_for_its_end(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", START_AND_SLEEP, str(tmp_path / "nats"), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    url = (await parent.stdout.readline()).decode().strip()
    assert await accepts(url)

    parent.kill()
    await parent.wait()
    successor = EmbeddedNats(tmp_path / "nats")
    await successor.start()

    async def gone() -> bool:
        return url == successor.url or not await accepts(url)

    await until(gone)
    await successor.stop()


async def test_a_server_that_has_not_been_started_has_no_address(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="has not been started"):
        _ = EmbeddedNats(tmp_path).url
