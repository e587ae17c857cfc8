"""The sheet that explains the others: what a row of each is, and what each column means."""

from __future__ import annotations

from collections.abc import Iterator

from services.reporting.pack.columns import Row, text
from services.reporting.pack.document import ColumnKind, Sheet

_HOLDS = {
    ColumnKind.TEXT: "text",
    ColumnKind.NUMBER: "number",
    ColumnKind.DATE: "date",
    ColumnKind.STATUS: "text",
}
_COLUMNS = (
    text("Sheet", 18, "The sheet that is explained."),
    text("Table", 18, "The name by which formulas and other software refer to the sheet’s table. It never changes."),
    text("Column", 22, "One of its columns; empty where the sheet as a whole is explained."),
    text("Holds", 10, "Texts, numbers or dates. No cell of this workbook holds a formula."),
    text("Unit", 12, "In what its numbers are counted."),
    text("What it is", 90, "What it means. The pack’s definitions have every formula."),
)


def explained(sheets: tuple[Sheet, ...]) -> tuple[Sheet, ...]:
    """Return the sheets with the one that explains them in the second place."""
    first, *others = sheets
    rows = tuple(row for sheet in sheets for row in _rows(sheet))
    explanation = Sheet("Explanation", "What each sheet and column means.", _COLUMNS, rows)
    return (first, explanation, *others)


def _rows(sheet: Sheet) -> Iterator[Row]:
    yield (sheet.name, sheet.table, None, None, None, sheet.says)
    for column in sheet.columns:
        yield (sheet.name, sheet.table, column.title, _HOLDS[column.kind], column.unit or None, column.says)
