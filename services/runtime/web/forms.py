"""Forms that lose nothing: what was typed, checked by a model, and shown again with what is wrong beside each field.

A route reads ``form = await submitted(request)``, finds out with ``signed(request, form)`` who sends it, checks it with
``form.checked(Model)`` and, where that or the core refuses, renders its page again with the form that FormRefused
carries. ``forms.html`` has the fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from services.runtime.access.identity import CSRF_FIELD, Caller, check_csrf, session_of, writer_of
from services.runtime.base.problems import Problem
from services.runtime.base.validation_messages import fault_of, without_echoes
from services.runtime.web.error_responses import FORM_TYPES, unsupported_type

Model = TypeVar("Model", bound=BaseModel)
_MANY = (list, tuple, set, frozenset)


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in each field, and a sentence for each that is wrong; under "" what is wrong with the whole."""

    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, **values: str) -> Form:
        """Return a form that nobody has touched, with ``values`` in its fields."""
        return cls({name: (value,) for name, value in values.items()})

    def values(self, name: str) -> Sequence[str]:
        """Return everything that was given under a name: the boxes that are ticked."""
        return self.typed.get(name, ())

    def value(self, name: str) -> str:
        """Return what stands in a field; nothing where nothing does."""
        return self.typed[name][-1] if self.typed.get(name) else ""

    def fault(self, name: str) -> str:
        """Return what is wrong with a field; nothing where nothing is."""
        return self.faults.get(name, "")

    def checked(
        self, model: type[Model], *, missing: Mapping[str, str] | None = None, also: Mapping[str, Any] | None = None
    ) -> Model:
        """Return what was typed as a model. Raises FormRefused.

        A field that was left empty is one that was left out; ``missing`` has the sentence for each that may not be:
        "Enter the date of the meeting." ``also`` is what the model has beside, or in place of, what was typed.
        """
        given: dict[str, Any] = {}
        for name, values in self.typed.items():
            kept = [value.strip() for value in values if value.strip()]
            if kept:
                given[name] = kept if _takes_many(model, name) else kept[-1]
        try:
            return model.model_validate({**given, **(also or {})})
        except ValidationError as error:
            raise FormRefused(self._with(_faults(error, missing or {}))) from None

    def refused(self, problem: Problem, at: str = "") -> FormRefused:
        """Return what to raise where the core refuses: its sentences beside the fields that they name, else ``at``."""
        named = {each.field: f"{each.problem} {each.expected}" for each in problem.errors if each.field in self.typed}
        return FormRefused(self._with(named or {at: problem.detail}), problem.status_code, problem.headers)

    def _with(self, faults: Mapping[str, str]) -> Form:
        return replace(self, faults=faults)


class FormRefused(ValueError):
    """What was typed cannot be taken. Show ``form`` again, with ``status`` and ``headers``."""

    def __init__(self, form: Form, status: int = 422, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(" ".join(form.faults.values()))
        self.form = form
        self.status = status
        self.headers = headers or {}


def signed(request: Request, form: Form) -> Caller:
    """Return who sends a form. Raises FormRefused: 401, or 403 where it is not from a page of their session."""
    session = session_of(request)
    try:
        if session is None:
            return writer_of(request)
        check_csrf(session, form.value(CSRF_FIELD))
    except Problem as problem:
        raise form.refused(problem) from None
    return Caller("person", session=session)


async def submitted(request: Request) -> Form:
    """Read the form that a page posts, without its files. Raises Problem 400 and 415 where it is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in FORM_TYPES:
        raise unsupported_type(request, FORM_TYPES)
    typed: dict[str, list[str]] = {}
    async with request.form() as content:
        for name, value in content.multi_items():
            if isinstance(value, str):
                typed.setdefault(name, []).append(text_as_typed(value))
    return Form(typed)


def text_as_typed(value: str) -> str:
    """Return text with the line ends that it had before a browser sent it, and without what no text can hold."""
    return value.replace("\r\n", "\n").replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _takes_many(model: type[BaseModel], name: str) -> bool:
    of_name = model.model_fields.get(name)
    return of_name is not None and get_origin(of_name.annotation) in _MANY


def _faults(error: ValidationError, missing: Mapping[str, str]) -> dict[str, str]:
    """Return one sentence for each field, in the order of the model's fields."""
    faults: dict[str, str] = {}
    for finding in without_echoes(error.errors()):
        name = str(finding["loc"][0]) if finding["loc"] else ""
        said = fault_of(finding)
        sentence = (
            missing[name] if finding["type"] == "missing" and name in missing else f"{said.problem} {said.expected}"
        )
        faults.setdefault(name, sentence)
    return faults
