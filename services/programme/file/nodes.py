"""A programme file as it was read: values that know their line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Plain = str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: what it means, the text that stands in the file, and its line, counted from 1."""

    line: int
    text: str
    value: Plain


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Values under keys. A key is always the text that stands in the file; it has a line of its own."""

    line: int
    values: dict[str, Node] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """A value that was refused while the file was read; the fault is noted, and nothing more is said of it."""

    line: int


Node = Scalar | Sequence | Mapping | Unread


def children(node: Node) -> Iterator[Node]:
    """Yield the values directly within ``node``."""
    if isinstance(node, Sequence):
        yield from node.items
    elif isinstance(node, Mapping):
        yield from node.values.values()


def holds_unread(node: Node) -> bool:
    """Say whether some value within ``node``, or it itself, was refused."""
    return isinstance(node, Unread) or any(holds_unread(child) for child in children(node))


def plain(node: Node) -> Any:
    """Return what ``node`` holds as JSON has it; a number with decimals as its text, so that none is lost."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.values.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Scalar):
        return node.value if isinstance(node.value, (str, int)) or node.value is None else node.text
    return None
