"""What is wrong in a programme file, each fault with its line, its place and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_FAULTS = 1_000
"""A file with more is no programme file; the rest would help nobody and could fill the memory."""


@dataclass(frozen=True, slots=True)
class FileFault:
    """One fault. ``line`` counts from 1; ``path`` is ``history[14].milestone``, empty for the file as a whole."""

    line: int
    path: str
    problem: str

    def told(self, file: str) -> str:
        """Return the fault as people read it: ``london.yaml:118: history[14].milestone: no milestone …``."""
        return ": ".join(filter(None, (f"{file}:{self.line}", self.path, self.problem)))


class Faults:
    """The faults found so far, each place and problem once."""

    def __init__(self) -> None:
        self._found: dict[FileFault, None] = {}
        self._left_out = 0

    @property
    def full(self) -> bool:
        """Whether further faults are only counted."""
        return len(self._found) >= MOST_FAULTS

    def add(self, line: int, path: str, problem: str) -> None:
        """Note a fault."""
        if self.full:
            self._left_out += 1
        else:
            self._found[FileFault(line, path, problem)] = None

    def __iter__(self) -> Iterator[FileFault]:
        """Yield the faults in the order of their lines."""
        return iter(sorted(self._found, key=lambda fault: fault.line))

    def __len__(self) -> int:
        return len(self._found) + self._left_out


class FaultyFile(ValueError):
    """The file has faults; ``faults`` holds them in the order of their lines, ``count`` says how many there were."""

    def __init__(self, file: str, faults: Faults) -> None:
        self.file = file
        self.faults = tuple(faults)
        self.count = len(faults)
        super().__init__("\n".join(self.told()))

    def told(self) -> Iterable[str]:
        """Yield a line for each fault."""
        yield from (fault.told(self.file) for fault in self.faults)
        if self.count > len(self.faults):
            yield f"{self.file}: and {self.count - len(self.faults):,} more"
