"""``concordat serve all`` as people start it, with its own NATS server inside, killed and started again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from services.runtime.base.settings import load_settings
from tests.faults.client import People
from tests.faults.house import TOKEN
from tests.faults.process import ROOT
from tests.faults.story import PARTNERSHIPS, found
from tests.parts.child import HOST, free_port
from tests.parts.tokens import Software
from tests.parts.waiting import until_now

_SECONDS = 60.0
_LIVES = 3


async def test_what_was_answered_is_there_after_the_whole_process_was_killed(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://{HOST}:{port}"
    software = Software(load_settings(data_dir=tmp_path / "data", api_token=TOKEN))
    people = People([url], PARTNERSHIPS, software, random.Random(1))
    for life in range(_LIVES):
        with concordat(tmp_path, port) as process:
            if life == 0:
                await found(url)
            await people.send(5)
            process.send_signal(signal.SIGKILL)
            assert process.wait(_SECONDS) == -signal.SIGKILL

    with concordat(tmp_path, port):
        for partnership in PARTNERSHIPS:
            answers = [each.answer["version"] for each in people.book.answered if each.partnership == partnership]
            _wait_for_version(url, software, partnership, max(answers))
    assert _verified(tmp_path, port) == 0, (tmp_path / "log").read_text()


def _verified(folder: Path, port: int) -> int:
    command = [sys.executable, "-m", "services.cli", "verify"]
    return subprocess.run(command, env=_environment(folder, port), capture_output=True, check=False).returncode


@contextmanager
def concordat(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "serve", "all"],
            env=_environment(folder, port),
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(lambda: httpx.get(f"http://{HOST}:{port}/health/live", trust_env=False, timeout=60).is_success)
        yield process
    finally:
        process.kill()
        process.wait()


def _environment(folder: Path, port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT_")}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "CONCORDAT_DATA_DIR": str(folder / "data"),
        "CONCORDAT_PORT": str(port),
        "CONCORDAT_API_TOKEN": TOKEN,
    }


def _wait_for_version(url: str, software: Software, partnership: str, version: int) -> None:
    """Wait until reporting shows all that programme answered."""
    address = f"{url}/reporting/api/v1/partnerships/{partnership}"
    _wait_for(
        lambda: httpx.get(address, auth=software, trust_env=False, timeout=60).json().get("version", 0) >= version
    )


def _wait_for(well: Callable[[], bool]) -> None:
    def answered_well() -> bool:
        try:
            return well()
        except httpx.HTTPError:
            return False

    until_now(answered_well)
