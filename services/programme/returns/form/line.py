"""One line of a return: what was said, what the board sees now, and what can be answered.

An option of a line is one ordinary command, or none where nothing changes. Its fields are the command's own, read as
people write them: so no rule of a command is restated here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from domain.wording.cells import Cell
from services.programme.core.command import Command
from services.programme.returns.form.answer import Answer
from services.runtime.base.validation_messages import Unfit, fault_of, without_echoes
from services.runtime.web.dates import parse_date

OPTIONAL = " (optional)"
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")


class FieldKind(StrEnum):
    """How a field is typed into."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    DATE = "date"
    NUMBER = "number"
    SCALE = "scale"
    """A whole number from 1 to 5."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an option: ``name`` is that of the command's field, ``evidence.title`` for one within a group.

    ``ask`` is said where it was left empty and may not be; ``suggested`` stands in it at first.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    ask: str = ""
    hint: str = ""
    suggested: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen: the command that it comes to, with what is ``fixed`` of it; or no command.

    ``will_be`` says in words what the command makes of the line.
    """

    value: str
    words: str
    command: type[Command] | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    will_be: Callable[[Any], str] = lambda command: ""


class AnswerRefused(ValueError):
    """An answer cannot be taken. ``faults`` has a sentence by name of field; under "" what is wrong with the whole."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line.

    ``base`` is what the register says of it, as one comparable text, and ``was`` the same in words: an answer holds for
    the facts upon which it was typed. ``unchanged`` is the option by which nothing changes, where that is an answer;
    a line that ``must`` be answered has ``suggested`` what was answered last. A line that is ``extra`` is one more of
    what a line before it began, and waits for no answer.
    """

    key: str
    title: str
    code: str
    question: str
    options: tuple[Option, ...]
    was: str
    base: str
    last_said: str = ""
    sees: Cell | None = None
    must: bool = False
    unchanged: str | None = None
    suggested: Answer | None = None
    extra: bool = False
    note: str = ""

    def option(self, choice: str) -> Option | None:
        """Return the option of this value; None where the line has none such any more."""
        return next((each for each in self.options if each.value == choice), None)

    def command(self, answer: Answer) -> Command | None:
        """Return the command that an answer comes to, None where it changes nothing. Raises AnswerRefused."""
        option = self.option(answer.choice)
        if option is None:
            raise AnswerRefused({"": "Choose one of the answers."})
        if option.command is None:
            return None
        entered, faults = _entered(option, answer)
        if not faults:
            try:
                return option.command.model_validate(entered)
            except ValidationError as error:
                faults = _faults(option, error)
        raise AnswerRefused(faults)

    def will_be(self, answer: Answer) -> str:
        """Say in words what an answer makes of the line; as it was where it changes nothing. Raises AnswerRefused."""
        command, option = self.command(answer), self.option(answer.choice)
        return self.was if command is None or option is None else option.will_be(command)


def _entered(option: Option, answer: Answer) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was typed, as the command's model takes it, and what cannot be read or is missing."""
    entered: dict[str, Any] = dict(option.fixed)
    faults: dict[str, str] = {}
    for each in option.fields:
        typed = answer.fields.get(each.name, "").strip()
        if typed:
            try:
                _put(entered, each.name, _read(each.kind, typed))
            except Unfit as unfit:
                faults[each.name] = str(unfit)
        elif each.ask:
            faults[each.name] = each.ask
    return entered, faults


def _read(kind: FieldKind, typed: str) -> object:
    match kind:
        case FieldKind.DATE:
            return parse_date(typed)
        case FieldKind.NUMBER:
            return typed.replace(",", ".") if _DECIMAL_COMMA.fullmatch(typed) else typed
        case FieldKind.SCALE:
            return int(typed) if typed.isdecimal() else typed
        case _:
            return typed


def _put(entered: dict[str, Any], name: str, value: object) -> None:
    group, dot, last = name.rpartition(".")
    target = entered.setdefault(group, {}) if dot else entered
    target[last] = value


def _faults(option: Option, error: ValidationError) -> dict[str, str]:
    """Return one sentence for each field that the command's model refuses."""
    labels = {each.name: each.label.removesuffix(OPTIONAL) for each in option.fields}
    faults: dict[str, str] = {}
    for finding in without_echoes(error.errors()):
        name, said = ".".join(map(str, finding["loc"])), fault_of(finding)
        is_missing = finding["type"] == "missing" and name in labels
        faults.setdefault(name, f"Fill in “{labels[name]}” too." if is_missing else f"{said.problem} {said.expected}")
    return faults
