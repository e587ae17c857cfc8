"""From the tree that was read to the entries that are to be carried out, in the order in which they are recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.programme.core.command import Command
from services.programme.core.fields import Ref
from services.programme.file.entries import FileEntry, Unmade
from services.programme.file.faults import Faults
from services.programme.file.history import HistoryReader, does
from services.programme.file.moments import DEFAULT_ZONE, START_OF_DAY, instant_of, zone_of
from services.programme.file.nodes import Mapping, Node, Scalar, Unread
from services.programme.file.people import People
from services.programme.file.sections import AFTER_PEOPLE, BEFORE_PEOPLE, SECTIONS, PersonEntry, items_of
from services.programme.file.shaping import salvaged, shaped
from services.programme.partnership.commands import AppointPerson, FormPartnership


def _enough_of(node: Node) -> FormPartnership | None:
    """Return what can be read of a partnership that does not fit, if that is enough to judge the rest by."""
    readable = salvaged(FormPartnership, node)
    return readable if readable and {"code", "formed_on"} <= readable.model_fields_set else None


@dataclass(slots=True)
class Contents:
    """What a file holds: the partnership's code, its entries, and what its faulty entries would have made."""

    partnership: str
    people: People
    entries: list[FileEntry] = field(default_factory=list)
    unmade: Unmade = field(init=False)

    def __post_init__(self) -> None:
        self.unmade = Unmade(self.partnership)


def contents_of(parts: Mapping, faults: Faults) -> Contents | None:
    """Return what the file holds, with whatever of it could be understood; None where it forms no partnership.

    Even then all of it has been read, and every fault of shape in it noted.
    """
    node = parts.values.get("partnership", Unread(parts.line))
    whole = shaped(FormPartnership, node, "partnership", faults)
    forming = whole or _enough_of(node)
    code = forming.code if forming else "X"
    listed = items_of(parts, "people", faults)
    history = items_of(parts, "history", faults)
    appointed = (node for _, node in history if does(node, AppointPerson.do))
    keys = (_key_of(node) for node in (*(node for _, node in listed), *appointed))
    contents = Contents(code, People(code, keys))
    reader = _Reader(contents, parts, listed, history, forming, faults)
    if forming is not None:
        reader.add(forming, "partnership", node, is_whole=whole is not None)
    reader.read()
    return contents if forming else None


class _Reader:
    """Reads what stands in one file; what stands above the history is recorded in the partnership's first hour."""

    def __init__(
        self,
        contents: Contents,
        parts: Mapping,
        listed: list[tuple[str, Node]],
        history: list[tuple[str, Node]],
        forming: FormPartnership | None,
        faults: Faults,
    ) -> None:
        self._contents = contents
        self._parts = parts
        self._faults = faults
        self._zone = zone_of(forming.timezone if forming else DEFAULT_ZONE)
        self._begins: datetime | None = None
        if forming is not None:
            nine = datetime.combine(forming.formed_on, START_OF_DAY)
            self._begins = instant_of(nine.isoformat(timespec="minutes"), self._zone)
        self._listed = listed
        self._history = history
        self._people = contents.people

    def read(self) -> None:
        """Read every part, so that what an entry speaks of stands before it."""
        self._read_parts(BEFORE_PEOPLE)
        self._read_people()
        self._read_parts(AFTER_PEOPLE)
        history = HistoryReader(self._people, self._zone, self._begins, self._contents.unmade, self._faults)
        for path, node in self._history:
            entry = history.entry(path, node)
            if entry is not None:
                self._contents.entries.append(entry)

    def add(self, command: Command, path: str, node: Node, *, is_whole: bool = True) -> None:
        """Add an entry of the first hour."""
        assert self._begins is not None
        assert isinstance(node, Mapping)
        secretary = self._people.secretary
        self._contents.entries.append(FileEntry(command, secretary, self._begins, path, node, is_whole))

    def _read_parts(self, names: Iterable[str]) -> None:
        for name in names:
            model = SECTIONS[name]
            for path, node in items_of(self._parts, name, self._faults):
                command = shaped(model, node, path, self._faults, self._people.naming_in(model, path, self._faults))
                if command is None:
                    self._contents.unmade.add(node)
                if self._begins is not None and (readable := command or salvaged(model, node)) is not None:
                    self.add(readable, path, node, is_whole=command is not None)

    def _read_people(self) -> None:
        lines: dict[str, int] = {}
        for path, node in self._listed:
            listed = shaped(PersonEntry, node, path, self._faults)
            key = _key_of(node)
            person = self._people.id_of(key)  # nobody's, where the field itself was misspelt
            if key and key in lines:
                self._faults.add(node.line, f"{path}.key", f"the key {key} is given on line {lines[key]} already")
                self._add_readable(salvaged(PersonEntry, node), path, node)
            elif listed is None or person is None or self._begins is None:
                self._contents.unmade.add_person(person or "nobody")
                self._add_readable(salvaged(PersonEntry, node), path, node)
            else:
                appointment = AppointPerson(person=Ref(person), **dict(listed))
                self.add(appointment, path, node)
            lines.setdefault(key, node.line)

    def _add_readable(self, listed: PersonEntry | None, path: str, node: Node) -> None:
        """Add what can be read of a person, so that what it mentions is looked for."""
        if listed is not None and self._begins is not None:
            read = {name: getattr(listed, name) for name in listed.model_fields_set}
            self.add(AppointPerson.model_construct(**read), path, node, is_whole=False)


def _key_of(node: Node) -> str:
    key = node.values.get("key") if isinstance(node, Mapping) else None
    return key.text.strip() if isinstance(key, Scalar) else ""
