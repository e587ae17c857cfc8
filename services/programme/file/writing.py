"""A whole partnership as a programme file: made from its log, and from the directory for names and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic.fields import FieldInfo

from contracts.envelope import Recorded
from contracts.references import short
from services.programme.core.command import Command, Fields
from services.programme.core.fields import Ref
from services.programme.file.moments import START_OF_DAY, instant_of, written, zone_of
from services.programme.file.of_log import LogEntry, entries_of
from services.programme.file.people import SECRETARY, People
from services.programme.file.sections import AFTER_PEOPLE, BEFORE_PEOPLE, FORMAT, SECTIONS, PersonEntry
from services.programme.file.yaml_text import yaml_of
from services.runtime.access.directory import DirectoryEntry

_NO_NAME = "A former colleague"
_PEOPLE = "people"
_APPOINTS = "appoint_person"
_IN_ORDER = (*BEFORE_PEOPLE, _PEOPLE, *AFTER_PEOPLE)
"""The parts above the history, in the order in which they are recorded when the file is read."""
_PART_OF = {**{command.do: name for name, command in SECTIONS.items()}, _APPOINTS: _PEOPLE}
"""By the name of a command, the part in which it stands above the history."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A programme file; ``inexact`` counts its entries that do not lead to the very facts of the log."""

    text: str
    entries: int
    inexact: int


def written_file(events: Sequence[Recorded], directory: Mapping[str, DirectoryEntry]) -> WrittenFile:
    """Return the file that, brought in where nothing is, makes a partnership as ``events`` made it."""
    forming, *others = entries_of(events)
    writer = _Writer(events[0].partnership, forming.command, directory, others)
    parts = {"format": FORMAT, "partnership": writer.plain(forming.command), **writer.sections(), **writer.history()}
    return WrittenFile(yaml_of(parts), len(others), sum(not each.is_exact for each in others))


class _Writer:
    def __init__(
        self,
        partnership: str,
        forming: Any,
        directory: Mapping[str, DirectoryEntry],
        entries: Sequence[LogEntry],
    ) -> None:
        self._partnership = partnership
        self._zone: ZoneInfo = zone_of(forming.timezone)
        nine = datetime.combine(forming.formed_on, START_OF_DAY)
        self._begins = instant_of(nine.isoformat(timespec="minutes"), self._zone)
        self._directory = directory
        self._entries = entries
        self._keys = self._keyed(entries)
        self._above = self._number_above(entries)

    def sections(self) -> dict[str, list[Any]]:
        """Return what stands above the history."""
        found: dict[str, list[Any]] = {name: [] for name in _IN_ORDER}
        for entry in self._entries[: self._above]:
            found[_PART_OF[entry.command.do]].append(self._section(entry.command))
        if not self._appoints_the_secretary() and (known := self._known(People.secretary_of(self._partnership))):
            found[_PEOPLE].insert(0, {"key": SECRETARY, **known, "roles": [SECRETARY]})
        return {name: listed for name, listed in found.items() if listed}

    def history(self) -> dict[str, list[Any]]:
        """Return what was entered afterwards."""
        entered = [self._entry(each) for each in self._entries[self._above :]]
        return {"history": entered} if entered else {}

    def plain(self, value: Any) -> Any:
        """Return a value of a command as a file has it: people by their keys, references without the partnership.

        What a field holds where it is left out is left out.
        """
        if isinstance(value, Fields):
            fields = type(value).model_fields.items()
            given = ((field, field.alias or name, getattr(value, name)) for name, field in fields)
            return {name: self.plain(each) for field, name, each in given if not _is_default(field, each)}
        if isinstance(value, tuple):
            return [self.plain(each) for each in value]
        if isinstance(value, dict):
            return {self.plain(key): self.plain(each) for key, each in value.items()}
        return self._plain_value(value)

    def _plain_value(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return self._keys.get(value) or short(self._partnership, value)
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, datetime | time):
            return value.isoformat(timespec="seconds" if value.second else "minutes")
        return value

    def _entry(self, entry: LogEntry) -> dict[str, Any]:
        at = written(max(entry.at, self._begins), self._zone)
        fields = self._section(entry.command)
        return {"at": at, "by": self._keys[entry.actor], "do": entry.command.do, **fields}

    def _section(self, command: Command) -> Any:
        plain = self.plain(command)
        if command.do != _APPOINTS:
            return plain
        person = _appointed(command)
        known = self._known(person) or {"name": _NO_NAME}
        of_roles = {name: value for name, value in plain.items() if name in PersonEntry.model_fields}
        return {**of_roles, "key": self._keys[person], **known, "roles": plain.get("roles", [])}

    def _known(self, person: str) -> dict[str, str]:
        entry = self._directory.get(person)
        if entry is None or not entry.name:
            return {}
        return {"name": entry.name, **({"email": entry.email} if entry.email else {})}

    def _keyed(self, entries: Iterable[LogEntry]) -> dict[str, str]:
        """Return the keys of people by their ids: the directory's, else made of the id."""
        secretary = People.secretary_of(self._partnership)
        appointed = [_appointed(each.command) for each in entries if each.command.do == _APPOINTS]
        given = {each.person_id: each.key for each in self._directory.values() if each.key}
        taken = {SECRETARY, *given.values()}
        keys = {secretary: SECRETARY}
        for person in dict.fromkeys([*appointed, *self._directory]):
            if person != secretary:
                keys[person] = given.get(person) or _free(short(self._partnership, person).lower(), taken)
        return keys

    def _number_above(self, entries: Sequence[LogEntry]) -> int:
        """Return how many of the entries, from the first on, can stand above the history."""
        reached, secretary = 0, People.secretary_of(self._partnership)
        for number, entry in enumerate(entries):
            part = _PART_OF.get(entry.command.do)
            if entry.at != self._begins or entry.actor != secretary or part not in _IN_ORDER[reached:]:
                return number
            reached = _IN_ORDER.index(part)
        return len(entries)

    def _appoints_the_secretary(self) -> bool:
        secretary = People.secretary_of(self._partnership)
        appointed = (_appointed(each.command) for each in self._entries if each.command.do == _APPOINTS)
        return secretary in appointed


def _is_default(field: FieldInfo, value: Any) -> bool:
    return not field.is_required() and value == field.get_default(call_default_factory=True)


def _appointed(command: Any) -> str:
    """Return the id of the person whom a command appoints."""
    return str(command.person)


def _free(key: str, taken: set[str]) -> str:
    while key in taken:
        key += "-"
    taken.add(key)
    return key
