"""The language in which a pack is written down before it takes any form.

A document is a row of numbered sections, a section a row of blocks. Everything is worded; a form only sets it. Text is
plain: no form ever reads markup in it. A newline in it is a line break.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from domain.wording.cells import Cell


class ColumnKind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what stands in it and its share of the width."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``lead`` opens a section, ``quiet`` is an aside."""

    text: str
    style: Literal["body", "lead", "quiet"] = "body"


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part of a section; level 2 stands below the section's own, level 3 below that."""

    text: str
    level: Literal[2, 3] = 2
    anchor: str = ""
    starts_page: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """A label and what it says."""

    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts side by side (``strip``) or one below the other (``list``)."""

    facts: tuple[Detail, ...]
    layout: Literal["strip", "list"] = "list"


@dataclass(frozen=True, slots=True)
class Matter:
    """One numbered matter with its facts: an agenda item, a decision."""

    label: str
    title: str
    facts: tuple[Detail, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The first column heads the rows; a table without rows is its sentence ``empty``.

    ``dense`` sets it smaller. A matrix is read across and down, so it keeps its columns however narrow the screen is;
    any other table becomes a list of its rows there.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    dense: bool = False
    is_matrix: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: SVG, what it shows in words, and its caption. The block after it is its table."""

    caption: str
    svg: str
    alternative: str


Block = Paragraph | Heading | Facts | Matter | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the pack; the numbers are those of the twelve parts that every pack has."""

    number: int
    anchor: str
    title: str
    blocks: tuple[Block, ...]
    starts_page: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page."""

    partnership: str
    vision: str
    title: str
    state: str
    banner: str
    facts: tuple[Detail, ...]
    headlines: tuple[Cell, ...]
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands at the head and the foot of every page; ``page_prefix`` numbers a supplement's pages apart."""

    head: str
    foot: str
    mark: str
    page_prefix: str


Value = str | int | Decimal | date | None
"""What a cell of a spreadsheet holds: itself, not a text that looks like it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a spreadsheet has it: one kind of value to a column."""

    name: str
    columns: tuple[tuple[str, ColumnKind, int], ...]
    rows: tuple[tuple[Value, ...], ...]
