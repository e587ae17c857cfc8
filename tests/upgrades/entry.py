"""Where processes of another version begin: ``python -m tests.upgrades.entry`` forks one for each line that it reads.

``services``, ``domain`` and ``contracts`` are imported from the folder of that version, which stands first on the path,
once for all of them. From here there is only the clock. A line is a ``Launch`` (``versions.py``) as JSON, and is
answered with the number of the process.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from services.cli import main as concordat
from services.cli.serve import SERVICES
from services.runtime.base.settings import load_settings
from services.runtime.process.serving import serve
from tests.faults.clock import JumpingClock

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Fork until nobody asks any more."""
    _die_with_who_started_us()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for them: their codes stand in files
    for line in sys.stdin:
        asked = json.loads(line)
        process = os.fork()
        if process == 0:
            gc.freeze()  # what was imported need not be looked through for garbage by each
            _become(asked)
        print(process, flush=True)  # noqa: T201


def _become(asked: dict[str, Any]) -> NoReturn:
    code = 1
    try:
        _die_with_who_started_us()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = Path(asked["log"])
        os.chdir(log.parent)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for number in (1, 2):
            os.dup2(file, number)
        os.environ.update(asked["settings"])
        code = _done(asked["words"])
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - it ends here, whatever it is
        traceback.print_exc()
    finally:
        Path(asked["code"]).write_text(str(code))
        os._exit(code)


def _done(words: Sequence[str]) -> int:
    """Serve until told to stop, or carry a command out; return the exit code."""
    match words:
        case ["serve", service, clock]:
            return serve(load_settings(), [SERVICES[service]], clock=JumpingClock(Path(clock)))
        case _:
            return concordat(words)


def _die_with_who_started_us() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
