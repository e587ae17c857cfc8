"""Units of systemd, as it reads them itself; no systemd has to run for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.parts.waiting import LONGEST_SECONDS


def systemd_analyze_binary() -> str:
    """Return the path of systemd-analyze; raises RuntimeError when it is not installed."""
    found = shutil.which("systemd-analyze")
    if found is None:
        raise RuntimeError(
            "systemd-analyze is missing: install it (Debian: apt-get install systemd), "
            "or leave its tests out with WITHOUT_SYSTEMD=1"
        )
    return found


def analysed(units: Path, *arguments: str) -> tuple[int, str]:
    """Have systemd read the units of a folder, beside its own; return the exit code and what it said."""
    done = subprocess.run(
        [systemd_analyze_binary(), *arguments],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:", "SYSTEMD_PAGER": ""},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def read_unit(*files: Path) -> dict[str, list[str]]:
    """Return what a unit and its drop-ins set: all values of each key, in order."""
    said: dict[str, list[str]] = {}
    for line in (line for file in files for line in file.read_text().splitlines()):
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            said.setdefault(key, []).append(value)
    return said
