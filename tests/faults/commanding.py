"""``concordat`` as an operator gives it, forked from a process that has imported everything: it begins at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.faults.entry import run_command
from tests.faults.process import Process


def commanded(arguments: tuple[str, ...], environment: Mapping[str, str], log: Path) -> tuple[int | None, str]:
    """Run the command to its end with these settings and no others; return its exit code and all that it said.

    What it says is added to ``log``, which is not there before.
    """
    process = Process("concordat", log, run_command, lambda saying: ([*arguments], environment, saying))
    code = process.ended()
    process.kill()
    return code, log.read_text()
