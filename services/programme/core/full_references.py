"""Making short references full: ``P03-M02`` becomes ``LAP-P03-M02`` wherever it stands in a command."""

from __future__ import annotations

from typing import Any, TypeVar

from contracts.references import full
from services.programme.core.command import Fields
from services.programme.core.fields import LONGEST_REFERENCE, Ref

AnyEntry = TypeVar("AnyEntry", bound=Fields)


def with_full_references(entry: AnyEntry, partnership: str) -> AnyEntry:
    """Return ``entry`` with the partnership in front of every reference. Fields that were not given stay so."""
    changed = {}
    for name in entry.model_fields_set:
        before = getattr(entry, name)
        after = _full(before, partnership)
        if after is not before:
            changed[name] = after
    return entry.model_copy(update=changed) if changed else entry


def _full(value: Any, partnership: str) -> Any:
    match value:
        case Ref():
            reference = full(partnership, value)
            # Nothing has a longer reference than a reference can be: as it was written, it names nothing just as well.
            return Ref(reference) if len(reference) <= LONGEST_REFERENCE else value
        case Fields():
            return with_full_references(value, partnership)
        case tuple():
            return tuple(_full(each, partnership) for each in value)
        case dict():
            return {_full(key, partnership): _full(each, partnership) for key, each in value.items()}
        case _:
            return value
