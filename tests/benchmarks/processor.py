"""The processor's time that a running process has taken, from outside: it says more than a clock on a busy machine."""

from __future__ import annotations

import time
from pathlib import Path

_OF_THREADS_AND_SYSTEM = 2  # CPUCLOCK_SCHED in the kernel's numbers of clocks, as clock_getcpuclockid(3) makes them
_PROC = Path("/proc")


def taken(pid: int) -> float:
    """Return the seconds, in user mode and in the system, of all threads of a process; its children not counted."""
    return time.clock_gettime(~pid << 3 | _OF_THREADS_AND_SYSTEM)


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun and that still run."""
    threads = (_PROC / str(pid) / "task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
