"""Python imports this by itself where its folder is on the path: the process stands still where it says certain words.

``HELD_UP_AT`` has the words, ``HELD_UP_BY`` the path of a file: it goes on once that is gone.
"""

from __future__ import annotations

import builtins
import os
import time

REAL_PRINT = builtins.print


def held_up(*words: object, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
    """Do what ``print`` does, and wait after the words."""
    REAL_PRINT(*words, sep=sep, end=end, flush=flush)
    if os.environ["HELD_UP_AT"] in sep.join(map(str, words)):
        while os.path.exists(os.environ["HELD_UP_BY"]):  # noqa: PTH110 - nothing more is imported this early
            time.sleep(0.01)


builtins.print = held_up
