"""The fields of a form that changes one thing, and how a command is read from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from services.programme.core.command import Command
from services.runtime.base.problems import Problem
from services.runtime.base.validation_messages import Unfit
from services.runtime.web.dates import parse_date
from services.runtime.web.forms import Form, FormRefused

C = TypeVar("C", bound=Command)
Choice = tuple[str, str] | tuple[str, str, str]
"""A value, its words, and perhaps a hint."""

_INDEX = re.compile(r"\[\d+\].*")


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

    What ``is_beside`` is no part of the command. ``within`` names the group of the command that it stands in.
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
    within: str = ""


def command_in(form: Form, fields: Sequence[Field], kind: type[C], about: Mapping[str, Any]) -> C:
    """Return the command that was typed; ``about`` is what it has beside its fields. Raises FormRefused."""
    also: dict[str, Any] = dict(about)
    faults: dict[str, str] = {}
    fields = [field for field in fields if not field.is_beside]
    for field in fields:
        try:
            read = _read(form, field)
        except Unfit as unfit:
            read, faults[field.name] = {field.name: None}, str(unfit)
        if field.missing and field.name not in read and not form.value(field.name).strip():
            faults[field.name] = field.missing
        if field.within:
            read = {field.within: {**also.get(field.within, {}), field.name: form.value(field.name), **read}}
        also |= read
    own = Form({field.name: form.values(field.name) for field in fields if not field.within})
    missing = {field.name: field.missing for field in fields if field.missing}
    try:
        command = own.checked(kind, missing=missing, also=also)
    except FormRefused as refused:
        raise FormRefused(replace(form, faults={**refused.form.faults, **faults})) from None
    if faults:
        raise FormRefused(replace(form, faults=faults))
    return command


def _read(form: Form, field: Field) -> dict[str, Any]:
    """Return what a field means, by its name, where that is not the very text. Raises Unfit for what is no date."""
    value = form.value(field.name).strip()
    if field.kind is Kind.BOXES:
        return {field.name: list(form.values(field.name))}
    if field.is_number and value.isascii() and value.isdecimal():
        return {field.name: int(value)}
    if field.can_empty and not value:
        return {field.name: ""}
    if field.kind is Kind.DATE and value:
        return {field.name: parse_date(value).isoformat()}
    return {}


def refused_by(form: Form, fields: Sequence[Field], problem: Problem) -> FormRefused:
    """Return the form with what the rules have against it: beside the field that is named and seen, else above all."""
    names = {field.name for field in fields if field.kind is not Kind.HIDDEN}
    faults: dict[str, str] = {}
    for each in problem.errors:
        name = _INDEX.sub("", each.field).rpartition(".")[2]
        faults.setdefault(name if name in names else "", f"{each.problem} {each.expected}")
    return FormRefused(replace(form, faults=faults or {"": problem.detail}), problem.status_code, problem.headers)
