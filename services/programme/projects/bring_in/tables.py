"""Reading a plan from a table whose columns are known: a spreadsheet of any form, or what Jira and Planner give out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from services.programme.projects.bring_in.headings import ColumnRole, PlanTable
from services.programme.projects.bring_in.plan import MOST_LINES, ExternalPlan, PlanLine
from services.programme.sheets import values
from services.programme.sheets.cells import CellFault, FileRefused, NoValue, SheetCell, Value
from services.programme.sheets.values import DateOrder

T = TypeVar("T")

_PLANNER, _JIRA = "Microsoft Planner", "Jira"
_TELLING: Mapping[str, frozenset[str]] = {
    _PLANNER: frozenset({"task name", "bucket name"}),
    _JIRA: frozenset({"issue key", "summary"}),
}
_DONE = frozenset(
    ("done", "completed", "complete", "closed", "resolved", "finished", "achieved", "delivered", "yes", "100%", "100")
)
_MILESTONES = frozenset({"milestone", "milestones", "gate", "key milestone"})
_SUMMARIES = frozenset({"epic", "phase", "stage", "summary", "workstream", "initiative"})
_BETWEEN = re.compile(r"[,;\n]+")
_LINK = re.compile(r"(\d+)(?:\s*(?:FS|SS|FF|SF))(?:\s*[+-].*)?|(\d+)\s*[+-].*", re.IGNORECASE)
_UNKNOWN_ORDER = "Dates such as 1/2/2015 are read with the {} first. Say so below where that is wrong."


def source_of(table: PlanTable) -> str:
    """Return where a table comes from, as its headings tell."""
    headings = {title.strip().casefold() for _, title in table.titles}
    return next((source for source, telling in _TELLING.items() if telling <= headings), "a spreadsheet")


def read_table(table: PlanTable, order: DateOrder | None = None) -> ExternalPlan:
    """Return the plan of a table; ``order`` is that of its dates where a person said so. Raises FileRefused."""
    if not table.columns.get(ColumnRole.TITLE):
        raise FileRefused("No column is the title of a milestone. Say which one is.")
    source = source_of(table)
    guessed = values.order_of([cell.value for cell in _cells(table, ColumnRole.DUE, ColumnRole.DONE_ON)])
    usual = DateOrder.MONTH_FIRST if source == _PLANNER else DateOrder.DAY_FIRST
    reader = _Reader(table, order or guessed or usual)
    lines = _with_blocked(list(reader.lines()))
    if len(lines) > MOST_LINES:
        raise FileRefused(f"The plan has more than {MOST_LINES:,} lines. Leave out those that are not needed.")
    return ExternalPlan(
        source=source,
        title=_title(table, source),
        lines=tuple(line for line, _ in lines),
        faults=tuple(reader.faults),
        remarks=() if order or guessed or not reader.doubtful else (_UNKNOWN_ORDER.format(usual.value.split()[0]),),
    )


class _Reader:
    """Reads line after line and gathers what cannot be read."""

    def __init__(self, table: PlanTable, order: DateOrder) -> None:
        self.faults: list[CellFault] = []
        self.doubtful = any(
            values.is_in_numbers(cell.value) for cell in _cells(table, ColumnRole.DUE, ColumnRole.DONE_ON)
        )
        self._table = table
        self._order = order

    def lines(self) -> Iterator[tuple[PlanLine, tuple[str, ...]]]:
        """Yield the lines that have a title, each with the keys of those that it has to come before."""
        number = 0
        for row in range(self._table.headings + 1, len(self._table.sheet.rows) + 1):
            title = self._read(row, ColumnRole.TITLE, values.text)
            if title:
                number += 1
                yield self._line(row, number, " ".join(title.split())), self._keys(row, ColumnRole.BLOCKS)

    def _line(self, row: int, number: int, title: str) -> PlanLine:
        kind = (self._read(row, ColumnRole.KIND, values.text) or "").casefold()
        done_on = self._read(row, ColumnRole.DONE_ON, self._day)
        return PlanLine(
            place=self._cell(row, self._column(ColumnRole.TITLE)).place,
            key=self._read(row, ColumnRole.KEY, values.text) or str(number),
            title=title,
            owner=(self._read(row, ColumnRole.OWNER, values.text) or "").split(";")[0].strip(),
            due=self._read(row, ColumnRole.DUE, self._day),
            done_on=done_on,
            is_done=done_on is not None or self._is_done(self._value(row, ColumnRole.STATUS)),
            is_milestone=kind in _MILESTONES,
            is_summary=kind in _SUMMARIES,
            depends_on=self._keys(row, ColumnRole.DEPENDS_ON),
        )

    def _keys(self, row: int, role: ColumnRole) -> tuple[str, ...]:
        """Return the keys in the columns of a role: ``3FS+2 days`` is 3."""
        written = (
            values.read(self._cell(row, column), values.text, self.faults) or ""
            for column in self._table.columns.get(role, ())
        )
        keys = (each.strip() for text in written for each in _BETWEEN.split(text))
        linked = ((key, _LINK.fullmatch(key)) for key in keys if key)
        return tuple(dict.fromkeys((link[1] or link[2]) if link else key for key, link in linked))

    def _day(self, value: Value) -> date | None:
        return values.day(value, self._order)

    @staticmethod
    def _is_done(value: Value) -> bool:
        if isinstance(value, Decimal):
            return value in (1, 100)
        return value is not None and not isinstance(value, NoValue) and values.text(value).casefold() in _DONE

    def _read(self, row: int, role: ColumnRole, reading: Callable[[Value], T]) -> T | None:
        column = self._column(role)
        return values.read(self._cell(row, column), reading, self.faults) if column else None

    def _value(self, row: int, role: ColumnRole) -> Value:
        column = self._column(role)
        return self._cell(row, column).value if column else None

    def _cell(self, row: int, column: int) -> SheetCell:
        return self._table.sheet.cell(row, column)

    def _column(self, role: ColumnRole) -> int:
        columns = self._table.columns.get(role)
        return columns[0] if columns else 0


def _cells(table: PlanTable, *roles: ColumnRole) -> Iterator[SheetCell]:
    for role in roles:
        for column in table.columns.get(role, ()):
            for row in range(table.headings + 1, len(table.sheet.rows) + 1):
                yield table.sheet.cell(row, column)


def _with_blocked(lines: list[tuple[PlanLine, tuple[str, ...]]]) -> list[tuple[PlanLine, tuple[str, ...]]]:
    """Return lines that also depend on those which say that they have to come before them."""
    before: dict[str, list[str]] = {}
    for line, blocked in lines:
        for key in blocked:
            before.setdefault(key, []).append(line.key)
    return [
        (replace(line, depends_on=tuple(dict.fromkeys((*line.depends_on, *before.get(line.key, ()))))), blocked)
        for line, blocked in lines
    ]


def _title(table: PlanTable, source: str) -> str:
    """Return what the plan is called: beside ``Plan name`` above its table, in Jira's column, or as its sheet."""
    for row in table.sheet.rows[: table.headings - 1]:
        if len(row) > 1 and isinstance(row[0], str) and row[0].strip(" :").casefold() == "plan name":
            return str(row[1])
    if source == _JIRA:
        names = [column for column, title in table.titles if title.casefold() == "project name"]
        return str(table.sheet.cell(table.headings + 1, names[0]).value or "") if names else ""
    return "" if table.sheet.name.casefold() in ("tasks", "sheet1") else table.sheet.name
