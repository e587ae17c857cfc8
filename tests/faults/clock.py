"""A clock that all services of a house share and that a test may move, forwards and backwards.

The file holds by how many seconds it is ahead of the machine's. Only the entry point of these tests reads it; the
product knows no such thing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path


class JumpingClock:
    """Reads the machine's clock, ahead by what the file says at that moment."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text()))

    def move_to(self, instant: datetime) -> None:
        """Have the clock read ``instant`` now and run on from there."""
        self._write((instant - datetime.now(UTC)).total_seconds())

    def move_by(self, seconds: float) -> None:
        """Jump ahead, or back where ``seconds`` is negative."""
        self._write(float(self._file.read_text()) + seconds)

    def _write(self, ahead: float) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(repr(ahead))
        fresh.replace(self._file)  # whoever reads it finds the old number or the new one, whole
