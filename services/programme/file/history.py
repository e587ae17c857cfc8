"""The history of a programme file: what was entered when, by whom."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from services.programme.core.commands import HISTORY
from services.programme.core.fields import Ref
from services.programme.file.entries import FileEntry, Unmade
from services.programme.file.faults import Faults
from services.programme.file.moments import instant_of
from services.programme.file.nodes import Mapping, Node, Scalar, holds_unread
from services.programme.file.people import People
from services.programme.file.shaping import salvaged, shaped
from services.programme.file.spelling import suggestion
from services.programme.partnership.commands import AppointPerson
from services.runtime.base.validation_messages import Unfit, quoted

_MISSING = {
    "at": "“at” is missing; give the local date and time of the entry, such as 2014-06-02T10:00",
    "by": "“by” is missing; give the key of the person who made the entry, such as secretary",
    "do": "“do” is missing; give what was done, such as schedule_meeting",
}

_KEY_MISSING = "the key is missing; give the name by which the person is called in this file"


def does(node: Node, command: str) -> bool:
    """Say whether an entry of the history asks for this command."""
    do = node.values.get("do") if isinstance(node, Mapping) else None
    return isinstance(do, Scalar) and do.text == command


class HistoryReader:
    """Reads the entries of a history one after another; none may have been recorded before the one above it."""

    def __init__(self, people: People, zone: ZoneInfo, begins: datetime | None, unmade: Unmade, faults: Faults) -> None:
        self._people = people
        self._zone = zone
        self._last = begins
        self._last_told = "the day the partnership was formed, 09:00"
        self._unmade = unmade
        self._faults = faults

    def entry(self, path: str, node: Node) -> FileEntry | None:
        """Return the entry that stands at ``path``, None where it cannot be understood; note every fault in it."""
        entry = None if holds_unread(node) else self._understood(path, node)
        if entry is None:
            self._note_unmade(node)
        return entry

    def _understood(self, path: str, node: Node) -> FileEntry | None:
        if not isinstance(node, Mapping):
            self._faults.add(node.line, path, "this is not an entry; write fields, such as at, by and do")
            return None
        at, by, do = (self._word(node, key, path) for key in _MISSING)
        recorded_at = self._recorded_at(at, path)
        person = self._person(by, path)
        if do is None or do.text not in HISTORY:
            self._note_unknown(do, path)
            return None
        fields = Mapping(
            node.line, {key: value for key, value in node.values.items() if key not in _MISSING}, node.key_lines
        )
        model = HISTORY[do.text]
        command = shaped(model, fields, path, self._faults, self._people.naming_in(model, path, self._faults))
        if command is None:
            self._note_unmade(node)
        readable = command or salvaged(model, fields)
        if readable is None or recorded_at is None:
            return None
        if isinstance(readable, AppointPerson):
            readable = self._known_by_key(readable, fields, path)
        # Whoever made the entry, the secretary could have: what else is wrong with it can be told all the same.
        actor = person or self._people.secretary
        return FileEntry(readable, actor, recorded_at, path, fields, is_whole=command is not None)

    def _word(self, node: Mapping, key: str, path: str) -> Scalar | None:
        value = node.values.get(key)
        if isinstance(value, Scalar) and value.value is not None:
            return value
        line = node.line if value is None else value.line
        self._faults.add(line, f"{path}.{key}", _MISSING[key])
        return None

    def _recorded_at(self, at: Scalar | None, path: str) -> datetime | None:
        if at is None:
            return self._last
        try:
            instant = instant_of(at.text, self._zone)
        except Unfit as unfit:
            self._faults.add(at.line, f"{path}.at", str(unfit))
            return self._last
        if self._last is not None and instant < self._last:
            self._faults.add(
                at.line,
                f"{path}.at",
                f"{at.text} is earlier than {self._last_told}; write entries in the order in which they were recorded",
            )
            return self._last
        self._last, self._last_told = instant, f"{at.text} on line {at.line}"
        return instant

    def _person(self, by: Scalar | None, path: str) -> str | None:
        if by is None:
            return None
        person = self._people.id_of(by.text)
        if person is None:
            self._faults.add(by.line, f"{path}.by", self._people.nobody(by.text))
        return person

    def _note_unmade(self, node: Node) -> None:
        self._unmade.add(node)
        if isinstance(node, Mapping) and does(node, AppointPerson.do):
            self._unmade.add_person(self._appointed(node) or "nobody")

    def _known_by_key(self, command: AppointPerson, fields: Mapping, path: str) -> AppointPerson:
        """Return the appointment under the id that goes with its key: a new one, or that of somebody listed above."""
        appointed = self._appointed(fields)
        if appointed is None and command.person is None:
            self._faults.add(fields.line, f"{path}.key", _KEY_MISSING)
        return command if appointed is None else command.model_copy(update={"person": Ref(appointed)})

    def _appointed(self, fields: Mapping) -> str | None:
        key = fields.values.get("key")
        return self._people.id_of(key.text.strip()) if isinstance(key, Scalar) else None

    def _note_unknown(self, do: Scalar | None, path: str) -> None:
        if do is not None:
            problem = f"nothing is called {quoted(do.text)}; {suggestion(do.text, list(HISTORY))}"
            self._faults.add(do.line, f"{path}.do", problem)
