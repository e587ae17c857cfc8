"""The language in which a pack is written down before it takes any form.

A document is a row of numbered sections, a section a row of blocks. Everything is worded; a form only sets it. Text is
plain: no form ever reads markup in it. A newline in it is a line break.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
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
    DRAWING = "picture"


@dataclass(frozen=True, slots=True)
class Drawn(Cell):
    """A place in a table that is drawn: SVG. ``text`` says in words what it shows; none where the row says it all."""

    svg: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what stands in it, its share of the width, and the scale of what is drawn in it."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    share: float = 1.0
    svg: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``lead`` opens a section, ``quiet`` is an aside."""

    text: str
    style: Literal["body", "lead", "quiet"] = "body"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence, the sign that ends it, and the anchor of the place that proves it."""

    text: str
    end: str
    see: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of which each clause is followed by the page that proves it."""

    clauses: tuple[Clause, ...]

    @property
    def text(self) -> str:
        """The sentence alone."""
        return " ".join(f"{each.text}{each.end}" for each in self.clauses)


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part of a section; level 2 stands below the section's own, level 3 below that.

    What follows one that is ``kept``, up to the next, stands on one page if it can.
    """

    text: str
    level: Literal[2, 3] = 2
    anchor: str = ""
    kept: bool = False


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
    """One numbered matter with its facts: an agenda item, a decision.

    One with a fact ``aside``, which stands below the label, is set so that many of its like go on a page.
    """

    label: str
    title: str
    facts: tuple[Detail, ...]
    anchor: str = ""
    aside: Detail | None = None


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
    """A part of the pack: what is read has numbers, the annexes that are looked up have letters."""

    mark: str
    anchor: str
    title: str
    blocks: tuple[Block, ...]
    starts_page: bool = False

    @property
    def is_annex(self) -> bool:
        """Whether it is looked up, and not read."""
        return self.mark.isalpha()

    @property
    def name(self) -> str:
        """What it is called where something refers to it: ``2 What you are asked to decide``, ``Annex E Risks``."""
        return f"Annex {self.mark} {self.title}" if self.is_annex else f"{self.mark} {self.title}"


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page, with what there is to say in one minute."""

    partnership: str
    vision: str
    title: str
    state: str
    banner: str
    facts: tuple[Detail, ...]
    sentences: tuple[Sentence, ...]
    headlines: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands at the head and the foot of every page; ``page_prefix`` numbers a supplement's pages apart."""

    head: str
    foot: str
    mark: str
    page_prefix: str


Value = str | int | Decimal | date | time | None
"""What a cell of a spreadsheet holds: itself, not a text that looks like it."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet: what stands in it, how wide it is, what it means, and in what it is counted."""

    title: str
    kind: ColumnKind
    width: int
    says: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as a spreadsheet has it: one kind of value to a column; ``says`` is what a row is and where it is from."""

    name: str
    says: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def table(self) -> str:
        """The name by which formulas and other software refer to it: ``ComplianceRates``."""
        return "".join(word[:1].upper() + word[1:] for word in self.name.split())
