"""What consumers hold of a log, beside the log itself: reporting's journal, and how far each consumer has got."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest

from sqlalchemy import Connection

from contracts.envelope import Position
from services.cli.counting import counted
from services.cli.findings import Finding
from services.reporting import journal
from services.runtime.messaging import inbox
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore

_WINDOW = 2_000

Entry = tuple[int, str, bytes]
"""The version, the chain value and the bytes of an event."""


class Log:
    """The log of one service, to be compared with."""

    def __init__(self, database: Database, store: EventStore) -> None:
        self._database = database
        self._store = store
        self.name = f"{store.name}'s log"

    def partnerships(self) -> list[str]:
        """Return the codes of all partnerships with a log, in order."""
        return self._database.read_sync(self._store.partnerships)

    def last(self, code: str) -> int:
        """Return the version of the partnership's last event; 0 without a log."""
        return self._database.read_sync(lambda connection: self._store.position(connection, code)).version

    def chain_at(self, code: str, version: int) -> str | None:
        """Return the chain value after an event; None where the log does not hold it."""

        def look(connection: Connection) -> str | None:
            stored = self._store.read_stored(connection, code, version - 1, limit=1)
            return next((event.chain for event in stored if event.version == version), None)

        return self._database.read_sync(look)

    def events(self, code: str) -> Iterator[Entry]:
        """Yield the entry of each event, in order."""

        def window(connection: Connection, after: int) -> list[Entry]:
            stored = self._store.read_stored(connection, code, after, limit=_WINDOW)
            return [(event.version, event.chain, bytes(event.body)) for event in stored]

        return _in_windows(self._database, window)


def of_journal(log: Log, reporting: Database, code: str) -> Finding:
    """Return whether reporting's journal of a partnership is a beginning of the log, byte for byte."""
    held, last = 0, log.last(code)
    for entry, event in zip_longest(_entries(reporting, code), log.events(code)):
        if entry is None:
            break
        if event is None:
            said = f"{code}: reporting's journal goes on behind event {last:,}, with which the log ends"
            return Finding(False, f"{said}: is the log an older copy?")
        if entry != event:
            said = f"{code}: reporting's journal differs from the log at event {event[0]:,}"
            return Finding(False, f"{said}; concordat rebuild makes it anew")
        held += 1
    if held < last:
        told = f"the first {held:,} of {counted(last, 'event')} of the log; the rest has not come yet"
        return Finding(True, f"{code}: reporting's journal holds {told}")
    return Finding(True, f"{code}: reporting's journal holds the log, byte for byte")


def unsealed_messages(log: Log, reporting: Database) -> Iterator[Finding]:
    """Yield the partnerships in reporting's journal that have no log."""
    for code in sorted(set(reporting.read_sync(journal.partnerships)) - set(log.partnerships())):
        yield Finding(False, f"{code}: reporting's journal holds a partnership that has no log")


def of_position(log: Log, consumers: Database, consumer: str, code: str) -> Finding:
    """Return whether what a consumer last took in of a partnership is in the log as it was taken in."""
    positions = consumers.read_sync(lambda connection: inbox.all_positions(connection, consumer))
    version, chain, _ = positions.get(code, Position())
    if version > (last := log.last(code)):
        told = f"{consumer} has taken in event {version:,}, and {log.name} ends with event {last:,}"
        return Finding(False, f"{code}: {told}: is the log an older copy?")
    if version and log.chain_at(code, version) != chain:
        return Finding(False, f"{code}: {consumer} has taken in another event {version:,} than {log.name} holds")
    return Finding(True, f"{code}: {consumer} has taken in {version:,} of {counted(last, 'event')} of {log.name}")


def _entries(reporting: Database, code: str) -> Iterator[Entry]:
    return _in_windows(reporting, lambda connection, after: list(journal.stored(connection, code, after, _WINDOW)))


def _in_windows(database: Database, read: Callable[[Connection, int], list[Entry]]) -> Iterator[Entry]:
    """Yield all entries; ``read`` gives those behind a version, as many as it likes. No transaction stays open."""

    def following(after: int) -> list[Entry]:
        return database.read_sync(lambda connection: read(connection, after))

    window = following(0)
    while window:
        yield from window
        window = following(window[-1][0])
