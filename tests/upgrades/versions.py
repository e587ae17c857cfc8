"""The versions of Concordat that the tests run beside one another, each as a folder that Python imports from."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Self
from zipfile import ZipFile

import services
from services.cli.databases import SCHEMAS

TODAY = Path(services.__file__).parents[1]
COMMIT = "849ef67"
WHEEL = Path(__file__).parent / COMMIT / "concordat-0.1.0-py3-none-any.whl"
ROOMS = ("contracts", "domain", "services")
_EXPANSION = '''\
"""What a version of tomorrow might add: a column beside what every command writes, and a table."""

import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {before!r}


def upgrade() -> None:
    op.add_column("programme_heads", sa.Column("of_tomorrow", sa.String(8)))
    op.create_table("of_tomorrow", sa.Column("number", sa.BigInteger, primary_key=True))
'''


@dataclass(frozen=True)
class Launch:
    """A process that a version is asked for: ``serve SERVICE CLOCK``, or the words of a command.

    What it says is added to ``log``; the file ``code`` has its exit code once it ended by itself.
    """

    words: tuple[str, ...]
    settings: Mapping[str, str]
    log: str
    code: str


class Version:
    """Another version than that of the tests, which has imported itself once: its processes are forked from there.

    A context manager; none of its processes outlives the block.
    """

    def __init__(self, code: Path) -> None:
        self.name = code.name
        own = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT_")}
        self._origin = subprocess.Popen(
            [sys.executable, "-m", "tests.upgrades.entry"],
            env={**own, "PYTHONPATH": os.pathsep.join(map(str, (code, TODAY)))},
            cwd=code,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._one_asks = Lock()

    def fork(self, asked: Launch) -> int:
        """Return the number of a process that has begun with what is asked."""
        assert self._origin.stdin is not None
        assert self._origin.stdout is not None
        with self._one_asks:
            print(json.dumps(asdict(asked)), file=self._origin.stdin, flush=True)
            return int(self._origin.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._origin:
            self._origin.kill()


def kept(folder: Path) -> Version:
    """Lay the kept version out in ``folder``, as an installation of its wheel would, and return it."""
    with ZipFile(WHEEL) as wheel:
        wheel.extractall(folder)
    return Version(folder)


def tomorrows(folder: Path) -> Version:
    """Make in ``folder`` a version after today's, by which programme's database is expanded; return it."""
    for room in ROOMS:
        shutil.copytree(TODAY / room, folder / room)
    last = SCHEMAS["programme"].history.last
    numbers = f"{last.number + 1:04}_since_{last.since:04}"
    file = folder / "services" / "programme" / "migrations" / f"{numbers}_of_tomorrow.py"
    file.write_text(_EXPANSION.format(revision=f"programme_{numbers}", before=last.name))
    return Version(folder)
