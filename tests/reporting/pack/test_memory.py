"""A process that makes one pack after another takes no more memory than one that makes a few."""

from __future__ import annotations

import subprocess
import sys

SET_ONE_AFTER_ANOTHER = """
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from services.reporting.pack import render
from tests.reporting.pack.story import content, story

def set_again(minutes):
    render(replace(made, cut_off=made.cut_off + timedelta(minutes=minutes)))
    for thread in threading.enumerate():
        if thread.name.startswith("pack-pdf"):
            thread.join()

def resident():
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024

made = content(story())
set_again(0)
once = resident()
for number in range(5):
    set_again(1 + number)
print(resident() - once)
"""
_MEGABYTES = 60
"""Half of what the five would take that are set after the first, were they kept."""


def test_nothing_is_kept_of_the_documents_that_were_set() -> None:
    told = subprocess.run([sys.executable, "-c", SET_ONE_AFTER_ANOTHER], capture_output=True, text=True, check=True)

    assert float(told.stdout) < _MEGABYTES
