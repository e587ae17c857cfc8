"""Answers a second to people who read, 16 at once, beside a handler that gives as many bytes and knows nothing.

Who reads is signed in, as everybody is who reads a partnership's pages.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.benchmarks import http_client, weights
from tests.benchmarks.children import ROOT, Server, at_rest, environment, serving
from tests.benchmarks.http_client import closed_loop
from tests.benchmarks.measuring import BARE, OURS, Comparison, Goal, Result, interleaved
from tests.benchmarks.reader import Reader, anew, readers
from tests.benchmarks.weights import Weighed
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


async def measure(
    folder: Path, example: Path, rounds: int, seconds: float, times: int
) -> tuple[list[Result], list[Weighed]]:
    """Measure on the demonstration of an example, with its history played; each page is weighed so many ``times``."""
    demo, port = ("demo", "--data", str(folder / "demo"), "--file", str(example)), free_port()
    await asyncio.to_thread(_play, *demo)
    with (
        serving("services.cli", *demo, "--port", str(port), folder=folder / "log", port=port) as ours,
        serving("tests.benchmarks.servers", folder=folder / "bare") as bare,
    ):
        home = urlsplit(await _where_to_look(ours)).path
        known = await asyncio.to_thread(readers, ours)
        await at_rest(ours)
        pages = [page for each in known for page in await asyncio.to_thread(weights.weighed, each, home, times)]
        asked = await asyncio.to_thread(_asked, known[-1], home, max(pages, key=lambda page: page.kilobytes))

        async def answered(port: int, requests: Callable[[], Iterator[bytes]]) -> float:
            return await closed_loop(port, requests(), _READERS, seconds) / seconds

        contenders = {each.name: partial(answered, ours.port, each.requests) for each in asked}
        contenders |= {
            _beside(each.size): partial(answered, bare.port, partial(_again, f"/bytes/{each.size}")) for each in asked
        }
        samples = await interleaved(contenders, rounds)
    compared: list[Result] = [
        Comparison(each.name, "per second", {OURS: samples[each.name], BARE: samples[_beside(each.size)]}, each.goal)
        for each in asked
    ]
    return [*compared, *weights.figures(pages)], pages


def _asked(reader: Reader, home: str, largest: Weighed) -> list[_Asked]:
    """Return what is asked for: Home, the largest page, and what belongs to Home."""
    body = reader.read(home)
    found = _STYLE_SHEET.search(body.decode())
    if found is None:
        raise RuntimeError(f"{home} has no style sheet")
    static, live = urlsplit(found[1]), "/health/live"
    style_sheet = f"{static.path}?{static.query}" if static.query else static.path
    sizes = {path: len(reader.server.get(path)) for path in (style_sheet, live)}
    unchanged, made = Goal(0.35, at_least=True), Goal(0.15, at_least=True)
    return [
        _Asked("Home, unchanged", partial(_again, home, reader.cookie), len(body), unchanged),
        _Asked("Home, made anew", partial(_anew, home, reader.cookie), len(body), made),
        _Asked(
            f"the largest page, {largest.path}, made anew",
            partial(_anew, largest.path, largest.reader.cookie),
            round(1000 * largest.kilobytes),
            made,
        ),
        _Asked("style sheet", partial(_again, style_sheet), sizes[style_sheet], Goal(0.5, at_least=True)),
        _Asked(live, partial(_again, live), sizes[live], None),
    ]


async def _where_to_look(server: Server) -> str:
    while (found := _WHERE.search((server.folder / "log").read_text())) is None:  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_SECONDS)
    return found[1]


def _again(path: str, cookie: str = "") -> Iterator[bytes]:
    return repeat(http_client.reading(path, cookie))


def _anew(path: str, cookie: str) -> Iterator[bytes]:
    return (http_client.reading(each, cookie) for each in map(anew, repeat(path)))


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
