"""The processor's time that a running process has taken, from outside: it says more than a clock on a busy machine."""

from __future__ import annotations

from os import sysconf
from pathlib import Path

_TICKS = sysconf("SC_CLK_TCK")
_UTIME, _STIME = 11, 12  # fields of /proc/PID/stat behind the name, which may hold blanks
_PROC = Path("/proc")


def taken(pid: int) -> float:
    """Return the seconds, in user mode and in the system, of all threads of a process; its children not counted."""
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[_UTIME]) + int(fields[_STIME])) / _TICKS


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun and that still run."""
    threads = (_PROC / str(pid) / "task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
