"""A partnership that somebody sets up page by page: what they have entered so far, kept until it is set up.

It is no fact, and holds names and addresses: whoever holds the address with which it was begun sees it, and it goes
once the partnership is set up, or a month after it was last changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, Connection, MetaData, String, Table, delete, insert, select, update

from services.runtime.store.columns import Instant

KEPT_FOR = timedelta(days=30)
MOST_ENTRIES = 200
"""So many entries a part may have on the pages; whoever has more writes a file."""

metadata = MetaData()
_drafts = Table(
    "set_ups",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("address", String(400), nullable=False, index=True),  # the key of the address that may see it
    Column("parts", JSON, nullable=False),
    Column("changed_at", Instant, nullable=False, index=True),
)

Typed = dict[str, list[str]]


class Entry(NamedTuple):
    """One entry of a part: what was typed, and the fields of a programme file that it comes to."""

    number: int
    typed: Typed
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was entered, by part; the numbers of entries are never given again."""

    id: str
    parts: dict[str, list[Entry]]

    def of(self, part: str) -> Sequence[Entry]:
        """Return the entries of a part."""
        return self.parts.get(part, ())

    def fields(self, part: str) -> list[dict[str, Any]]:
        """Return what the entries of a part come to."""
        return [each.fields for each in self.of(part)]

    def only(self, part: str) -> dict[str, Any]:
        """Return what the only entry of a part comes to; nothing before there is one."""
        return next(iter(self.fields(part)), {})


class DraftGone(Exception):
    """There is no such draft: it was set up, or is too old, or was never of this address."""


def begin(connection: Connection, address: str, at: datetime) -> str:
    """Begin a draft and return its id."""
    draft = secrets.token_urlsafe(16)
    connection.execute(insert(_drafts).values(id=draft, address=address, parts={}, changed_at=at))
    return draft


def mine(connection: Connection, address: str) -> list[Draft]:
    """Return the drafts of an address, the one that was changed last first."""
    question = select(_drafts).where(_drafts.c.address == address).order_by(_drafts.c.changed_at.desc())
    return [_draft(row.id, row.parts) for row in connection.execute(question)]


def read(connection: Connection, address: str, draft: str) -> Draft:
    """Return a draft. Raises DraftGone."""
    question = select(_drafts.c.parts).where(_drafts.c.id == draft, _drafts.c.address == address)
    parts = connection.scalar(question.with_for_update())
    if parts is None:
        raise DraftGone
    return _draft(draft, parts)


def put(connection: Connection, address: str, draft: str, part: str, entry: Entry, at: datetime) -> None:
    """Add an entry, or put it in the place of the one with its number; number 0 is new. Raises DraftGone.

    What is sent twice is added once.
    """
    before = read(connection, address, draft)
    entries = list(before.of(part))
    if entry.number == 0:
        if any(each.typed == entry.typed for each in entries) or len(entries) >= MOST_ENTRIES:
            return
        entries.append(entry._replace(number=max((each.number for each in entries), default=0) + 1))
    else:
        entries = [entry if each.number == entry.number else each for each in entries]
    _store(connection, draft, {**before.parts, part: entries}, at)


def remove(connection: Connection, address: str, draft: str, part: str, number: int, at: datetime) -> None:
    """Drop an entry, if it is there. Raises DraftGone."""
    before = read(connection, address, draft)
    left = [each for each in before.of(part) if each.number != number]
    _store(connection, draft, {**before.parts, part: left}, at)


def drop(connection: Connection, address: str, draft: str) -> None:
    """Forget a draft."""
    connection.execute(delete(_drafts).where(_drafts.c.id == draft, _drafts.c.address == address))


def drop_of(connection: Connection, address: str, partnership: str) -> None:
    """Forget the drafts of an address that were to become a partnership of this code."""
    for draft in mine(connection, address):
        if draft.only("partnership").get("code") == partnership:
            drop(connection, address, draft.id)


def forget(connection: Connection, before: datetime) -> int:
    """Forget drafts that were last changed before an instant, and return how many."""
    return connection.execute(delete(_drafts).where(_drafts.c.changed_at < before)).rowcount


def _store(connection: Connection, draft: str, parts: dict[str, list[Entry]], at: datetime) -> None:
    plain = {part: [each._asdict() for each in entries] for part, entries in parts.items()}
    connection.execute(update(_drafts).where(_drafts.c.id == draft).values(parts=plain, changed_at=at))


def _draft(draft: str, parts: dict[str, list[dict[str, Any]]]) -> Draft:
    return Draft(draft, {part: [Entry(**each) for each in entries] for part, entries in parts.items()})
