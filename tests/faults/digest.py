"""A register written out in full, so that two of them can be compared from different processes."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from domain.register import Register


def written_out(register: Register) -> str:
    """Return every field of a register, a line each, in an order that depends on nothing else."""
    return "\n".join(f"{path}: {value}" for path, value in _lines("register", register))


def _lines(path: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Enum):
        return [(path, str(value.value))]
    if is_dataclass(value):
        return [line for each in fields(value) for line in _lines(f"{path}.{each.name}", getattr(value, each.name))]
    if isinstance(value, Mapping):
        return [line for key in sorted(value, key=str) for line in _lines(f"{path}[{key}]", value[key])]
    if isinstance(value, AbstractSet):
        return [(path, ", ".join(sorted(map(str, value))))]
    if isinstance(value, (list, tuple)):
        return [line for number, each in enumerate(value) for line in _lines(f"{path}[{number}]", each)]
    return [(path, str(value))]
