"""The entries of a programme file: each one a command, by somebody, at a moment."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.references import full, short
from domain.register import Register
from services.programme.core import lookup
from services.programme.core.command import Command
from services.programme.core.commands import COMMANDS
from services.programme.core.decider import ImpossibleDate, NotAllowed, Refused
from services.programme.file.nodes import Mapping, Node, Scalar, children
from services.programme.partnership.commands import AppointPerson


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A command as it stands in the file: who asked for it, when, and the group of fields it was read from.

    ``actor`` is the id of a person. ``is_whole`` unless some of its fields could not be read: its command then has the
    others alone, and nobody knows what was meant.
    """

    command: Command
    actor: str
    at: datetime
    path: str
    node: Mapping
    is_whole: bool = True


class Unmade:
    """What the file's faulty entries would have brought into being, or a step further.

    An entry that cannot be carried out and speaks of one of these is not told to have a fault of its own.
    """

    def __init__(self, partnership: str) -> None:
        self._partnership = partnership
        self._codes: set[str] = set()
        self._steps: set[str] = set()

    def add(self, node: Node) -> None:
        """Note what an entry with these fields, and perhaps ``do``, would have done."""
        self._codes.update(_codes_given(node, ""))
        self._add_step(_text(node, "do"), node)

    def add_refused(self, entry: FileEntry, register: Register) -> None:
        """Note what a refused entry would have done, as far as nothing else has done it."""
        if isinstance(entry.command, AppointPerson):
            self.add_person(entry.command.person or "")
        self._add_step(entry.command.do, entry.node)
        self._add_effect(entry.node)
        codes = set(_codes_given(entry.node, ""))
        self._codes.update(code for code in codes if not lookup.is_known(register, full(self._partnership, code)))

    def add_person(self, person: str) -> None:
        """Note that a person cannot be appointed."""
        self._codes.add(short(self._partnership, person))

    def includes(self, word: str) -> bool:
        """Say whether ``word`` is the reference of something that a faulty entry would have made."""
        return bool(self._codes) and self._is_unmade(word)

    def may_explain(self, refused: Refused, entry: FileEntry) -> bool:
        """Say whether ``entry`` may be refused only for want of what a faulty entry would have done.

        Who may do something, and which dates can be, does not hang on how far a project or a meeting has come.
        """
        if not self._codes and not self._steps:
            return False
        words = (entry.actor, *_words(entry.node))
        if any(self._is_unmade(word) for word in words):
            return True
        hangs_on_steps = not isinstance(refused, NotAllowed | ImpossibleDate)
        return hangs_on_steps and any(self._speaks_of(self._steps, word) for word in words)

    def _add_step(self, do: str, node: Node) -> None:
        command = COMMANDS.get(do)
        reference = _text(node, command.concerns or "") if command is not None and command.is_step else ""
        if reference:
            self._steps.add(short(self._partnership, reference))

    def _add_effect(self, node: Node) -> None:
        """Note what the effect of a refused decision would have changed: the next step cannot be taken without it."""
        effect = node.values.get("effect") if isinstance(node, Mapping) else None
        for part in children(effect) if effect is not None else ():
            reference = _text(part, "project")
            if reference:
                self._steps.add(short(self._partnership, reference))

    def _is_unmade(self, word: str) -> bool:
        return self._speaks_of(self._codes, word)

    def _speaks_of(self, codes: Container[str], word: str) -> bool:
        code = short(self._partnership, word)
        return code in codes or code.rsplit("-", 1)[0] in codes


def _codes_given(node: Node, owner: str) -> Iterator[str]:
    """Yield the codes that a group and the groups within it give, each also with its owner's before it."""
    code = _text(node, "code")
    if code:
        yield code
        yield f"{owner}-{code}"
    for child in children(node):
        yield from _codes_given(child, code or _text(node, "project") or owner)


def _words(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield from {node.text, str(node.value)}
    elif isinstance(node, Mapping):
        yield from node.values
    for child in children(node):
        yield from _words(child)


def _text(node: Node, key: str) -> str:
    value = node.values.get(key) if isinstance(node, Mapping) else None
    return value.text if isinstance(value, Scalar) else ""
