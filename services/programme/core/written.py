"""How a fact is written as the command that it came of: what a programme file that is made from a log consists of.

Each capability says it of its own facts. What it says is tried: deciding has to lead to the very facts again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.envelope import Recorded
from domain.register import Register
from services.programme.core.command import Command

Parts = dict[str, Any]
"""The fields of a command, by their names in a programme file."""


@dataclass(frozen=True, slots=True)
class Following:
    """An event, those that follow it in the log, and the register of what was before it."""

    event: Recorded
    later: Sequence[Recorded]
    before: Register


@dataclass(frozen=True, slots=True)
class Written:
    """One way to write a fact.

    ``names`` are fields of the command whose values the fact has under another name: by the fact's, the command's.
    ``also`` gives what does not stand in the fact under any one name.
    """

    command: type[Command]
    names: Mapping[str, str] = field(default_factory=dict)
    also: Callable[[Following], Parts] = lambda following: {}

    def parts(self, following: Following) -> Parts:
        """Return the fields of the command."""
        given = following.event.fact.model_dump(mode="json", by_alias=True, exclude_none=True)
        named = {self.names.get(name, name): value for name, value in given.items()}
        fields = {each.alias or name for name, each in self.command.model_fields.items()}
        return {name: value for name, value in {**named, **self.also(following)}.items() if name in fields}


def as_named(**names: str) -> Mapping[str, str]:
    """Return the names of fields of a fact with those that the command has for them: ``partner="code"``."""
    return names


def taken_while(following: Following, belongs: Callable[[Recorded], bool]) -> Iterator[Recorded]:
    """Yield the events that follow for as long as they belong to the first."""
    for each in following.later:
        if not belongs(each):
            return
        yield each
