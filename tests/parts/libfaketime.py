"""The library that shows a process another time, from Debian's package."""

from __future__ import annotations

from pathlib import Path

_WHERE = "/usr/lib/*/faketime/libfaketime.so.1"


def libfaketime() -> Path:
    """Return where the library is. Raises RuntimeError where it is not installed."""
    for found in Path("/").glob(_WHERE.removeprefix("/")):
        return found
    raise RuntimeError(
        "libfaketime is missing, for the tests of clocks in containers: install it (Debian: apt-get install"
        " libfaketime), or leave the tests with containers out with WITHOUT_CONTAINERS=1"
    )
