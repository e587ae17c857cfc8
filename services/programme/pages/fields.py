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

    What ``is_beside`` is no part of the command.
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


def command_in(form: Form, fields: Sequence[Field], kind: type[C], about: Mapping[str, Any]) -> C:
    """Return the command that was typed; ``about`` is what it has beside its fields. Raises FormRefused."""
    also, faults = dict(about), {}
    fields = [field for field in fields if not field.is_beside]
    for field in fields:
        value = form.value(field.name).strip()
        if field.kind is Kind.BOXES:
            also[field.name] = list(form.values(field.name))
        elif field.is_number and value.isascii() and value.isdecimal():
            also[field.name] = int(value)
        elif field.can_empty and not value:
            also[field.name] = ""
        elif field.missing and not value:
            faults[field.name] = field.missing
        elif field.kind is Kind.DATE and value:
            try:
                also[field.name] = parse_date(value).isoformat()
            except Unfit as unfit:
                also[field.name], faults[field.name] = None, str(unfit)
    own = Form({field.name: form.values(field.name) for field in fields})
    missing = {field.name: field.missing for field in fields if field.missing}
    try:
        command = own.checked(kind, missing=missing, also=also)
    except FormRefused as refused:
        raise FormRefused(replace(form, faults={**refused.form.faults, **faults})) from None
    if faults:
        raise FormRefused(replace(form, faults=faults))
    return command


def refused_by(form: Form, fields: Sequence[Field], problem: Problem) -> FormRefused:
    """Return the form with what the rules have against it: beside the field that is named and seen, else above all."""
    names = {field.name for field in fields if field.kind is not Kind.HIDDEN}
    faults: dict[str, str] = {}
    for each in problem.errors:
        name = _INDEX.sub("", each.field)
        faults.setdefault(name if name in names else "", f"{each.problem} {each.expected}")
    return FormRefused(replace(form, faults=faults or {"": problem.detail}), problem.status_code, problem.headers)
