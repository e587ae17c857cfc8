"""Which column of somebody else's table is which: by the words that people use in headings, and their likeness.

It is a guess, shown to a person, who corrects it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from services.programme.sheets.cells import Book, SheetTable, Value


class ColumnRole(StrEnum):
    """What a column can be."""

    TITLE = "title"
    OWNER = "owner"
    DUE = "due"
    DONE_ON = "done_on"
    STATUS = "status"
    DEPENDS_ON = "depends_on"
    BLOCKS = "blocks"
    KEY = "key"
    KIND = "kind"


SHOWN: Mapping[ColumnRole, str] = {
    ColumnRole.TITLE: "Title",
    ColumnRole.OWNER: "Owner",
    ColumnRole.DUE: "Due",
    ColumnRole.DONE_ON: "Done on",
    ColumnRole.STATUS: "Status",
    ColumnRole.DEPENDS_ON: "Depends on",
    ColumnRole.BLOCKS: "Has to come before",
    ColumnRole.KEY: "Number or key",
    ColumnRole.KIND: "ColumnKind",
}
_WORDS: Mapping[ColumnRole, tuple[str, ...]] = {
    ColumnRole.TITLE: (
        "title", "milestone", "task name", "task", "summary", "name", "activity", "deliverable", "action", "subject",
        "work item", "output", "step", "what", "milestone name", "milestone title", "project milestone", "description",
    ),
    ColumnRole.OWNER: (
        "owner", "assignee", "assigned to", "responsible", "partner", "lead", "lead partner", "lead organisation",
        "organisation", "who", "accountable", "resource names", "resource", "resources", "action owner",
        "responsible organisation", "person responsible", "council", "borough", "service",
    ),
    ColumnRole.DUE: (
        "due", "due date", "forecast", "finish", "finish date", "end", "end date", "target date", "deadline",
        "by when", "target", "target end", "planned end", "planned finish", "scheduled finish", "forecast date",
        "completion date", "delivery date", "when", "date", "planned date", "target completion date", "baseline",
    ),
    ColumnRole.DONE_ON: (
        "done on", "actual finish", "completed date", "completed on", "date completed", "actual end", "resolved",
        "actual date", "actual completion", "actual", "date achieved", "achieved on", "actual end date",
    ),
    ColumnRole.STATUS: (
        "status category", "status", "progress", "percent complete", "complete", "completed", "state", "done",
    ),
    ColumnRole.DEPENDS_ON: (
        "depends on", "dependencies", "dependency", "predecessors", "predecessor", "blocked by", "is blocked by",
        "inward issue link blocks", "requires", "prerequisite", "prerequisites", "after", "dependent on",
    ),
    ColumnRole.BLOCKS: ("blocks", "outward issue link blocks", "successors", "successor", "before"),
    ColumnRole.KEY: (
        "id", "issue key", "key", "ref", "reference", "task id", "no", "number", "wbs", "unique id", "code", "item",
        "ref no", "milestone id", "task no", "",
    ),
    ColumnRole.KIND: ("issue type", "type", "task type", "kind", "category", "level"),
}  # fmt: skip
"""The words of each role, the most telling first."""
_SEVERAL = frozenset({ColumnRole.DEPENDS_ON, ColumnRole.BLOCKS})
_LOOKED_AT = 30
_ALIKE = 0.84
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_SET_ASIDE = re.compile(r"^custom field \(|\)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A sheet, the row of its headings, and which columns have which role; of most roles there is one."""

    sheet: SheetTable
    headings: int
    columns: Mapping[ColumnRole, tuple[int, ...]]

    @property
    def titles(self) -> tuple[tuple[int, str], ...]:
        """The headings, each with its column."""
        return tuple(
            (cell.column, cell.value)
            for cell in (self.sheet.row(self.headings) if self.headings else ())
            if isinstance(cell.value, str)
        )

    def corrected(self, columns: Mapping[ColumnRole, tuple[int, ...]]) -> PlanTable:
        """Return the table as a person reads it, where they say so; no column takes a role away."""
        return PlanTable(self.sheet, self.headings, {**self.columns, **columns})


def find_table(book: Book) -> PlanTable:
    """Return the table in which most headings can be told."""
    found = (
        PlanTable(sheet, number, matched(sheet.rows[number - 1]))
        for sheet in book.shown
        for number in range(1, min(len(sheet.rows), _LOOKED_AT) + 1)
    )
    return max(found, key=_telling)


def _telling(table: PlanTable) -> tuple[bool, int, int]:
    """Return how much a row says as one of headings: the first of equals is taken."""
    return (ColumnRole.TITLE in table.columns, len(table.columns), -table.headings)


def matched(headings: Sequence[Value]) -> dict[ColumnRole, tuple[int, ...]]:
    """Return the columns, counted from 1, of each role that is found among headings; the likest first."""
    likenesses = sorted(
        (
            (_likeness(heading, role), -column, role)
            for column, heading in enumerate(headings, start=1)
            if isinstance(heading, str)
            for role in ColumnRole
        ),
        key=lambda each: each[:2],
        reverse=True,
    )
    columns: dict[ColumnRole, tuple[int, ...]] = {}
    taken: set[int] = set()
    for likeness, column, role in likenesses:
        is_free = -column not in taken and (role not in columns or (role in _SEVERAL and likeness > 1))
        if likeness > 0 and is_free:
            columns[role] = (*columns.get(role, ()), -column)
            taken.add(-column)
    return columns


@lru_cache(maxsize=4096)
def _likeness(heading: str, role: ColumnRole) -> float:
    """Return how like a heading is to the words of a role: above 1 for the same words, 0 for none like it."""
    written = _plain(heading)
    if not written:
        return 0
    words = _WORDS[role]
    if written in words:
        return 2 - words.index(written) / 100
    nearest = max(_ratio(written, each) for each in words)
    return nearest if nearest >= _ALIKE else _within(written, words)


def _ratio(written: str, word: str) -> float:
    return SequenceMatcher(None, written, word).ratio() if min(len(written), len(word)) > 3 else 0


def _within(written: str, words: Iterable[str]) -> float:
    """Return a little for a heading that says more than the words: ``Forecast date (revised)``."""
    said = written.split()
    for place, each in enumerate(words):
        wanted = each.split()
        if wanted and len(each) > 2 and all(word in said for word in wanted):
            return 0.8 - place / 100
    return 0


def _plain(heading: str) -> str:
    return _NOT_WORDS.sub(" ", _SET_ASIDE.sub("", heading.strip()[:100]).casefold()).strip()
