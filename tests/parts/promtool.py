"""Rules of Prometheus, as its own tool reads and tries them; no Prometheus has to run for it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.parts.waiting import LONGEST_SECONDS


def promtool_binary() -> str:
    """Return the path of promtool; raises RuntimeError when it is not installed."""
    found = shutil.which("promtool")
    if found is None:
        raise RuntimeError(
            "promtool is missing: install it (Debian: apt-get install prometheus), "
            "or leave its tests out with WITHOUT_PROMETHEUS=1"
        )
    return found


def promtool(*arguments: str | Path) -> tuple[int, str]:
    """Run promtool; return the exit code and what it said."""
    done = subprocess.run(
        [promtool_binary(), *map(str, arguments)], capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
    )
    return done.returncode, done.stdout + done.stderr
