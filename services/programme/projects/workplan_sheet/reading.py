"""Reading a workplan's sheet: line by line what it said when it was downloaded, and what it says now."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.references import full, project_of
from domain.register import Register
from domain.register.projects import MILESTONES
from services.programme.projects.workplan_sheet.layout import (
    DROP,
    DROPPED,
    FIELDS,
    REASON,
    REFERENCE,
    THEN,
    MilestoneValues,
    owners,
)
from services.programme.sheets import values
from services.programme.sheets.cells import Book, CellFault, FileRefused, SheetCell, SheetTable, Value
from services.runtime.base.validation_messages import Unfit, quoted

_LOOKED_AT = 40
_BETWEEN = re.compile(r"[,;\s]+")
_MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class WorkplanLine:
    """A line: what it ``said`` when downloaded, None where that is gone, and what it ``says``.

    ``places`` has the place of each field of the commands that come of it. A line without a reference is a new one.
    """

    reference: str
    said: MilestoneValues | None
    says: MilestoneValues
    reason: str
    is_dropped: bool
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WorkplanLines:
    """The lines of a file that can be read, and what is wrong with the others, cell by cell."""

    lines: tuple[WorkplanLine, ...]
    faults: tuple[CellFault, ...]


def read_workplan(book: Book, register: Register, project: str) -> WorkplanLines:
    """Return what a file says of the workplan of ``project``. Raises FileRefused where it is no workplan of it."""
    sheet, headings = _table(book)
    reader = _Reader(register, project, sheet, _columns(sheet, headings))
    numbers = [
        number
        for number in range(headings + 1, len(sheet.rows) + 1)
        if any(value is not None for value in sheet.rows[number - 1])
    ]
    if len(numbers) > _MOST_LINES:
        raise FileRefused(f"The workplan has more than {_MOST_LINES:,} lines. Leave out those that stay as they are.")
    read = [reader.line(number) for number in numbers]
    lines = [line for line in read if line is not None]
    _refuse_another_project(lines, project)
    reader.refuse_twice(lines)
    return WorkplanLines(tuple(lines), tuple(reader.faults))


def _table(book: Book) -> tuple[SheetTable, int]:
    """Return the sheet with a workplan, and the row of its headings."""
    wanted = {REFERENCE.casefold(), FIELDS["title"].casefold()}
    for sheet in book.shown:
        for number, row in enumerate(sheet.rows[:_LOOKED_AT], start=1):
            if wanted <= {value.casefold() for value in row if isinstance(value, str)}:
                return sheet, number
    raise FileRefused(
        f"The file is no workplan: it has no line with the headings {REFERENCE} and {FIELDS['title']}. "
        "Download the project's workplan and fill that in."
    )


def _columns(sheet: SheetTable, headings: int) -> Mapping[str, int]:
    """Return by heading in lower case the column below it; of two with the same heading the first."""
    found: dict[str, int] = {}
    for cell in sheet.row(headings):
        if isinstance(cell.value, str):
            found.setdefault(cell.value.casefold(), cell.column)
    return found


def _refuse_another_project(lines: list[WorkplanLine], project: str) -> None:
    others = {project_of(line.reference) for line in lines if line.reference} - {project}
    if others:
        raise FileRefused(
            f"The file has milestones of {', '.join(sorted(others))}; this is the page of {project}. "
            "Upload it on the page of its own project."
        )


class _Reader:
    """Reads the lines of one sheet and gathers what is wrong."""

    def __init__(self, register: Register, project: str, sheet: SheetTable, columns: Mapping[str, int]) -> None:
        self.faults: list[CellFault] = []
        self._register = register
        self._project = project
        self._sheet = sheet
        self._columns = columns
        self._owners = {shown.casefold(): code for shown, code in owners(register).items()}
        for each in register.partners.values():
            self._owners |= {each.code.casefold(): each.code}
            self._owners.setdefault(each.name.casefold(), each.code)

    def line(self, number: int) -> WorkplanLine | None:
        """Return a line; None where there is nothing to read in it, or something is wrong with it."""
        before = len(self.faults)
        reference = self._read(number, REFERENCE, self._reference) or ""
        said = self._values(number, THEN)
        milestone = self._register.milestones.get(reference)
        now = None if milestone is None else MilestoneValues.of(milestone)
        says = self._values(number, "", said or now)
        reason = self._read(number, REASON, values.text) or ""
        drop = self._read(number, DROP, lambda value: values.choice(value, {DROPPED: True}))
        if len(self.faults) > before or (says == MilestoneValues() and said in (None, says)):
            return None
        places = {field: self._cell(number, heading).place for field, heading in FIELDS.items()}
        places |= {"due": places["forecast"], "on": places["done_on"]}
        places |= {"reason": self._cell(number, REASON).place, "milestone": self._cell(number, REFERENCE).place}
        return WorkplanLine(reference, said, says, reason, bool(drop), places)

    def refuse_twice(self, lines: list[WorkplanLine]) -> None:
        """Note the lines whose reference stood in a line above, and leave them out."""
        seen: set[str] = set()
        for line in [line for line in lines if line.reference]:
            if line.reference in seen:
                self.faults.append(
                    CellFault(
                        line.places["milestone"], f"{line.reference} stands here twice.", "Leave one of them out."
                    )
                )
                lines.remove(line)
            seen.add(line.reference)

    def _values(self, number: int, then: str, missing: MilestoneValues | None = None) -> Any:
        """Return what the cells of a line say; what has no column is as in ``missing``."""
        readings: Mapping[str, Callable[[Value], Any]] = {
            "title": values.text,
            "owner": self._owner,
            "depends_on": self._depends_on,
            "forecast": values.day,
            "done_on": values.day,
        }
        if then and any(f"{heading}{then}".casefold() not in self._columns for heading in FIELDS.values()):
            return None
        found = {
            field: self._read(number, f"{heading}{then}", readings[field])
            for field, heading in FIELDS.items()
            if f"{heading}{then}".casefold() in self._columns
        }
        given = {field: getattr(missing, field) for field in FIELDS} if missing else {}
        return MilestoneValues(**{**given, **found})

    def _read(self, number: int, heading: str, reading: Callable[[Value], Any]) -> Any:
        return values.read(self._cell(number, heading), reading, self.faults)

    def _cell(self, number: int, heading: str) -> SheetCell:
        return self._sheet.cell(number, self._columns.get(heading.casefold(), 0))

    def _reference(self, value: Value) -> str:
        written = values.text(value).upper()
        return self._full(written) if written else ""

    def _owner(self, value: Value) -> str:
        written = values.text(value)
        if not written:
            return ""
        code = self._owners.get(written.casefold())
        if code is None:
            raise Unfit(f"There is no partner {quoted(written)}.", "Choose one of the list, or write its code.")
        return code

    def _depends_on(self, value: Value) -> tuple[str, ...]:
        written = [each for each in _BETWEEN.split(values.text(value).upper()) if each]
        return tuple(dict.fromkeys(self._full(each) for each in written))

    def _full(self, written: str) -> str:
        """Return the full reference of ``M01``, ``P02-M01`` or ``LAP-P02-M01``."""
        reference = full(self._register.code, written) if "-" in written else f"{self._project}-{written}"
        if not MILESTONES.is_reference(project_of(reference), reference):
            raise Unfit(f"{quoted(written)} is no reference for a milestone.", "Write one such as M01 or P02-M01.")
        return reference
