"""Answers a second to people who read, 16 at once, beside a handler that gives as many bytes and knows nothing."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, repeat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.benchmarks import http_client
from tests.benchmarks.children import ROOT, Server, environment, serving
from tests.benchmarks.http_client import closed_loop
from tests.benchmarks.measuring import BARE, OURS, Comparison, Goal, interleaved
from tests.parts.child import free_port

LONDON = ROOT / "examples" / "london.yaml"
_READERS = 16
_WHERE = re.compile(r"^Web pages +(\S+)", re.MULTILINE)
_STYLE_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_LOOK_SECONDS = 0.1


class _Asked(NamedTuple):
    """What is asked for over and over, and what its answers are compared with."""

    name: str
    requests: Callable[[], Iterator[bytes]]
    size: int
    goal: Goal | None


async def measure(folder: Path, example: Path, rounds: int, seconds: float) -> list[Comparison]:
    """Measure on the demonstration of an example, with its history played."""
    demo, port = ("demo", "--data", str(folder / "demo"), "--file", str(example)), free_port()
    await asyncio.to_thread(_play, *demo)
    with (
        serving("services.cli", *demo, "--port", str(port), folder=folder / "log", port=port) as ours,
        serving("tests.benchmarks.servers", folder=folder / "bare") as bare,
    ):
        asked = await _asked(ours)

        async def answered(port: int, requests: Callable[[], Iterator[bytes]]) -> float:
            return await closed_loop(port, requests(), _READERS, seconds) / seconds

        contenders = {each.name: partial(answered, ours.port, each.requests) for each in asked}
        contenders |= {
            _beside(each.size): partial(answered, bare.port, partial(_again, f"/bytes/{each.size}")) for each in asked
        }
        samples = await interleaved(contenders, rounds)
    return [
        Comparison(each.name, "per second", {OURS: samples[each.name], BARE: samples[_beside(each.size)]}, each.goal)
        for each in asked
    ]


async def _asked(server: Server) -> list[_Asked]:
    """Find the addresses as a reader does: where the demonstration says, and by the links from there."""
    page = urlsplit(await _where_to_look(server)).path
    body = await asyncio.to_thread(server.get, page)
    found = _STYLE_SHEET.search(body.decode())
    if found is None:
        raise RuntimeError(f"{page} has no style sheet")
    static, live = urlsplit(found[1]), "/health/live"
    style_sheet = f"{static.path}?{static.query}" if static.query else static.path
    sizes = {path: len(await asyncio.to_thread(server.get, path)) for path in (style_sheet, live)}
    numbers = count()
    anew = (http_client.reading(f"{page}?anew={number}") for number in numbers)
    return [
        _Asked("overview, unchanged", partial(_again, page), len(body), Goal(0.35, at_least=True)),
        _Asked("overview, made anew", lambda: anew, len(body), Goal(0.15, at_least=True)),
        _Asked("style sheet", partial(_again, style_sheet), sizes[style_sheet], Goal(0.5, at_least=True)),
        _Asked(live, partial(_again, live), sizes[live], None),
    ]


async def _where_to_look(server: Server) -> str:
    while (found := _WHERE.search((server.folder / "log").read_text())) is None:  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_SECONDS)
    return found[1]


def _again(path: str) -> Iterator[bytes]:
    return repeat(http_client.reading(path))


def _beside(size: int) -> str:
    return f"a handler that gives {size:,} bytes"


def _play(*demo: str) -> None:
    """Play the history to its end, so that the demonstration that is measured has nothing else to do."""
    subprocess.run(
        [sys.executable, "-m", "services.cli", *demo, "--once"],
        cwd=ROOT,
        env=environment({}),
        stdout=subprocess.DEVNULL,
        check=True,
    )
