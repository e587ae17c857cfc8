"""What a page of a return posts, and what stands in its fields.

A line posts the option that was chosen (``milestone-P01-M02.choice``), the text in each of its fields
(``milestone-P01-M02.reforecast.reason``), and from what it was typed (``milestone-P01-M02.from``): the numbers of the
answers that were shown, and a digest of what stood in the fields. Whatever stands there as it was shown was not typed,
so a page that lay open for long takes nobody's answer back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from services.programme.returns.form.answer import Answer
from services.programme.returns.form.filled_in import FilledForm, FilledLine
from services.programme.returns.form.line import Field, Line, Option
from services.runtime.web.forms import Form

_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Posted:
    """One line as it was posted: what was typed, upon which answers."""

    line: Line
    answer: Answer
    seen: tuple[int, ...]


def choice_name(line: Line) -> str:
    """Return the name of the field with the option of a line."""
    return f"{line.key}.choice"


def field_name(line: Line, option: Option, field: Field) -> str:
    """Return the name of a field of an option of a line."""
    return f"{line.key}.{option.value}.{field.name}"


def from_name(line: Line) -> str:
    """Return the name of the field that says from what a line was typed."""
    return f"{line.key}.from"


def shown_from(filled: FilledLine) -> str:
    """Return what says from what a line is typed, for the page that shows it."""
    numbers = ",".join(map(str, filled.seen))
    return f"{numbers}:{_digest(answer_shown(filled))}"


def answer_shown(filled: FilledLine) -> Answer | None:
    """Return the answer that a page shows in the fields of a line; a suggestion is not one until it is confirmed."""
    if filled.latest is not None:
        return filled.latest.answer
    only = filled.line.options[0] if len(filled.line.options) == 1 else None
    return None if only is None else Answer(only.value, {each.name: each.suggested for each in only.fields})


def typed_in(form: Form, lines: Sequence[Line]) -> list[Posted]:
    """Return the lines in which something was typed that had not stood there."""
    return [posted for line in lines if (posted := _posted(form, line)) is not None]


def given_in(form: Form, line: Line) -> Answer | None:
    """Return the answer that was posted for a line; None where none was."""
    option = line.option(form.value(choice_name(line))) or _typed_into(form, line)
    if option is None:
        return None
    fields = {each.name: form.value(field_name(line, option, each)).strip() for each in option.fields}
    return Answer(option.value, {name: text for name, text in fields.items() if text})


def _posted(form: Form, line: Line) -> Posted | None:
    answer = given_in(form, line)
    if answer is None:
        return None
    numbers, _, digest = form.value(from_name(line)).partition(":")
    if digest == _digest(answer):
        return None
    return Posted(line, answer, tuple(int(each) for each in numbers.split(",") if each.isdecimal()))


def _typed_into(form: Form, line: Line) -> Option | None:
    """Return the option into whose fields somebody typed, where they chose none: it is clear which one is meant."""
    meant = [
        option
        for option in line.options
        if any(
            (text := form.value(field_name(line, option, each)).strip()) and text != each.suggested
            for each in option.fields
        )
    ]
    return meant[0] if len(meant) == 1 else None


def form_of(filled: FilledForm, suggesting: bool = False) -> Form:
    """Return the fields of a page as they stand, with what is wrong beside what was answered.

    With ``suggesting`` a line that must be answered and is not has the answer that it was given last.
    """
    typed: dict[str, tuple[str, ...]] = {}
    faults: dict[str, str] = {}
    for each in filled.lines.values():
        line = each.line
        shown = answer_shown(each) or (line.suggested if suggesting else None)
        for option in line.options:
            for field in option.fields:
                typed[field_name(line, option, field)] = (field.suggested,)
        if shown is not None and (option_shown := line.option(shown.choice)) is not None:
            typed[choice_name(line)] = (shown.choice,)
            for field in option_shown.fields:
                typed[field_name(line, option_shown, field)] = (shown.fields.get(field.name, ""),)
            if each.latest is not None:
                faults |= named_faults(line, option_shown, each.faults)
    return Form(typed, faults)


def named_faults(line: Line, option: Option | None, faults: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with an answer, by the names of the fields of its page; what has none is at the choice."""
    names = {} if option is None else {each.name: field_name(line, option, each) for each in option.fields}
    named: dict[str, str] = {}
    for name, sentence in faults.items():
        at = names.get(name, choice_name(line))
        named[at] = f"{named[at]} {sentence}" if at in named else sentence
    return named


def _digest(answer: Answer | None) -> str:
    if answer is None:
        return _NOTHING
    said = [answer.choice, sorted((name, text) for name, text in answer.fields.items() if text)]
    return sha256(json.dumps(said).encode()).hexdigest()[:16]
