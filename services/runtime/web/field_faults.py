"""What pydantic finds wrong with a request, as faults of the fields that people entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.runtime.base.problems import FieldFault
from services.runtime.base.validation_messages import fault_of, without_echoes


def field_faults(errors: Iterable[Any], body: Any) -> list[FieldFault]:
    """Turn pydantic's findings about a request into faults of its fields."""
    found = []
    for error in without_echoes(list(errors)):
        place, *path = error["loc"]
        fault = fault_of(error)
        found.append(
            FieldFault(
                field=field_path(path, body if place == "body" else {}) or str(place),
                place=str(place),
                problem=fault.problem,
                expected=fault.expected,
            )
        )
    return found


def field_path(location: Sequence[str | int], entered: Any) -> str:
    """Write a location as people write it, ``history[3].date``, without the parts that only name a kind of model.

    Pydantic puts the tag of a union's member into the location; no such key stands in what was entered, unless it is
    the last part: a field that is missing.
    """
    path, here = "", entered
    for number, part in enumerate(location):
        if isinstance(part, int):
            path += f"[{part}]"
            here = here[part] if isinstance(here, (list, tuple)) and part < len(here) else None
        elif isinstance(here, Mapping) and part in here:
            path += f".{part}"
            here = here[part]
        elif number == len(location) - 1:
            path += f".{part}"
    return path.removeprefix(".")
