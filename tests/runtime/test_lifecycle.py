"""A process starts in order, works, and stops in the opposite order, whatever it was started for."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import nats
import pytest

from services.runtime.clock import SteppedClock
from services.runtime.lifecycle import Host, StartupError
from tests.parts.nats import NatsServer
from tests.runtime.answering import settings
from tests.runtime.bell import Bell, bell


async def test_services_start_in_order_answer_and_stop_in_reverse_order(tmp_path: Path) -> None:
    diary: list[str] = []
    async with Host(settings(data_dir=tmp_path), [bell("treble", diary), bell("tenor", diary)]) as host:
        async with httpx.AsyncClient(base_url=host.url) as client:
            rung = await client.post("/tenor/ring")
            ready = await client.get("/health/ready")
        assert diary == ["treble started", "tenor started"]
    assert rung.json() == 1
    assert ready.status_code == 200
    assert [check["name"] for check in ready.json()["checks"]] == [
        "process",
        "embedded NATS server",
        "treble clapper",
        "tenor clapper",
    ]
    assert diary == ["treble started", "tenor started", "tenor stopped", "treble stopped"]
    async with httpx.AsyncClient(base_url=host.url) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/health/live")


async def test_a_host_without_http_works_with_a_clock_of_its_own(tmp_path: Path) -> None:
    clock = SteppedClock(datetime(2014, 4, 1, 8, 0, tzinfo=UTC))
    async with Host(settings(data_dir=tmp_path), [bell("tenor", [])], clock=clock, http=False) as host:
        service = host.services["tenor"]
        assert isinstance(service, Bell)
        assert service.foundation.clock.now() == datetime(2014, 4, 1, 8, 0, tzinfo=UTC)
        assert (await service.foundation.nats.jetstream().publish("programme.BELL.rung", b"ding")).stream == "PROGRAMME"
        with pytest.raises(RuntimeError, match="started without HTTP"):
            _ = host.url


async def test_what_was_published_before_a_restart_is_there_after_it(tmp_path: Path) -> None:
    for expected in (1, 2):
        async with Host(settings(data_dir=tmp_path), [bell("tenor", [])]) as host, httpx.AsyncClient() as client:
            assert (await client.post(f"{host.url}/tenor/ring")).json() == expected


async def test_a_server_of_somebody_elses_is_used_and_left_running(own_nats_server: NatsServer, tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with Host(settings(data_dir=data, nats_url=own_nats_server.url), [], http=False):
        pass
    connection = await nats.connect(own_nats_server.url)
    assert (await connection.jetstream().stream_info("REPORTING")).config.subjects == ["reporting.>"]
    await connection.close()
    assert list(tmp_path.glob("data/nats")) == []  # noqa: ASYNC240 - a look at a small folder


async def test_where_streams_are_declared_elsewhere_none_is_declared_here(
    own_nats_server: NatsServer, tmp_path: Path
) -> None:
    given = settings(data_dir=tmp_path, nats_url=own_nats_server.url, nats_declare_streams=False)
    async with Host(given, [], http=False):
        pass
    connection = await nats.connect(own_nats_server.url)
    assert await connection.jetstream().streams_info() == []
    await connection.close()


async def test_a_service_that_cannot_start_takes_the_others_down_and_says_why(tmp_path: Path) -> None:
    diary: list[str] = []
    fault = "the database is of a later version\nand more that only developers read"
    host = Host(settings(data_dir=tmp_path), [bell("treble", diary), bell("tenor", diary, fault)])
    with pytest.raises(StartupError) as refused:
        await host.start()
    assert str(refused.value) == "The tenor service could not start: the database is of a later version."
    assert diary == ["treble started", "treble stopped"]


async def test_a_nats_server_that_is_not_there_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("services.runtime.lifecycle._SECONDS_FOR_NATS", 0.3)
    host = Host(settings(data_dir=tmp_path, nats_url="nats://127.0.0.1:1"), [], http=False)
    with pytest.raises(StartupError, match="CONCORDAT_NATS_URL says where it should be"):
        await host.start()


def run(port: int, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.runtime.bell", str(port), str(data)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


async def listening(url: str) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"{url}/health/live")
            except httpx.ConnectError:
                await asyncio.sleep(0.05)
            else:
                return


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_that_is_told_to_stop_finishes_open_requests(number: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with run(port, tmp_path) as process:
        await listening(url)
        async with httpx.AsyncClient() as client:
            slow = asyncio.create_task(client.get(f"{url}/tenor/slowly"))
            await asyncio.sleep(0.3)
            process.send_signal(number)
            assert (await slow).json() == "ding"
        _, told = await asyncio.to_thread(process.communicate, timeout=30)
    assert process.returncode == 0, told
    assert "Traceback" not in told


async def test_a_process_whose_port_is_taken_says_so_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with run(port, tmp_path) as process:
            _, told = await asyncio.to_thread(process.communicate, timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in told
    assert told.splitlines()[-1] == (
        f"concordat: Concordat could not start: nothing can listen at 127.0.0.1 port {port}: address already in use."
    )
