"""Everything that an entry mentions and that is not there: told at once, beside whatever else is wrong with it.

Deciding stops at the first thing that it cannot find; somebody who mends a file wants to hear of all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts.references import full
from domain.register import Register
from services.programme.capabilities import CAPABILITIES
from services.programme.core import lookup
from services.programme.core.command import Command, Fields
from services.programme.core.decider import Refused
from services.programme.core.full_references import with_full_references
from services.programme.core.lookup import Finding

_FOUND_BY: Mapping[str, Finding] = {
    "quarter": lookup.quarter,
    **{field: find for capability in CAPABILITIES for field, find in capability.mentions.items()},
}
"""By the name of a field, what finds the thing that it names."""


def not_there(
    register: Register, command: Command, forward_references: frozenset[str], is_unmade: Callable[[str], bool]
) -> list[Refused]:
    """Return a refusal for each thing that ``command`` mentions and that neither is there nor comes with the file.

    Only fields that were given are looked at, so a command of which some could not be read can be judged too. What a
    faulty entry would have made, as ``is_unmade`` says, is not missed.
    """
    command = with_full_references(command, register.code)
    search = _Search(register, forward_references, is_unmade, own=_own(register, command))
    search.within(command)
    return search.missing


def _own(register: Register, command: Command) -> str:
    """Return how the references of the parts of what is new begin: a project's milestones may name each other."""
    new = getattr(command, command.gives, None)
    return f"{full(register.code, new)}-" if new else "\0"


class _Search:
    def __init__(
        self, register: Register, forward_references: frozenset[str], is_unmade: Callable[[str], bool], *, own: str
    ) -> None:
        self.missing: list[Refused] = []
        self._register = register
        self._forward_references = forward_references
        self._is_unmade = is_unmade
        self._own = own

    def within(self, entry: Fields, path: str = "") -> None:
        for name in type(entry).model_fields:
            if name in entry.model_fields_set and name != entry.gives:
                self._look(name, getattr(entry, name), f"{path}{name}")

    def _look(self, name: str, value: Any, path: str) -> None:
        if isinstance(value, Fields):
            self.within(value, f"{path}.")
        elif isinstance(value, tuple):
            for number, each in enumerate(value):
                self._look(name, each, f"{path}[{number}]")
        elif isinstance(value, dict):
            for key in value:
                self._look(name, key, f"{path}.{key}")
        elif isinstance(value, str) and name in _FOUND_BY and not self._may_be_missing(value):
            try:
                _FOUND_BY[name](self._register, value, path)
            except Refused as refused:
                self.missing.append(refused)

    def _may_be_missing(self, named: str) -> bool:
        return named in self._forward_references or named.startswith(self._own) or self._is_unmade(named)
