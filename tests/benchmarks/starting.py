"""Commands that do little, from their start to their end: most of their time goes into importing what they use.

``python -m tests.benchmarks.starting FILE MEETING SOURCE`` makes a pack and writes what typst was given to SOURCE.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from services.cli import main as concordat
from services.reporting.pack.rendering import as_pdf
from services.reporting.pack.typeface import FOLDER as FACES
from services.reporting.pack.typeface import WEIGHTS
from tests.benchmarks.children import ROOT, environment
from tests.benchmarks.measuring import BARE, OURS, Comparison, Goal, interleaved

FILE, MEETING = "examples/small/northern-fire.yaml", "B02"

_TYPST = """
import sys, typst
from pathlib import Path
template, faces, pack = map(Path, sys.argv[1:])
fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[faces])
typst.Compiler(template.read_bytes(), root=template.parent, font_paths=fonts, sys_inputs={"pack": pack.read_text()})\\
    .compile(format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=0)
"""
_LIBRARIES = "import yaml, pydantic"


async def measure(folder: Path, rounds: int) -> list[Comparison]:
    """Compare ``concordat pack`` with typst setting the same source, ``check`` with importing what it is built upon.

    Every run is a process of its own, which finds compiled what the runs before it imported.
    """
    source, faces = _laid_out(folder)
    ours = (sys.executable, "-m", "services.cli")
    pack = {
        OURS: (*ours, "pack", FILE, "--meeting", MEETING, "--out", str(folder / "pack")),
        BARE: (sys.executable, "-c", _TYPST, str(as_pdf.TEMPLATE), str(faces), str(source)),
    }
    check = {OURS: (*ours, "check", FILE), BARE: (sys.executable, "-c", _LIBRARIES)}
    return [
        await _compared("concordat pack of a small file", pack, rounds, Goal(5, at_least=False)),
        await _compared("concordat check of a small file", check, rounds, Goal(2, at_least=False)),
    ]


async def _compared(name: str, commands: dict[str, tuple[str, ...]], rounds: int, goal: Goal) -> Comparison:
    ways = {way: partial(asyncio.to_thread, _seconds, command) for way, command in commands.items()}
    return Comparison(name, "s", await interleaved(ways, rounds), goal)


def _seconds(command: tuple[str, ...]) -> float:
    began = time.perf_counter()
    _run(command)
    return time.perf_counter() - began


def _run(command: tuple[str, ...]) -> None:
    subprocess.run(command, cwd=ROOT, env=environment({}), stdout=subprocess.DEVNULL, check=True)


def _laid_out(folder: Path) -> tuple[Path, Path]:
    """Return the file with the source of the pack and the folder with its faces."""
    source, faces = folder / "source.json", folder / "faces"
    faces.mkdir(parents=True)
    for weight in WEIGHTS:
        name = f"SourceSansPro-{weight}.ttf"
        (faces / name).symlink_to(FACES / name)
    _run((sys.executable, "-m", "tests.benchmarks.starting", FILE, MEETING, str(source)))
    return source, faces


def main(file: str, meeting: str, source: str) -> int:
    """Make the pack of a meeting; keep what typst was given."""
    compile_source = as_pdf.compile_source

    def kept(pack: str, timestamp: int) -> bytes:
        Path(source).write_text(pack)
        return compile_source(pack, timestamp)

    as_pdf.compile_source = kept
    return concordat(["pack", file, "--meeting", meeting, "--out", str(Path(source).with_suffix(""))])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
