"""How much room a block takes on a page of the PDF, in millimetres, about: enough to say what shares a page.

Only the page that something begins on follows from it, so that being out by a line or two does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from domain.wording.cells import Cell
from services.reporting.pack.document import Block, Chart, Column, Facts, Heading, Matter, Paragraph, Section, Table

PAGE = 255.0
"""What a page holds."""
MANY_ROWS = 30
"""A table with more, or with more than seven columns, is set closer where it is read."""
_WIDTH = 168.0
_POINT = 25.4 / 72
_LETTER = 0.45
_LINE, _LEADING = 1.18, 0.5
"""How wide a letter is, and how high a line with the room to the next, as shares of the size of the type."""
_SECTION_HEADING = 15.0
_CHART = 78.0


def height(blocks: Iterable[Block]) -> float:
    """Return how high blocks are together."""
    return sum(map(_height, blocks))


def begin_pages(sections: Sequence[Section]) -> set[str]:
    """Return the anchors of the sections that begin a page: what is read shares one as far as it is sure to fit.

    The annexes come after all that is read, and one that starts a page does so however much room there is.
    """
    begun = {each.anchor for each in sections if each.is_annex and each.starts_page}
    used = PAGE
    for section in (each for each in sections if not each.is_annex):
        needed = _SECTION_HEADING + height(section.blocks)
        if section.starts_page and used + needed > PAGE:
            begun.add(section.anchor)
            used = 0.0
        used += needed
    return begun


def _height(block: Block) -> float:
    if isinstance(block, Paragraph):
        return _lines(block.text, 11.6 if block.style == "lead" else 9.9, _WIDTH) + 4
    if isinstance(block, Heading):
        return 10.0
    if isinstance(block, Matter):
        return _matter(block)
    if isinstance(block, Facts):
        return _facts(block)
    if isinstance(block, Chart):
        return _CHART
    return _table(block)


def _lines(text: str, size: float, width: float) -> float:
    """Return how high ``text`` is in lines of ``width``: none has room above the first, or below the last."""
    fitting = max(width / (size * _POINT * _LETTER), 1)
    lines = sum(max(ceil(len(each) / fitting), 1) for each in text.split("\n"))
    return (lines * _LINE - _LEADING) * size * _POINT


def _cell(cell: Cell, size: float, width: float) -> float:
    note = _lines(cell.note, size * 0.86, width) + 1 if cell.note else 0
    return _lines(cell.text, size, width) + note


def _matter(matter: Matter) -> float:
    size, width = (8.6, _WIDTH - 57) if matter.aside else (9.9, _WIDTH - 54)
    facts = sum(_cell(each.cell, size, width) + 1.2 for each in matter.facts)
    return _lines(matter.title, 10, _WIDTH - 33) + facts + 5


def _facts(facts: Facts) -> float:
    if facts.layout == "strip":
        return max(_cell(each.cell, 9.9, _WIDTH / len(facts.facts)) for each in facts.facts) + 16
    return sum(_cell(each.cell, 9.9, _WIDTH - 32) + 2.4 for each in facts.facts) + 5


def _table(table: Table) -> float:
    if not table.rows:
        return _lines(table.empty, 9.9, _WIDTH) + 4
    is_close = len(table.columns) > 7 or len(table.rows) > MANY_ROWS
    size = 7.6 if is_close else 8.7 if table.dense else 9.2
    gaps, spaces = (2.0, 1.5) if is_close else (3.0, 2.6)
    shares = sum(each.share for each in table.columns)
    widths = [_WIDTH * each.share / shares - gaps for each in table.columns]
    rows = sum(_row(table.columns, row, size, widths) + spaces for row in table.rows)
    return _lines(table.caption, 9.6, _WIDTH) + rows + 14


def _row(columns: tuple[Column, ...], row: tuple[Cell, ...], size: float, widths: list[float]) -> float:
    written = (
        _cell(cell, size, width)
        for column, cell, width in zip(columns, row, widths, strict=True)
        if column.kind != "picture"
    )
    return max(written)
