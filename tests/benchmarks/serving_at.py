"""``concordat serve all`` on a clock of its own: ``python -m tests.benchmarks.serving_at FILE``.

The clock reads the machine's, ahead by the seconds in the file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from services.cli.serve import NAVIGATION, SERVICES
from services.runtime.base.settings import load_settings
from services.runtime.process.serving import serve
from tests.faults.clock import JumpingClock

if __name__ == "__main__":
    clock = JumpingClock(Path(sys.argv[1]))
    sys.exit(serve(load_settings(), list(SERVICES.values()), clock=clock, navigation=NAVIGATION))
