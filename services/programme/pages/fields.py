"""The fields of a form that changes one thing, and how a command is read from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from pydantic import ValidationError

from services.programme.core.command import Command
from services.runtime.base.problems import Problem
from services.runtime.base.validation_messages import Unfit, fault_of, without_echoes
from services.runtime.web.dates import parse_date
from services.runtime.web.field_faults import field_path
from services.runtime.web.forms import Form, FormRefused

C = TypeVar("C", bound=Command)
Choice = tuple[str, str] | tuple[str, str, str]
"""A value, its words, and perhaps a hint."""


class Kind(Enum):
    """How a field is filled in; ``forms.html`` has a macro for each."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    SELECT = "select"
    RADIOS = "radios"
    BOXES = "boxes"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``missing`` is said where it is left empty and may not be; ``can_empty``: empty means empty.

    ``path`` says where in the command it belongs, ``effect.move_project.stage``; its name where it is not given. What
    ``is_beside`` is no part of the command by itself. Those that are ``folded`` stand together below these words,
    which open them. ``person`` is the id of whom its label is about;
    what ``is_flag`` is answered with yes or no.
    """

    name: str
    label: str
    kind: Kind = Kind.LINE
    hint: str = ""
    choices: Sequence[Choice] = ()
    none_yet: str = ""
    missing: str = ""
    can_empty: bool = False
    is_beside: bool = False
    is_number: bool = False
    path: str = ""
    folded: str = ""
    person: str = ""
    is_flag: bool = False

    @property
    def place(self) -> str:
        """The path of what it fills in."""
        return self.path or self.name


def command_in(form: Form, fields: Sequence[Field], kind: type[C], about: Mapping[str, Any]) -> C:
    """Return the command that was typed; ``about`` is what it has beside its fields. Raises FormRefused."""
    given: dict[str, Any] = dict(about)
    faults: dict[str, str] = {}
    fields = [field for field in fields if not field.is_beside]
    for field in fields:
        try:
            value = _value(form, field)
        except Unfit as unfit:
            faults[field.name] = str(unfit)
            continue
        if value is not None:
            _put(given, field.place, value)
        elif field.missing:
            faults[field.name] = field.missing
    try:
        command = kind.model_validate(given)
    except ValidationError as error:
        faults = {**_found(error, given, fields), **faults}
        raise FormRefused(replace(form, faults=_as_seen(fields, faults))) from None
    if faults:
        raise FormRefused(replace(form, faults=faults))
    return command


def refused_by(form: Form, fields: Sequence[Field], problem: Problem) -> FormRefused:
    """Return the form with what the rules have against it: beside the field that is named and seen, else above all."""
    faults: dict[str, str] = {}
    for each in problem.errors:
        faults.setdefault(_name_at(each.field, fields), f"{each.problem} {each.expected}")
    return FormRefused(replace(form, faults=faults or {"": problem.detail}), problem.status_code, problem.headers)


def _value(form: Form, field: Field) -> Any:
    """Return what stands in a field, None where it says nothing. Raises Unfit."""
    if field.kind is Kind.BOXES:
        return list(form.values(field.name))
    value = form.value(field.name).strip()
    if not value:
        return "" if field.can_empty else None
    if field.is_flag:
        return value == "yes"
    if field.kind is Kind.DATE:
        return parse_date(value).isoformat()
    return int(value) if field.is_number and value.isascii() and value.isdecimal() else value


def _put(given: dict[str, Any], place: str, value: Any) -> None:
    *above, name = place.split(".")
    for each in above:
        given = given.setdefault(each, {})
    given[name] = value


def _found(error: ValidationError, given: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, str]:
    """Return what the command's model has against what was typed, by the names of the fields."""
    faults: dict[str, str] = {}
    for finding in without_echoes(error.errors()):
        said = fault_of(finding)
        path = field_path(finding["loc"], given)
        faults.setdefault(_name_at(path, fields), f"{said.problem} {said.expected}")
    return faults


def _as_seen(fields: Sequence[Field], faults: Mapping[str, str]) -> dict[str, str]:
    """Return the faults in the order of the fields, what is wrong with the whole first."""
    return {name: faults[name] for name in ("", *(field.name for field in fields)) if name in faults}


def _name_at(path: str, fields: Sequence[Field]) -> str:
    """Return the name of the field that is seen and lies nearest to a path of the command; empty where none does."""
    seen = [field for field in fields if field.kind is not Kind.HIDDEN]
    while path:
        if (found := next((field.name for field in seen if field.place == path), None)) is not None:
            return found
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return ""
