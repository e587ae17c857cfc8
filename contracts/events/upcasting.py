"""Lifting facts that were written in an older schema version to the present one.

An upcaster takes the data of version n and returns the data of version n + 1. Old events stay in the log as they were
written; their bytes, and so the chain, never change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Data = dict[str, Any]
Upcasters = Mapping[str, tuple[str, Callable[[Data], Data]]]

UPCASTERS: Upcasters = {}
"""From an old type to the type after it and the function that lifts its data. Empty: every schema is at version 1."""


def lift(type_name: str, data: Data, upcasters: Upcasters = UPCASTERS) -> tuple[str, Data]:
    """Return the present type and data of a fact, however old the version it was written in."""
    while type_name in upcasters:
        type_name, upcast = upcasters[type_name]
        data = upcast(data)
    return type_name, data
