"""The embedded broker: a real server that keeps what it acknowledged and does not outlive its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from services.runtime.base.retry import Backoff
from services.runtime.messaging import streams
from services.runtime.messaging.broker import connect
from services.runtime.messaging.broker_rights import OPERATOR
from services.runtime.process.embedded_nats import EmbeddedNats
from tests.parts.waiting import until
from tests.runtime.ledger import run_of
from tests.runtime.logged import logged
from tests.runtime.stream_contents import events_in, put

START_AND_SLEEP = """
import asyncio, sys
from pathlib import Path
from services.runtime.process.embedded_nats import EmbeddedNats
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
    await server.start()
    connection = await connect(server.access(OPERATOR), "test")
    await streams.apply(connection)
    await put(connection, "PROGRAMME", events)
    await connection.close()
    await server.stop()
    assert not server.running

    await server.start()
    connection = await connect(server.access(OPERATOR), "test")

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


async def test_whoever_waits_for_another_servers_end_says_so(tmp_path: Path) -> None:
    # given: a folder in use
    first, second = EmbeddedNats(tmp_path / "nats"), EmbeddedNats(tmp_path / "nats")
    await first.start()

    # when
    with logged() as log:
        starting = asyncio.create_task(second.start())
        await until(lambda: any("waiting for another NATS server" in entry["event"] for entry in log.entries))

    # then: it is started once the other has ended
    await first.stop()
    await starting
    await second.stop()
    assert len(log.entries) == 1


async def test_a_server_that_has_not_been_started_has_no_address(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="has not been started"):
        _ = EmbeddedNats(tmp_path).url


def its_process(folder: Path) -> int:
    """Return the id of the server's process, by the file in which it says at which port it listens."""
    [ports] = folder.glob("*.ports")
    return int(ports.stem.rpartition("_")[2])


async def test_a_server_that_is_killed_is_started_again_where_its_clients_look_for_it(tmp_path: Path) -> None:
    events = run_of(3)
    server = EmbeddedNats(tmp_path / "nats")
    url = await server.start()
    connection = await connect(server.access(OPERATOR), "test")
    await streams.apply(connection)
    await put(connection, "PROGRAMME", events[:2])

    killed = its_process(tmp_path / "nats")
    os.kill(killed, signal.SIGKILL)

    async def another_runs() -> bool:
        return (
            server.running and bool([*(tmp_path / "nats").glob("*.ports")]) and its_process(tmp_path / "nats") != killed
        )

    await until(another_runs)
    await until(lambda: connection.is_connected)
    await put(connection, "PROGRAMME", events[2:])
    assert (server.url, await events_in(connection, "PROGRAMME")) == (url, events)
    await connection.close()
    await server.stop()


async def test_a_server_that_cannot_be_kept_running_is_given_up_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.process.embedded_nats._BACKOFF", Backoff(0.01, 0.1))
    server = EmbeddedNats(tmp_path / "nats")
    await server.start()
    monkeypatch.setattr("services.runtime.process.embedded_nats._binary", lambda: "/bin/false")

    os.kill(its_process(tmp_path / "nats"), signal.SIGKILL)
    async with asyncio.timeout(60):
        said = await server.given_up()

    assert said.startswith("the embedded NATS server could not be kept running: the embedded NATS server did not start")
    await server.stop()
