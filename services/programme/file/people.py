"""The people of a programme file: each is called by a key there, and by an opaque id everywhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from services.programme.core.command import Fields
from services.programme.file.faults import Faults
from services.programme.file.fields import models_of_field, shape_of_field
from services.programme.file.nodes import Mapping, Node, Scalar, Sequence, plain
from services.programme.file.spelling import suggestion
from services.runtime.base.validation_messages import quoted

SECRETARY = "secretary"
SOMEBODY = "U0"
"""Stands for a person whose key nobody has: a well-formed id, so that the one fault is not told twice."""


class People:
    """Who is called by which key. The secretary is there without being listed; the others are counted in file order."""

    def __init__(self, partnership: str, keys: Iterable[str]) -> None:
        others = dict.fromkeys(key for key in keys if key not in ("", SECRETARY))
        numbered = enumerate([SECRETARY, *others], start=1)
        self._ids = {key: f"{partnership}-U{number:03d}" for number, key in numbered}
        self._keys = {given: key for key, given in self._ids.items()}
        self._id = re.compile(rf"\b{re.escape(partnership)}-U\d+\b")
        self._somebody = re.compile(rf"\b({re.escape(partnership)}-)?{SOMEBODY}\b")

    @classmethod
    def secretary_of(cls, partnership: str) -> str:
        """Return the id of a partnership's secretary."""
        return cls(partnership, ()).secretary

    @property
    def secretary(self) -> str:
        """The id of the secretary."""
        return self._ids[SECRETARY]

    def id_of(self, key: str) -> str | None:
        """Return the id of the person called ``key``."""
        return self._ids.get(key)

    def is_id(self, text: str) -> bool:
        """Say whether ``text`` is the id of one of them."""
        return text in self._keys

    def by_key(self, sentence: str) -> str:
        """Return a sentence with the keys of people in the place of their ids, as the file calls them."""
        return self._id.sub(lambda found: self._keys.get(found[0], found[0]), sentence)

    def is_nobodys(self, sentence: str) -> bool:
        """Say whether a sentence is about somebody whose key nobody has: that has been told."""
        return self._somebody.search(sentence) is not None

    def nobody(self, key: str) -> str:
        """Return the sentence that nobody is called ``key``, and who perhaps was meant."""
        return f"nobody listed under people has the key {quoted(key)}; {suggestion(key, list(self._ids))}"

    def naming_in(self, model: type[Fields], path: str, faults: Faults) -> Callable[[Mapping], None]:
        """Return what puts ids in the place of keys wherever the entry at ``path``, a ``model``, names people.

        It notes every key that nobody has. Done a second time it changes nothing.
        """
        naming = _Naming(self, faults)
        return lambda entry: naming.within(model, entry, path)


@cache
def _places(model: type[Fields]) -> tuple[list[tuple[str, type | None]], list[tuple[str, type[Fields]]]]:
    """Return the fields of ``model`` in which people are named, with their shapes, and those that hold groups."""
    keys = [field.alias or name for name, field in model.model_fields.items()]
    nested = [(key, inner) for key in keys for inner in models_of_field(model, key) if issubclass(inner, Fields)]
    return [(name, shape_of_field(model, name)) for name in model.people], nested


class _Naming:
    """Puts ids in the place of keys, in the shapes in which people are named."""

    def __init__(self, people: People, faults: Faults) -> None:
        self._people = people
        self._faults = faults

    def within(self, model: type[Fields], group: Mapping, path: str) -> None:
        """Put them in the fields that name people, in this group and in the groups within it."""
        named, nested = _places(model)
        for name, shape in named:
            put = self.in_list if shape is tuple else self.in_pairs if shape is dict else self.in_field
            put(group, name, path)
        for name, inner in nested:
            if name in group.values:
                self._within_groups(inner, group.values[name], f"{path}.{name}")

    def _within_groups(self, model: type[Fields], node: Node, path: str) -> None:
        if isinstance(node, Mapping):
            self.within(model, node, path)
        elif isinstance(node, Sequence):
            for number, item in enumerate(node.items):
                self._within_groups(model, item, f"{path}[{number}]")

    def in_field(self, group: Mapping, name: str, path: str) -> None:
        if name in group.values:
            group.values[name] = self._named(group.values[name], f"{path}.{name}")

    def in_list(self, group: Mapping, name: str, path: str) -> None:
        listed = group.values.get(name)
        if isinstance(listed, Sequence):
            for number, item in enumerate(listed.items):
                listed.items[number] = self._named(item, f"{path}.{name}[{number}]")

    def in_pairs(self, group: Mapping, name: str, path: str) -> None:
        pairs = group.values.get(name)
        if isinstance(pairs, Mapping):
            absent_and_present = list(pairs.values.items())
            pairs.values.clear()
            for absent, present in absent_and_present:
                place = f"{path}.{name}.{absent}"
                line = pairs.key_lines[absent]
                key = str(plain(self._named(Scalar(line, absent, absent), place)))
                pairs.values[key] = self._named(present, place)
                pairs.key_lines[key] = line

    def _named(self, node: Node, path: str) -> Node:
        if not isinstance(node, Scalar) or node.value is None or self._people.is_id(node.text):
            return node
        found = self._people.id_of(node.text)
        if found is None:
            self._faults.add(node.line, path, self._people.nobody(node.text))
        return Scalar(node.line, node.text, found or SOMEBODY)
