"""The form of the table of who sees what: its rows, and which of them a path belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from contracts.events.partnership import Role

PARTNERSHIP = "{partnership}"


class Beyond(Enum):
    """Who may see something whatever their roles in a partnership."""

    EVERYBODY = "everybody"
    SIGNED_IN = "whoever is signed in"
    SETTING_UP = "whoever has the operator’s link to set a partnership up"
    OPERATOR = "the operator of the deployment"


Seers = frozenset[Role] | Beyond
"""The roles in a partnership with which one sees something of it, or somebody beyond any partnership."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing of the table: ``what`` it is, a sentence that says ``why`` it is seen by whom, and where it lies.

    ``at`` are templates of paths. A row covers them and all that lies below, but for what a longer one covers. What is
    seen by role names its ``{partnership}``. ``changed_by`` are those who may send something there, where they are
    others than who sees it; commands ask for their own grants beside. ``by_services`` says whether the services' own
    token opens it too.
    """

    what: str
    why: str
    seen_by: Seers
    at: tuple[str, ...]
    changed_by: Seers | None = None
    by_services: bool = False

    def let_in(self, *, changing: bool) -> Seers:
        """Return who may see it, or send something to it."""
        return self.changed_by if changing and self.changed_by is not None else self.seen_by

    @property
    def is_by_role(self) -> bool:
        """Say whether a role in a partnership is asked for."""
        return any(isinstance(each, frozenset) for each in (self.seen_by, self.changed_by))


class Place(NamedTuple):
    """A row that covers a path, and the partnership that the path names; empty where it names none."""

    row: Row
    partnership: str


class Table:
    """All rows. A path that none covers is nobody's. Raises ValueError where rows contradict each other."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._root = _Node()
        for row in self.rows:
            for path in row.at:
                if row.is_by_role and PARTNERSHIP not in _segments(path):
                    raise ValueError(f"{path} is seen by role, and names no partnership")
                self._root.add(_segments(path), row, path)

    def with_more(self, rows: Iterable[Row]) -> Table:
        """Return a table that has these rows too."""
        return Table((*self.rows, *rows))

    def place_of(self, path: str) -> Place | None:
        """Return what a path, or the template of one, belongs to; None for what stands in no row."""
        segments = _segments(path)
        found = self._root.find(segments, 0)
        if found is None:
            return None
        return Place(found.row, "" if found.partnership is None else segments[found.partnership])


class _Covering(NamedTuple):
    row: Row
    depth: int
    partnership: int | None


@dataclass(slots=True)
class _Node:
    """A segment of the paths of the table, with what may follow it."""

    named: dict[str, _Node] = field(default_factory=dict)
    any_name: _Node | None = None
    covering: _Covering | None = None

    def add(self, segments: Sequence[str], row: Row, path: str) -> None:
        node = self
        for segment in segments:
            if segment.startswith("{"):
                node.any_name = node.any_name or _Node()
                node = node.any_name
            else:
                node = node.named.setdefault(segment, _Node())
        if node.covering is not None:
            raise ValueError(f"{path} stands in two rows")
        named = segments.index(PARTNERSHIP) if PARTNERSHIP in segments else None
        node.covering = _Covering(row, len(segments), named)

    def find(self, segments: Sequence[str], at: int) -> _Covering | None:
        """Return what covers the most of the path; a name goes before any name where both cover as much."""
        best = self.covering
        if at < len(segments):
            for following in (self.named.get(segments[at]), self.any_name if segments[at] else None):
                found = None if following is None else following.find(segments, at + 1)
                if found is not None and (best is None or found.depth > best.depth):
                    best = found
        return best


def _segments(path: str) -> list[str]:
    return path[1:].split("/")
