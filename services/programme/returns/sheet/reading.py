"""Reading the sheets of returns: each line's answer with what it was typed upon, and what is wrong, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.programme.returns.form.answer import Answer
from services.programme.returns.form.line import AnswerRefused, Field, FieldKind, Line, Option
from services.programme.returns.form.return_form import ReturnForm
from services.programme.returns.sheet.layout import (
    ANSWER,
    BASE,
    LINE,
    NOW,
    RETURN,
    SEEN,
    heading_of,
    name_of,
    short_words,
)
from services.programme.sheets import values
from services.programme.sheets.cells import Book, CellFault, FileRefused, SheetCell, SheetTable
from services.runtime.base.validation_messages import quoted

_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class SheetAnswer:
    """An answer that stands in a sheet: to which line, upon which facts, and which answers its file had shown.

    ``then`` is what the line was when the file was downloaded, in words.
    """

    place: str
    line: Line
    answer: Answer
    base: str
    then: str
    seen: tuple[int, ...]

    @property
    def is_overtaken(self) -> bool:
        """Say whether the facts have changed since the file was downloaded."""
        return self.base != self.line.base

    @property
    def will_be(self) -> str:
        """What it makes of the line, in words."""
        return self.line.will_be(self.answer)


@dataclass(frozen=True, slots=True)
class SheetAnswers:
    """The answers of a file that can be taken, in its order, and what is wrong with the others."""

    answers: tuple[SheetAnswer, ...]
    faults: tuple[CellFault, ...]


def read_return(book: Book, form: ReturnForm) -> SheetAnswers:
    """Return the answers that a file has for the return of ``form``, which has its series.

    Raises FileRefused where the file has no lines of it.
    """
    rows = [row for sheet in book.shown for row in _rows(sheet)]
    own = [row for row in rows if row.text(RETURN) == name_of(form)]
    if not own:
        raise FileRefused(_no_lines(rows, form))
    faults: list[CellFault] = []
    read = [_answer(row, form, faults) for row in own if row.is_filled(form)]
    answers = tuple(answer for answer in read if answer is not None)
    return SheetAnswers(answers, (*faults, *_without_beginning(answers, form)))


def _no_lines(rows: Sequence[_Row], form: ReturnForm) -> str:
    others = sorted({row.text(RETURN) for row in rows} - {""})
    if others:
        return f"The file has the return {', '.join(others)}; this is the page of {name_of(form)}. Upload it there."
    return "The file is no return. Download the return, and fill that in."


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a sheet, with the columns by their headings in lower case."""

    sheet: SheetTable
    number: int
    columns: Mapping[str, int]

    def cell(self, heading: str) -> SheetCell:
        return self.sheet.cell(self.number, self.columns.get(heading.casefold(), 0))

    def text(self, heading: str) -> str:
        """Return what stands in a column that nobody fills in."""
        value = self.cell(heading).value
        return value if isinstance(value, str) else ""

    def is_filled(self, form: ReturnForm) -> bool:
        """Say whether somebody chose an answer or filled a field in."""
        line = form.line(self.text(LINE))
        fields = () if line is None else [heading_of(field) for option in line.options for field in option.fields]
        return any(self.cell(heading).value is not None for heading in (ANSWER, *fields))


def _rows(sheet: SheetTable) -> Iterator[_Row]:
    wanted = {RETURN.casefold(), LINE.casefold()}
    for headings in range(1, min(len(sheet.rows), _LOOKED_AT) + 1):
        columns: dict[str, int] = {}
        for cell in sheet.row(headings):
            if isinstance(cell.value, str):
                columns.setdefault(cell.value.casefold(), cell.column)
        if wanted <= columns.keys():
            yield from (_Row(sheet, number, columns) for number in range(headings + 1, len(sheet.rows) + 1))
            return


def _answer(row: _Row, form: ReturnForm, faults: list[CellFault]) -> SheetAnswer | None:
    line = form.line(row.text(LINE))
    if line is None:
        faults.append(CellFault(row.cell(ANSWER).place, "This line is asked no more.", "Leave it empty."))
        return None
    option = _option(row, line, faults)
    if option is None:
        return None
    typed = {field.name: _typed(row.cell(heading_of(field)), field, faults) for field in option.fields}
    _refuse_what_belongs_elsewhere(row, line, option, faults)
    answer = Answer(option.value, {name: text for name, text in typed.items() if text})
    try:
        line.command(answer)
    except AnswerRefused as refused:
        places = {field.name: row.cell(heading_of(field)).place for field in option.fields}
        known = {fault.place for fault in faults}
        found = [CellFault(places.get(name, row.cell(ANSWER).place), said) for name, said in refused.faults.items()]
        faults += [fault for fault in found if fault.place not in known]
        return None
    seen = tuple(int(each) for each in row.text(SEEN).split() if each.isdecimal() and len(each) < 19)
    return SheetAnswer(row.cell(ANSWER).place, line, answer, row.text(BASE), row.text(NOW), seen)


def _option(row: _Row, line: Line, faults: list[CellFault]) -> Option | None:
    if len(line.options) == 1:
        return line.options[0]
    choices = {short_words(option): option for option in line.options}
    before = len(faults)
    option = values.read(row.cell(ANSWER), lambda value: values.choice(value, choices), faults)
    if option is None and len(faults) == before:
        faults.append(CellFault(row.cell(ANSWER).place, "There is no answer.", f"Choose one of: {', '.join(choices)}."))
    return option


def _typed(cell: SheetCell, field: Field, faults: list[CellFault]) -> str:
    """Return what stands in a cell as somebody would have typed it into the page."""
    if field.kind is FieldKind.DATE:
        day = values.read(cell, values.day, faults)
        return "" if day is None else values.text(day)
    return values.read(cell, values.text, faults) or ""


def _refuse_what_belongs_elsewhere(row: _Row, line: Line, chosen: Option, faults: list[CellFault]) -> None:
    """Note what was filled in and belongs to another answer than the one that was chosen: it would be lost."""
    own = {heading_of(field) for field in chosen.fields}
    others = {heading_of(field): option for option in line.options for field in option.fields}
    for heading, option in others.items():
        cell = row.cell(heading)
        if heading not in own and cell.value is not None:
            faults.append(
                CellFault(
                    cell.place,
                    f"This belongs to the answer {quoted(short_words(option))}, and you chose "
                    f"{quoted(short_words(chosen))}.",
                    "Choose the other, or empty the cell.",
                )
            )


def _without_beginning(answers: Sequence[SheetAnswer], form: ReturnForm) -> Iterator[CellFault]:
    """Yield a fault for each line of a series that is answered while the one before it is not."""
    answered = {answer.line.key for answer in answers if answer.line.command(answer.answer) is not None}
    keys = [line.key for line in form.lines]
    for answer in answers:
        head, _, number = answer.line.key.rpartition("-")
        before = head if number == "2" else f"{head}-{int(number) - 1}" if number.isdecimal() else ""
        if answer.line.key in answered and before in keys and before not in answered:
            yield CellFault(answer.place, "The line above it has no answer.", "Fill that line in first.")
