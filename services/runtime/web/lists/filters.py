"""The filters of a list: made from the shape of what is listed, so that no list lacks one.

A field that holds one value of a kind that can be named has a filter of its own name; given several times, any of the
values fits. One that holds several texts fits where one of them is wanted. The empty value stands for "none". Dates
and instants have ``…_from`` and ``…_to``, both inclusive; an instant has nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from services.runtime.base.validation_messages import Unfit

_UNFILTERED = "unfiltered"
Prose = Annotated[str, _UNFILTERED]
"""A text of which nobody looks for the whole: it has no filter."""
_NONE = ""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEVERAL = 50
"""How many values one filter takes."""


class Filter(NamedTuple):
    """A query parameter, its type, and what it asks of the attribute ``of``."""

    parameter: str
    of: str
    test: Literal["is", "has", "from", "to"]
    annotation: Any

    def fits(self, thing: object, wanted: Any) -> bool:
        """Say whether a thing is among those that ``wanted``, the value of the parameter, asks for."""
        value = getattr(thing, self.of)
        if self.test == "is":
            return value in wanted or (value is None and _NONE in wanted)
        if self.test == "has":
            return any(each in wanted for each in value) or (not value and _NONE in wanted)
        if value is None:
            return False
        return bool(value >= wanted if self.test == "from" else value <= wanted)


def _as_iso(value: Any) -> Any:
    """Refuse what is read as seconds since 1970 otherwise."""
    if isinstance(value, str) and value and not _DAY.match(value):
        raise Unfit(f"“{value[:40]}” is not a date.", "Write it like 2014-09-30, an instant like 2014-09-30T17:00:00Z.")
    return value


_Date = Annotated[date, BeforeValidator(_as_iso)]
_Instant = Annotated[AwareDatetime, BeforeValidator(_as_iso)]


def filters_of(shape: type[BaseModel]) -> dict[str, Filter]:
    """Return the filters of a list of ``shape``, by the name of their parameter."""
    return {each.parameter: each for each in _filters(shape)}


def _filters(shape: type[BaseModel]) -> Iterator[Filter]:
    for attribute, field in shape.model_fields.items():
        name = field.serialization_alias or field.alias or attribute
        kind, nullable = (None, False) if _UNFILTERED in field.metadata else _kind_of(field.annotation)
        if kind in (date, datetime):
            bound: Any = (_Date if kind is date else _Instant) | None
            words = f"Only those with {name} on this {'day' if kind is date else 'instant'} or"
            yield Filter(f"{name}_from", attribute, "from", Annotated[bound, Field(description=f"{words} later.")])
            yield Filter(f"{name}_to", attribute, "to", Annotated[bound, Field(description=f"{words} earlier.")])
        if kind is not None and kind is not datetime:
            several = get_origin(kind) is tuple
            of_one = get_args(kind)[0] if several else kind
            yield Filter(name, attribute, "has" if several else "is", _one_of(name, of_one, nullable or several))


def _one_of(name: str, kind: Any, nullable: bool) -> Any:
    if kind is date:
        kind = _Date
    value: Any = kind | Literal[""] if nullable and kind is not str else kind
    empty = "; empty for none" if nullable else ""
    description = f"Only those with this {name}{empty}. Give it again for more than one."
    values: Any = list[value] | None
    return Annotated[values, Field(max_length=_SEVERAL, description=description)]


def _kind_of(annotation: Any) -> tuple[Any, bool]:
    """Return what a field holds, and whether it may hold nothing; None for what has no filter."""
    if get_origin(annotation) is Annotated:
        kind, *metadata = get_args(annotation)
        return (None, False) if _UNFILTERED in metadata else _kind_of(kind)
    if get_origin(annotation) in (Union, UnionType):
        kinds = [each for each in get_args(annotation) if each is not type(None)]
        nullable = len(kinds) < len(get_args(annotation))
        return (_kind_of(kinds[0])[0], nullable) if len(kinds) == 1 else (None, nullable)
    if annotation == tuple[str, ...]:
        return annotation, False
    named = isinstance(annotation, type) and issubclass(annotation, (str, bool, int, date, Enum))
    return (annotation if named else None), False
