"""The raw log: the stored bytes of the events as plain dictionaries, and what had been recorded of it by an instant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One event; ``kind`` is its type without prefix and version: ``milestone-reforecast``."""

    number: int
    at: datetime
    on: date
    by: str
    kind: str
    data: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.data.get(name)

    def day(self, name: str) -> date | None:
        """Return a date among the data."""
        written = self.data.get(name)
        return None if written is None else date.fromisoformat(written)


def entry(body: bytes) -> Entry:
    """Read one event from its stored bytes."""
    event = json.loads(body)
    return Entry(
        number=event["version"],
        at=datetime.fromisoformat(event["time"]),
        on=date.fromisoformat(event["effectiveon"]),
        by=event["actor"],
        kind=event["type"].split(".")[2],
        data=event["data"],
    )


class Known:
    """What had been recorded at or before an instant, in the order of recording."""

    def __init__(self, log: Iterable[Entry], by: datetime) -> None:
        self.by = by
        self.entries = [each for each in log if each.at <= by]
        self._kinds: dict[str, list[Entry]] = {}
        for each in self.entries:
            self._kinds.setdefault(each.kind, []).append(each)

    def of(self, *kinds: str) -> list[Entry]:
        """Return the events of these kinds, in the order of recording."""
        if len(kinds) == 1:
            return self._kinds.get(kinds[0], [])
        return sorted((each for kind in kinds for each in self._kinds.get(kind, [])), key=lambda each: each.number)

    def last(self, kind: str, **fields: object) -> Entry | None:
        """Return the last event of a kind with these data."""
        found = [each for each in self.of(kind) if all(each[name] == value for name, value in fields.items())]
        return found[-1] if found else None
