"""A process starts in order, works, and stops in the opposite order, whatever it was started for."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import nats
import pytest

from services.runtime.access.table import Row
from services.runtime.base.clock import SteppedClock
from services.runtime.process.lifecycle import Host, StartupError
from tests.parts.child import HOST, free_port
from tests.parts.nats import NatsServer, patient
from tests.parts.seals import key_file
from tests.parts.waiting import STILL_SECONDS, answered_ready, processor_seconds, until
from tests.runtime.answering import settings
from tests.runtime.bell import Bell, bell


def at(nats_url: str) -> dict[str, object]:
    """Return the settings of a deployment with a NATS server of its own."""
    return {"nats_url": nats_url, "programme_key_file": key_file(), "reporting_key_file": key_file()}


PATIENT = {"shutdown_seconds": 600.0}
"""Nothing is broken off as a process stops, though the machine stand still meanwhile."""


async def test_services_start_in_order_answer_and_stop_in_reverse_order(tmp_path: Path) -> None:
    diary: list[str] = []
    async with Host(settings(data_dir=tmp_path, **PATIENT), [bell("treble", diary), bell("tenor", diary)]) as host:
        async with httpx.AsyncClient(base_url=host.url, timeout=60) as client:
            rung = await client.post("/tenor/ring")
            readiness = await answered_ready(client)
        assert diary == ["treble started", "tenor started"]
    assert rung.json() == 1
    assert [check.name for check in readiness.checks] == [
        "process",
        "file handles",
        "embedded NATS server",
        "access database",
        "treble clapper",
        "tenor clapper",
    ]
    assert diary == ["treble started", "tenor started", "tenor stopped", "treble stopped"]
    async with httpx.AsyncClient(base_url=host.url, timeout=60) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/health/live")


async def test_no_garbage_is_collected_while_the_application_is_made_of_what_is_kept(tmp_path: Path) -> None:
    # given: a service that is asked then who sees what of its routes
    collecting: list[bool] = []

    class Watched(Bell):
        @property
        def rows(self) -> tuple[Row, ...]:
            collecting.append(gc.isenabled())
            return self._rows

        @rows.setter
        def rows(self, given: tuple[Row, ...]) -> None:
            self._rows = given

    # when
    async with Host(settings(data_dir=tmp_path), [lambda foundation: Watched("tenor", foundation, [], None)]):
        afterwards = gc.isenabled()
    # then
    assert collecting
    assert not any(collecting)
    assert afterwards


async def test_a_host_without_http_works_with_a_clock_of_its_own(tmp_path: Path) -> None:
    clock = SteppedClock(datetime(2014, 4, 1, 8, 0, tzinfo=UTC))
    async with Host(settings(data_dir=tmp_path), [bell("tenor", [])], clock=clock, http=False) as host:
        service = host.services["tenor"]
        assert isinstance(service, Bell)
        assert service.foundation.clock.now() == datetime(2014, 4, 1, 8, 0, tzinfo=UTC)
        assert (await patient(service.foundation.nats).publish("programme.BELL.rung", b"ding")).stream == "PROGRAMME"
        with pytest.raises(RuntimeError, match="started without HTTP"):
            _ = host.url


async def test_what_was_published_before_a_restart_is_there_after_it(tmp_path: Path) -> None:
    for expected in (1, 2):
        async with (
            Host(settings(data_dir=tmp_path), [bell("tenor", [])]) as host,
            httpx.AsyncClient(timeout=60) as client,
        ):
            assert (await client.post(f"{host.url}/tenor/ring")).json() == expected


async def test_a_server_of_somebody_elses_is_used_and_left_running(own_nats_server: NatsServer, tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with Host(settings(data_dir=data, **at(own_nats_server.url)), [], http=False):
        pass
    connection = await nats.connect(own_nats_server.url)
    assert (await patient(connection).stream_info("REPORTING")).config.subjects == ["reporting.>"]
    await connection.close()
    assert list(tmp_path.glob("data/nats")) == []  # noqa: ASYNC240 - a look at a small folder


async def test_where_streams_are_declared_elsewhere_none_is_declared_here(
    own_nats_server: NatsServer, tmp_path: Path
) -> None:
    given = settings(data_dir=tmp_path, **at(own_nats_server.url), nats_declare_streams=False)
    async with Host(given, [], http=False):
        pass
    connection = await nats.connect(own_nats_server.url)
    assert await patient(connection).streams_info() == []
    await connection.close()


async def test_a_service_that_cannot_start_takes_the_others_down_and_says_why(tmp_path: Path) -> None:
    diary: list[str] = []
    fault = "the database is of a later version\nand more that only developers read"
    host = Host(settings(data_dir=tmp_path, **PATIENT), [bell("treble", diary), bell("tenor", diary, fault)])
    with pytest.raises(StartupError) as refused:
        await host.start()
    assert str(refused.value) == "The tenor service could not start: the database is of a later version."
    assert diary == ["treble started", "treble stopped"]


async def test_a_nats_server_that_is_not_there_is_waited_for_and_the_readiness_page_says_so(
    own_nats_server: NatsServer, tmp_path: Path
) -> None:
    # given: a process that is started before its NATS server
    own_nats_server.stop()
    host = Host(settings(data_dir=tmp_path, **at(own_nats_server.url)), [bell("tenor", [])])
    starting = asyncio.create_task(host.start())
    async with httpx.AsyncClient(timeout=60) as client:
        await until(lambda: host.answers)

        # when
        ready = await client.get(f"{host.url}/health/ready")
        live = await client.get(f"{host.url}/health/live")
        page = await client.post(f"{host.url}/tenor/ring")

        # then
        assert (ready.status_code, live.status_code, page.status_code) == (503, 200, 503)
        assert ready.json()["checks"][0]["message"] == (
            "The process is starting; it waits for the NATS server, which CONCORDAT_NATS_URL names."
        )
        assert page.json()["detail"].startswith(ready.json()["checks"][0]["message"])

        # and: it begins once the server is there
        await asyncio.to_thread(own_nats_server.start)
        await starting
        assert (await client.post(f"{host.url}/tenor/ring")).json() == 1
    await host.stop()


async def test_a_process_that_waits_for_nats_ends_when_it_is_told_to(tmp_path: Path) -> None:
    port = free_port()
    with run(port, tmp_path, "nats://127.0.0.1:1") as process:
        await listening(process, f"http://127.0.0.1:{port}")
        process.send_signal(signal.SIGTERM)
        told = await ended(process)
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert told.count("the connection to the broker met an error") == 1


async def test_a_nats_server_without_jetstream_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.process.lifecycle._SECONDS_FOR_JETSTREAM", 0.0)
    with PlainNatsServer(tmp_path) as server:
        host = Host(settings(data_dir=tmp_path, **at(server.url)), [bell("tenor", [])], http=False)
        with pytest.raises(StartupError, match="The NATS server has no JetStream; switch it on there"):
            await host.start()


async def test_a_nats_server_that_does_not_let_us_in_is_told_in_one_sentence(tmp_path: Path) -> None:
    with PlainNatsServer(tmp_path, password="right") as server:
        given = settings(data_dir=tmp_path, **at(server.url), nats_user="us", nats_password="wrong")
        with pytest.raises(StartupError, match="does not let Concordat in") as refused:
            await Host(given, [bell("tenor", [])], http=False).start()
    assert str(refused.value).count(".") == 1


class PlainNatsServer(NatsServer):
    """A NATS server without JetStream, which may ask for a password."""

    def __init__(self, directory: Path, password: str | None = None) -> None:
        super().__init__(directory)
        asks = f"authorization {{ user: us, password: {password} }}" if password else ""
        self._settings.write_text(f'listen: "{HOST}:{self.port}"\n{asks}\n')

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), timeout=1):
            return True
        return False


def run(port: int, data: Path, *nats_url: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.runtime.bell", str(port), str(data), *nats_url]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})


async def listening(process: subprocess.Popen[str], url: str, path: str = "/health/live") -> None:
    """Wait until a process that was just started answers."""
    async with httpx.AsyncClient(timeout=60) as client:

        async def answers() -> bool:
            assert process.poll() is None, process.communicate()
            with contextlib.suppress(httpx.ConnectError):
                return (await client.get(f"{url}{path}")).status_code == httpx.codes.OK
            return False

        await until(answers, lambda: processor_seconds(process.pid), what=f"{path} of a process")


async def ended(process: subprocess.Popen[str]) -> str:
    """Wait until a process has ended, and return what it said."""
    _, told = await asyncio.to_thread(process.communicate, timeout=STILL_SECONDS)
    return told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_that_is_told_to_stop_finishes_open_requests(number: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with run(port, tmp_path, CONCORDAT_SHUTDOWN_SECONDS="600") as process:
        await listening(process, url, "/health/ready")
        async with (
            httpx.AsyncClient(timeout=60) as client,
            client.stream("GET", f"{url}/tenor/slowly") as slow,
        ):
            process.send_signal(number)
            assert await slow.aread() == b"ding"
        told = await ended(process)
    assert process.returncode == 0, told
    assert "Traceback" not in told


async def test_a_process_whose_port_is_taken_says_so_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with run(port, tmp_path) as process:
            told = await ended(process)
    assert process.returncode == 1
    assert "Traceback" not in told
    assert told.splitlines()[-1] == (
        f"concordat: Concordat could not start: nothing can listen at 127.0.0.1 port {port}: address already in use."
    )


async def test_a_process_whose_embedded_nats_server_cannot_be_kept_running_ends_with_one_sentence(
    tmp_path: Path,
) -> None:
    # given
    port = free_port()
    with run(port, tmp_path) as process:
        await listening(process, f"http://127.0.0.1:{port}", "/health/ready")

        # when: its server is killed as often as it is started
        def kill_and_see() -> bool:
            for ports in (tmp_path / "nats").glob("*.ports"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(ports.stem.rpartition("_")[2]), signal.SIGKILL)
            return process.poll() is not None

        await until(kill_and_see, lambda: processor_seconds(process.pid), what="the end of a process")
        told = await ended(process)

    # then
    assert process.returncode == 1, told
    assert told.count("concordat: The embedded NATS server could not be kept running:") == 1
    assert "Traceback" not in told
