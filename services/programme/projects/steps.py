"""Commands that come from places of a file: in their order, each with what is wrong at the place that it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import ValidationError

from services.programme.core.command import Command
from services.programme.core.decider import Refused
from services.programme.sheets.cells import CellFault
from services.runtime.base.validation_messages import as_sentence, fault_of, without_echoes


@dataclass(frozen=True, slots=True)
class Step:
    """A command, where it comes from, and the places of its fields: by their paths, ``milestones[3]`` or ``due``."""

    command: Command
    place: str
    places: Mapping[str, str]

    def fault(self, refused: Refused) -> CellFault:
        """Return why the command is refused, at the place that it is about."""
        return CellFault(_place_of(refused.field, self.places, self.place), as_sentence(refused.problem))


class Unfitting(ValueError):
    """What stands at some places makes no command; ``faults`` says why."""

    def __init__(self, faults: Sequence[CellFault]) -> None:
        super().__init__(" ".join(map(str, faults)))
        self.faults = tuple(faults)


def step(command: type[Command], given: Mapping[str, Any], place: str, places: Mapping[str, str]) -> Step:
    """Return the step of a command with these fields. Raises Unfitting."""
    try:
        return Step(command.model_validate(given), place, places)
    except ValidationError as error:
        raise Unfitting(
            [
                CellFault(_place_of(_path(finding["loc"]), places, place), *fault_of(finding))
                for finding in without_echoes(error.errors())
            ]
        ) from None


class Circle(ValueError):
    """Some things depend on each other in a circle; ``way`` goes along it, the first of them once more at its end."""

    def __init__(self, way: Sequence[str]) -> None:
        super().__init__(f"These depend on each other in a circle: {' → '.join(way)}.")
        self.way = tuple(way)


def ordered(depends_on: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the keys, each behind those that it depends on; what is no key is left aside. Raises Circle."""
    graph = {key: [each for each in before if each in depends_on] for key, before in depends_on.items()}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise Circle(error.args[1]) from None


def _path(location: Sequence[int | str]) -> str:
    """Return the path of a place in a command, as refusals write it: ``milestones[3].due``."""
    path = ""
    for each in location:
        path += f"[{each}]" if isinstance(each, int) else f".{each}" if path else each
    return path


def _place_of(path: str, places: Mapping[str, str], otherwise: str) -> str:
    """Return the place of the longest beginning of a path that has one."""
    while path:
        if path in places:
            return places[path]
        path = path[: max(path.rfind("["), path.rfind("."), 0)]
    return otherwise
