"""Reading a programme file: YAML 1.2, core schema, as a tree of values that know their line.

The parser's events are taken one by one, so nothing here calls itself and nothing is copied: a file cannot exhaust the
stack, and without aliases it cannot grow. Source: YAML 1.2.2; libyaml parses, the meaning of words is our own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import yaml

from services.programme.file.faults import Faults
from services.programme.file.nodes import Mapping, Node, Scalar, Sequence, Unread
from services.programme.file.scalars import meaning
from services.programme.file.source import EMPTY, text_of
from services.programme.file.syntax import line_and_sentence
from services.runtime.base.validation_messages import quoted

DEEPEST = 24
MOST_VALUES = 500_000
LONGEST_KEY = 100
_MERGE = "<<"


def read(content: bytes, faults: Faults) -> Node | None:
    """Return the one value that the file holds, or None where it cannot be read to its end; note every fault."""
    text = text_of(content, faults)
    if text is None:
        return None
    try:
        root = _Tree(faults).grown_from(yaml.parse(text, Loader=yaml.CLoader))
    except yaml.MarkedYAMLError as error:
        line, sentence = line_and_sentence(error, text)
        faults.add(line, "", sentence)
    except _Unreadable:
        pass
    else:
        if root is None:
            faults.add(1, "", EMPTY)
        return root
    return None


class _Unreadable(Exception):
    """Reading stops here; the fault has been noted."""


@dataclass(slots=True)
class _Open:
    """A list or group whose end has not been read yet, and where in it the parser is."""

    node: Mapping | Sequence
    index: int = -1
    key: str = ""
    awaits_value: bool = False

    @property
    def place(self) -> str:
        if isinstance(self.node, Sequence):
            return f"[{self.index}]"
        return f".{self.key}" if self.key else ""


class _Tree:
    """Puts the parser's events together to one value."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._values = 0

    def grown_from(self, events: Iterator[yaml.Event]) -> Node | None:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._begin(event)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self._open.pop()
            elif isinstance(event, yaml.NodeEvent):
                self._take(event)
        return self._root

    def _begin(self, event: yaml.DocumentStartEvent) -> None:
        if self._root is not None:
            self._stop(event, "a second YAML document begins here; a programme file is one document, so leave --- out")
        if event.version not in (None, (1, 2)):
            self._note(event, "the file says that it is not YAML 1.2, as which it is read; leave the line %YAML out")

    def _take(self, event: yaml.NodeEvent) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            self._stop(event, f"the file holds more than {MOST_VALUES:,} values, which no partnership needs")
        within = self._open[-1] if self._open else None
        if within is not None and isinstance(within.node, Mapping) and not within.awaits_value:
            self._take_key(within, within.node, event)
        else:
            self._take_value(within, event)

    def _take_key(self, within: _Open, group: Mapping, event: yaml.NodeEvent) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            what = "an alias" if isinstance(event, yaml.AliasEvent) else "a list or a group"
            self._stop(event, f"{what} stands where a key should; a key is a word with a colon after it")
        key = event.value
        if len(key) > LONGEST_KEY:
            self._stop(event, f"{quoted(key)} stands where a key should, but has {len(key):,} characters")
        within.key, within.awaits_value = key, True
        self._refuse_decoration(event)
        if key == _MERGE and event.implicit[0]:
            self._note(event, "the merge key << is not read here; write the fields out")
        elif key in group.key_lines:
            first = group.key_lines[key]
            self._note(event, f"the key {quoted(key)} stands on line {first} already; each key may stand once")
        group.key_lines.setdefault(key, _line(event))

    def _take_value(self, within: _Open | None, event: yaml.NodeEvent) -> None:
        if within is not None:
            within.index += 1
        node = self._node(event)
        if isinstance(node, (Mapping, Sequence)) and len(self._open) >= DEEPEST:
            self._stop(event, f"values are nested more than {DEEPEST} deep, which no programme file needs")
        if within is None:
            self._root = node
        elif isinstance(within.node, Sequence):
            within.node.items.append(node)
        else:
            within.node.values.setdefault(within.key, node)
            within.awaits_value = False
        if isinstance(node, (Mapping, Sequence)):
            self._open.append(_Open(node))

    def _node(self, event: yaml.NodeEvent) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            self._note(
                event,
                f"the alias {quoted(f'*{event.anchor}')} is not read here; write the value out, or put text that begins"
                " with * in quotes",
            )
            return Unread(line)
        assert isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent))
        has_tag = self._refuse_decoration(event)
        if isinstance(event, yaml.CollectionStartEvent):
            return Mapping(line) if isinstance(event, yaml.MappingStartEvent) else Sequence(line)
        if has_tag:
            return Unread(line)
        return Scalar(line, event.value, event.value if event.style else meaning(event.value))

    def _refuse_decoration(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> bool:
        """Note an anchor or a tag; say whether there is a tag, so that what the value means is not known."""
        if event.anchor is not None:
            self._note(event, f"the anchor {quoted(f'&{event.anchor}')} is not read here; leave it out")
        if event.tag is not None:
            self._note(event, f"the tag {quoted(event.tag)} is not read here; leave it out")
        return event.tag is not None

    def _note(self, event: yaml.Event, problem: str) -> None:
        self._faults.add(_line(event), "".join(each.place for each in self._open).removeprefix("."), problem)

    def _stop(self, event: yaml.Event, problem: str) -> NoReturn:
        self._note(event, problem)
        raise _Unreadable


def _line(event: yaml.Event) -> int:
    assert event.start_mark is not None
    return event.start_mark.line + 1
