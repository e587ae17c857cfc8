"""What every page of the demonstration weighs, and what it takes the server when it is made anew."""

from __future__ import annotations

from statistics import median
from typing import Any, NamedTuple

from tests.benchmarks import processor
from tests.benchmarks.measuring import Figure, Goal
from tests.benchmarks.reader import Reader, anew
from tests.benchmarks.report import number, rows_as_table

_KILOBYTES, _MILLISECONDS = Goal(100, at_least=False), Goal(50, at_least=False)


class Weighed(NamedTuple):
    """A page as one person reads it: its size, and the processor's time that making it took, the median."""

    path: str
    reader: Reader
    kilobytes: float
    milliseconds: float

    @property
    def is_met(self) -> bool:
        """Say whether it keeps to both goals."""
        return _KILOBYTES.met_by(self.kilobytes) and _MILLISECONDS.met_by(self.milliseconds)


def weighed(reader: Reader, first: str, times: int) -> list[Weighed]:
    """Weigh all pages that a person gets to from ``first``. Each is made so many times, with its figures at hand."""
    return [
        Weighed(path, reader, len(body) / 1000, 1000 * median(_spent(reader, path) for _ in range(times)))
        for path, body in reader.walk(first)
    ]


def _spent(reader: Reader, path: str) -> float:
    """Return the seconds of processor that a page takes under an address under which nobody has asked for it."""
    before = processor.taken(reader.server.pid)
    reader.read(anew(path))
    return processor.taken(reader.server.pid) - before


def figures(pages: list[Weighed]) -> list[Figure]:
    """Return the page that takes longest and the one that is largest."""
    dearest = max(pages, key=lambda page: page.milliseconds)
    largest = max(pages, key=lambda page: page.kilobytes)
    of = f"of {len(pages)} pages"
    return [
        Figure(f"{of} the dearest, {dearest.path}", "ms of processor", dearest.milliseconds, _MILLISECONDS),
        Figure(f"{of} the largest, {largest.path}", "kB", largest.kilobytes, _KILOBYTES),
    ]


def table(pages: list[Weighed]) -> str:
    """Return all pages in Markdown, those that take longest first."""
    return rows_as_table(
        [
            ("page", "read by", f"kB ({_KILOBYTES})", f"ms of processor ({_MILLISECONDS})", ""),
            *(
                (each.path, each.reader.person, number(each.kilobytes), number(each.milliseconds), _verdict(each))
                for each in sorted(pages, key=lambda each: -each.milliseconds)
            ),
        ]
    )


def as_json(pages: list[Weighed]) -> list[dict[str, Any]]:
    """Return everything that was weighed."""
    return [{**each._asdict(), "reader": each.reader.person} for each in pages]


def _verdict(each: Weighed) -> str:
    return "met" if each.is_met else "missed"
