"""Which fields a model has at a place within it, so that a misspelt one can be put right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def fields_at(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Return the names of the fields that can stand in the group at ``location``, as pydantic writes a location."""
    models = [model]
    for part in location:
        if isinstance(part, int):
            continue
        tagged = [each for each in models if _is_tagged(each, part)]
        models = tagged or [inner for each in models for inner in _models_of_field(each, part)] or models
    return list(dict.fromkeys(name for each in models for name in _names(each)))


def models_of_field(model: type[BaseModel], name: str) -> list[type[BaseModel]]:
    """Return the models of the groups that can stand in a field."""
    return list(_models_of_field(model, name))


def shape_of_field(model: type[BaseModel], name: str) -> type | None:
    """Return ``tuple`` for a field that holds a list, ``dict`` for one that holds pairs, None for any other."""
    fields = model.model_fields.items()
    annotation = next((field.annotation for own, field in fields if name in (own, field.alias)), None)
    origin = get_origin(annotation)
    return origin if origin in (tuple, dict) else None


def _names(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name


def _models_of_field(model: type[BaseModel], name: str) -> Iterator[type[BaseModel]]:
    for own_name, field in model.model_fields.items():
        if name in (own_name, field.alias):
            yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Union, UnionType, Annotated, tuple, list, dict):
        for argument in get_args(annotation):
            yield from _models_in(argument)


def _is_tagged(model: type[BaseModel], tag: str) -> bool:
    """Say whether a union tells ``model`` from its other members by ``tag``."""
    literals = (field.annotation for field in model.model_fields.values() if get_origin(field.annotation) is Literal)
    return any(tag in get_args(literal) for literal in literals)
