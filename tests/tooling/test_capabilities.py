"""A capability carries everything of its own: what has to be told of it elsewhere is three lists, and no more.

Counted are files that name a capability's modules, or its part of the register, and stand in no capability's own
package: what has a list of the capabilities, and what is about some of them, such as the figures.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from contracts.envelope import Position
from contracts.events import CAPABILITIES
from contracts.events.effects import Effect
from domain.register import Register
from services.programme.capabilities import CAPABILITIES as DESCRIPTIONS
from services.programme.core.command import commands_in
from services.programme.core.decider import EFFECT_RULES, RULES
from tests.tooling.repository import files, text_of

PRODUCT = ("contracts/", "domain/", "services/")
ROOMS_OF_CAPABILITIES = ("contracts/", "domain/", "services/programme/", "services/reporting/pack/")
LISTS = {
    Path("contracts/events/__init__.py"),
    Path("domain/register/__init__.py"),
    Path("services/reporting/pack/parts.py"),
}
"""Where a capability is told of: its name, its part of the register, the places of its parts in the pack."""

BESIDE = {
    "partnership": 18,
    "partners": 14,
    "commitments": 6,
    "projects": 11,
    "capacity": 1,
    "returns": 6,
    "board": 7,
    "decisions": 4,
    "risks": 0,
}
"""How many other files of the rooms in which capabilities have packages name one, at most. A number may fall.

What is new has none.
"""

PAGES_OVER_ALL = ("services/programme/home/", "services/programme/office/")
"""Pages about what several capabilities ask of one person: each line is a capability's, the page is nobody's."""


def names(source: str, capability: str) -> bool:
    """Say whether a module of Python imports from a capability's modules, or reads its part of the register."""
    own = re.compile(rf"(contracts\.events|domain\.register|services\.\w+(\.pack)?)\.{capability}(\..*)?")
    parts = parts_of_the_register()[capability]
    tree = ast.parse(source)
    return any(own.fullmatch(each) for each in _imported(tree)) or not parts.isdisjoint(_read_of_the_register(tree))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _read_of_the_register(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            whose = node.value
            if "register" in (getattr(whose, "id", None), getattr(whose, "attr", None)):
                yield node.attr


@cache
def parts_of_the_register() -> dict[str, set[str]]:
    """Return, by capability, the fields of the register that hold what its module defines."""
    parts: dict[str, set[str]] = {capability: set() for capability in CAPABILITIES}
    for field, hint in get_type_hints(Register, localns={"Position": Position}).items():
        for held in _classes(hint):
            room, _, module = held.__module__.rpartition(".")
            if room == "domain.register" and module in parts:
                parts[module].add(field)
    return parts


def _classes(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and not get_args(hint):
        yield hint
    for argument in get_args(hint):
        yield from _classes(argument)


def is_own(file: Path) -> bool:
    """Say whether a file stands in some capability's package, or is its module."""
    return not {*file.parts[:-1], file.stem}.isdisjoint(CAPABILITIES)


def told_of_in(rooms: tuple[str, ...], capability: str) -> set[Path]:
    """Return the files in no capability's package that name this one."""
    among = (file for file in files() if file.suffix == ".py" and file.as_posix().startswith(rooms))
    return {file for file in among if not is_own(file) and names(text_of(file) or "", capability)}


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("from contracts.events.risks import RiskRaised", True),
        ("from contracts.events import board, risks", True),
        ("from services.programme.risks import commands", True),
        ("import services.reporting.pack.risks.since", True),
        ("count = len(briefing.register.risks)", True),
        ("for each in register.risks: print(each)", True),
        ("from contracts.events.returns import ReturnSubmitted", False),
        ("'register.risks, said in a text'  # from contracts.events import risks", False),
        ("figures.risks", False),
    ],
)
def test_what_counts_as_naming_a_capability(source: str, named: bool) -> None:
    assert names(source, "risks") is named


def test_a_capability_on_which_nothing_else_builds_is_told_of_in_three_lists_of_the_whole_product() -> None:
    """Wherever every capability has to be told of, risks would have to be too."""
    assert told_of_in(PRODUCT, "risks") == LISTS


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_no_further_file_has_to_know_a_capability(capability: str) -> None:
    beside = {
        file
        for file in told_of_in(ROOMS_OF_CAPABILITIES, capability) - LISTS
        if not file.as_posix().startswith(PAGES_OVER_ALL)
    }
    assert len(beside) <= BESIDE.get(capability, 0), sorted(map(str, beside))


def test_every_command_has_one_rule_and_every_grant_is_for_a_command_of_its_capability() -> None:
    commands = [command for each in DESCRIPTIONS for command in commands_in(each.commands)]
    assert sorted(command.do for command in commands) == sorted(command.do for command in RULES)
    for each in DESCRIPTIONS:
        assert set(each.grants) <= set(commands_in(each.commands))


def test_every_effect_of_a_decision_can_be_carried_out() -> None:
    effects = {
        held for hint in get_type_hints(Effect).values() for held in _classes(hint) if hasattr(held, "model_fields")
    }
    assert effects
    assert effects == set(EFFECT_RULES)
