"""Fitting a group of fields from the file to a model, with a fault for every field that does not fit.

What is merely misspelt is noted and then read as it was meant, so that it does not bring forth faults further down.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Sequence as Location
from functools import cache
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from services.programme.file.faults import Faults
from services.programme.file.fields import fields_at, models_of_field
from services.programme.file.nodes import Mapping, Node, Scalar, Sequence, holds_unread, plain
from services.programme.file.spelling import nearest, suggestion
from services.runtime.base.validation_messages import fault_of, quoted, without_echoes

Model = TypeVar("Model", bound=BaseModel)


def shaped(
    model: type[Model], node: Node, path: str, faults: Faults, prepare: Callable[[Mapping], None] | None = None
) -> Model | None:
    """Return ``node`` as a ``model``, None where it does not fit; note every fault in it.

    The group may be changed: a misspelt key gets its right name. ``prepare`` is called with the group before it is
    fitted, and again whenever it was changed.
    """
    if holds_unread(node):
        return None
    if not isinstance(node, Mapping):
        faults.add(node.line, path, f"{_told(node)} is not a group of fields; write fields such as title: … below it")
        return None
    while True:
        if prepare is not None:
            prepare(node)
        try:
            return model.model_validate_json(json.dumps(plain(node)), strict=True)
        except ValidationError as error:
            errors = without_echoes(error.errors(include_url=False))
        mended = [_mended(model, node, each, path, faults) for each in errors]
        if not any(mended):
            for each in errors:
                found = fault_of(each)
                faults.add(*place_of(node, each["loc"], path), f"{found.problem} {found.expected}")
            return None


def salvaged(model: type[Model], node: Node) -> Model | None:
    """Return a ``model`` with that alone which can be read, for a group that does not fit; None without any.

    The same holds for the groups and lists within it.
    """
    if not isinstance(node, Mapping):
        return None
    read: dict[str, object] = {}
    for name, field in model.model_fields.items():
        value = node.values.get(field.alias or name)
        if value is not None and (readable := _readable(model, name, value)) is not None:
            read[name] = readable
    return model.model_construct(_fields_set=set(read), **read) if read else None


def _readable(model: type[BaseModel], name: str, node: Node) -> object | None:
    """Return what can be read of the value of a field, None where nothing can."""
    whole = _fitted(model, name, node)
    if whole is not None:
        return whole
    inner = models_of_field(model, name)
    within = inner[0] if len(inner) == 1 else None
    if isinstance(node, Sequence):
        items = [_fitted(model, name, Sequence(node.line, [item])) for item in node.items]
        salvage = [salvaged(within, item) if within else None for item in node.items]
        pairs = zip(items, salvage, strict=True)
        return tuple(item[0] if isinstance(item, tuple) else part for item, part in pairs if item or part) or None
    if isinstance(node, Mapping) and within is not None:
        return salvaged(within, node)
    if isinstance(node, Mapping):
        single = (_fitted(model, name, Mapping(node.line, {key: value})) for key, value in node.values.items())
        return {key: value for each in single if isinstance(each, dict) for key, value in each.items()} or None
    return None


def _fitted(model: type[BaseModel], name: str, node: Node) -> object | None:
    """Return a value as it fits a field of ``model``, None where it does not."""
    if holds_unread(node):
        return None
    try:
        return _adapter(model, name).validate_json(json.dumps(plain(node)), strict=True)
    except ValidationError:
        return None


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[object]:
    return TypeAdapter(model.model_fields[name].rebuild_annotation())


def place_of(node: Mapping, location: Location[str | int], path: str) -> tuple[int, str]:
    """Return the line and the path of a location within ``node``, which stands at ``path``.

    Pydantic puts names of union members and of validators into a location; no such key stands in the file, unless it is
    the last one: a field that is missing.
    """
    here: Node | None = node
    line = node.line
    for number, part in enumerate(location):
        if isinstance(part, int) and isinstance(here, Sequence) and part < len(here.items):
            here, path = here.items[part], f"{path}[{part}]"
            line = here.line
        elif isinstance(here, Mapping) and (key := _key_meant(here, str(part))) is not None:
            line, path = here.key_lines[key], f"{path}.{key}"
            here = here.values[key]
        elif number == len(location) - 1 and isinstance(part, str) and isinstance(here, Mapping):
            path = f"{path}.{part}"
    return line, path.removeprefix(".")


def _key_meant(group: Mapping, key: str) -> str | None:
    """Return the key as it stands in the file, where a reference may have been written for short."""
    if key in group.values:
        return key
    return next((each for each in group.values if key.endswith(f"-{each}")), None)


def _mended(model: type[BaseModel], node: Mapping, error: ErrorDetails, path: str, faults: Faults) -> bool:
    """Put right what can be, so that the rest can be judged; say whether something was."""
    *parents, last = error["loc"] or ("",)
    group = _at(node, parents)
    if error["type"] == "extra_forbidden" and isinstance(group, Mapping) and last in group.values:
        _mend_unknown_key(fields_at(model, parents), group, str(last), place_of(node, error["loc"], path), faults)
        return True
    value = _at(node, error["loc"])
    if error["type"] == "string_type" and isinstance(value, Scalar) and type(value.value) is int:
        _replace(group, last, Scalar(value.line, value.text, value.text))
        return True
    return False


def _mend_unknown_key(known: list[str], group: Mapping, key: str, place: tuple[int, str], faults: Faults) -> None:
    value = group.values.pop(key)
    if faults.full:
        faults.add(*place, "there is no such field here")
        return
    faults.add(*place, f"there is no field {quoted(key)} here; {suggestion(key, known)}")
    meant = nearest(key, known)
    if meant is not None and meant not in group.values:
        group.values[meant] = value
        group.key_lines[meant] = group.key_lines[key]


def _at(node: Node, location: Location[str | int]) -> Node:
    """Return the value at a location, passing over its parts that only name a member of a union."""
    for part in location:
        if isinstance(part, int) and isinstance(node, Sequence) and part < len(node.items):
            node = node.items[part]
        elif isinstance(node, Mapping) and part in node.values:
            node = node.values[str(part)]
    return node


def _replace(group: Node, key: str | int, value: Node) -> None:
    if isinstance(group, Sequence) and isinstance(key, int):
        group.items[key] = value
    elif isinstance(group, Mapping):
        group.values[str(key)] = value


def _told(node: Node) -> str:
    return quoted(node.value) if isinstance(node, Scalar) else "A list" if isinstance(node, Sequence) else "This"
