"""A plan as any file may have it: what every form is read into, before it is known what becomes of it here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.programme.sheets.cells import CellFault

MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a plan, as it is written there; it stands at ``place``.

    ``key`` is what other lines call it by in ``depends_on``. ``is_summary`` marks one that only sums others up.
    """

    place: str
    key: str
    title: str
    owner: str = ""
    due: date | None = None
    done_on: date | None = None
    is_done: bool = False
    is_milestone: bool = False
    is_summary: bool = False
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExternalPlan:
    """The lines of a file in its order, what it calls itself, and what in it cannot be read."""

    source: str
    title: str
    lines: tuple[PlanLine, ...]
    faults: tuple[CellFault, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def owners(self) -> tuple[str, ...]:
        """Whoever it names as an owner, each once."""
        return tuple(dict.fromkeys(line.owner for line in self.lines if line.owner))

    @property
    def has_milestones(self) -> bool:
        """Say whether it tells milestones from other lines."""
        return any(line.is_milestone for line in self.lines)

    def points(self, *, milestones_alone: bool) -> tuple[PlanLine, ...]:
        """Return the lines that can become milestones: its milestones, or all that sum nothing up."""
        return tuple(line for line in self.lines if line.is_milestone or not (milestones_alone or line.is_summary))

    def alone(self, kept: Sequence[PlanLine]) -> tuple[PlanLine, ...]:
        """Return ``kept`` as they depend on each other once all others are left out.

        Where one depends on a line that is left out, it depends on whatever that line depends on.
        """
        by_key = {line.key: line for line in self.lines}
        keys = {line.key for line in kept}
        return tuple(replace(line, depends_on=tuple(dict.fromkeys(_nearest(line, by_key, keys)))) for line in kept)


def _nearest(line: PlanLine, by_key: dict[str, PlanLine], kept: set[str]) -> Iterator[str]:
    """Yield what a line depends on; behind a line that is left out, the nearest ones that are kept."""
    seen = {line.key}
    waiting = list(reversed(line.depends_on))
    while waiting:
        key = waiting.pop()
        if key in kept or key not in by_key:
            if key != line.key:
                yield key
        elif key not in seen:
            seen.add(key)
            waiting += reversed(by_key[key].depends_on)
