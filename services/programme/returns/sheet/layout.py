"""The sheets of a return: one for each section of its form, a line for each line, a column for each field.

A field goes by its label, so fields of different options that are called the same share a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from domain.calendar import Period
from domain.register import Register
from domain.register.partners import Partner
from services.programme.returns.form import days, risks
from services.programme.returns.form.filled_in import FilledForm, FilledLine
from services.programme.returns.form.line import OPTIONAL, Field, FieldKind, Line, Option
from services.programme.returns.form.return_form import ReturnForm, Section, return_form
from services.programme.sheets import values
from services.programme.sheets.writing import ColumnKind, Entry, FormColumn, OneOf, SheetForm
from services.runtime.base.validation_messages import Unfit

ABOUT, QUESTION, NOW, LAST_SAID, SEEN_BY_BOARD, ANSWER = (
    "About",
    "Question",
    "As it is now",
    "Last said",
    "The board sees",
    "Answer",
)
RETURN, LINE, BASE, SEEN = "Return", "Line", "Facts when downloaded", "Answers when downloaded"
LINES_OF_A_SERIES = 3
_BEGIN_ANOTHER = (days.ADD, risks.RAISE)
"""The options that begin another line of the same series."""
_KINDS: Mapping[FieldKind, ColumnKind] = {FieldKind.DATE: ColumnKind.DATE, FieldKind.NUMBER: ColumnKind.AMOUNT}
_SCALE = ("1", "2", "3", "4", "5")


def form_with_series(
    register: Register, partner: Partner, quarter: Period, now: datetime, chosen: Mapping[str, str]
) -> ReturnForm:
    """Return a form in which each series has some lines, whether those before them are answered or not."""
    form = return_form(register, partner, quarter, now, chosen)
    for _ in range(LINES_OF_A_SERIES - 1):
        begun = {line.key: more for line in form.lines for more in _BEGIN_ANOTHER if line.option(more)}
        form = return_form(register, partner, quarter, now, {**chosen, **begun})
    return form


def return_sheets(filled: FilledForm, *, with_quarter: bool = False) -> list[SheetForm]:
    """Return the sheets of a return, with what its draft says; ``with_quarter`` where a file has several returns."""
    form = filled.form
    quarter = f"{form.quarter.label} {form.partner.code}"
    return [
        SheetForm(
            name=f"{quarter.removeprefix('20')} {section.title}" if with_quarter else section.title,
            title=f"{section.title}: {form.partner.name}, {form.quarter.label}",
            guidance=(
                "Choose an answer in each line, and fill in what belongs to it in the cells with a border.",
                "Lines without an answer stay as they are. Save the file, and upload it on the page of the return.",
            ),
            columns=tuple(_columns(section)),
            lines=tuple(_line(filled.lines[line.key], section, name_of(form)) for line in section.lines),
        )
        for section in form.sections
        if section.lines
    ]


def name_of(form: ReturnForm) -> str:
    """Return by what a line says to which return it belongs: ``2014-15 Q2 BRE``."""
    return f"{form.quarter.label} {form.partner.code}"


def heading_of(field: Field) -> str:
    """Return the heading of the column in which a field is filled in."""
    return field.label.removesuffix(OPTIONAL)


def short_words(option: Option) -> str:
    """Return an option as it can be chosen in a cell: what does not change with the facts."""
    return option.words.partition(":")[0]


def fields_of(lines: Iterable[Line]) -> dict[str, Field]:
    """Return the fields that lines can have, by heading, in the order in which they first come."""
    fields: dict[str, Field] = {}
    for line in lines:
        for option in line.options:
            for field in option.fields:
                fields.setdefault(heading_of(field), field)
    return fields


def _columns(section: Section) -> Iterator[FormColumn]:
    yield FormColumn(ABOUT, 36)
    yield FormColumn(QUESTION, 26)
    yield FormColumn(NOW, 26)
    yield FormColumn(LAST_SAID, 36)
    yield FormColumn(SEEN_BY_BOARD, 34)
    if has_choices(section):
        yield FormColumn(ANSWER, 24, open=True, chosen_by_line=True, guidance="Choose one of the list.")
    for heading, field in fields_of(section.lines).items():
        yield FormColumn(
            heading,
            16 if field.kind in _KINDS else 30,
            _KINDS.get(field.kind, ColumnKind.TEXT),
            open=True,
            choices=_SCALE if field.kind is FieldKind.SCALE else (),
            guidance=field.hint or field.ask,
        )
    for hidden in (RETURN, LINE, BASE, SEEN):
        yield FormColumn(hidden, hidden=True)


def _line(filled: FilledLine, section: Section, of: str) -> tuple[Entry, ...]:
    line = filled.line
    option = None if filled.latest is None else line.option(filled.latest.answer.choice)
    typed = {} if filled.latest is None else filled.latest.answer.fields
    entries = {} if option is None else {heading_of(each): _entry(each, typed) for each in option.fields}
    choice = OneOf(tuple(map(short_words, line.options)), "" if option is None else short_words(option))
    return (
        f"{line.title} ({line.code})" if line.code else line.title,
        line.question,
        line.was,
        " ".join(filter(None, (line.last_said, line.note))),
        "" if line.sees is None else " · ".join(filter(None, (line.sees.text, line.sees.note))),
        *((choice,) if has_choices(section) else ()),
        *(entries.get(heading) for heading in fields_of(section.lines)),
        of,
        line.key,
        line.base,
        " ".join(map(str, filled.seen)),
    )


def has_choices(section: Section) -> bool:
    """Say whether lines of a section have several options: else there is nothing to choose, only to fill in."""
    return any(len(line.options) > 1 for line in section.lines)


def _entry(field: Field, typed: Mapping[str, str]) -> Entry:
    """Return what was typed as a cell has it: what cannot be read stays as it is."""
    written = typed.get(field.name, "")
    try:
        match field.kind:
            case FieldKind.DATE:
                return values.day(written or None)
            case FieldKind.NUMBER:
                return values.amount(written or None)
    except Unfit:
        pass
    return written
