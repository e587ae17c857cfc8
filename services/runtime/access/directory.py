"""Who people are: the one place where names and e-mail addresses are kept, in a database of its own.

Events name people by opaque ids alone. So a person can be forgotten here while every log stays as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Column, Connection, MetaData, Row, String, Table, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.runtime.access.erasures import ErasureList
from services.runtime.base.addresses import key_of
from services.runtime.base.retry import Backoff, retry
from services.runtime.base.trouble import Trouble
from services.runtime.store.columns import Instant
from services.runtime.store.database import Database
from services.runtime.store.schema import Schema

metadata = MetaData()

_people = Table(
    "people",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("key", String(200)),
    Column("name", String(400)),
    Column("email", String(400)),
    Column("erased_at", Instant),
    Column("address", String(400), index=True),  # the key of the e-mail address: who signs in with it is this person
    UniqueConstraint("partnership", "key", name="people_of_one_key"),
)
SCHEMA = Schema("directory", Path(__file__).with_name("migrations"), (metadata,))
_AT_ONCE = 500
_PATIENCE_SECONDS = 5.0
_BACKOFF = Backoff(0.02, 1.0)


class PersonErased(ValueError):
    """Someone tried to write to a person who was erased; a person who comes back gets a new id."""


class NobodyLeftToReach(ValueError):
    """Of several people nobody would have an address any more."""


class _MoreToOverwrite(Exception):
    """Somebody was reading, or somebody else was erased meanwhile."""


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A person of a partnership; ``key`` is what the programme file calls them. An erased person is an id alone."""

    person_id: str
    key: str | None
    name: str | None
    email: str | None
    erased_at: datetime | None = None


class KnownPerson(NamedTuple):
    """A person of a partnership, as somebody who proved to hold their address."""

    partnership: str
    person_id: str
    name: str


class Directory:
    """The people of every partnership. Programme writes it; notifications and pages read it."""

    def __init__(self, url: str, erasures: ErasureList | None = None) -> None:
        """Connect to the database at ``url``. Nobody is erased but who stands on the list of ``erasures``, if any."""
        self.database = Database(url, secure_delete=True)
        self._erasures = erasures
        self._overwriting: asyncio.Task[None] | None = None

    def finish_erasures(self) -> None:
        """Finish what an erasure before a crash had begun."""
        if self.database.read_sync(_erasures):
            self._overwritten()

    async def close(self) -> None:
        """Let go of the database. What is still to be overwritten is so at the next start."""
        if self._overwriting is not None:
            self._overwriting.cancel()
            await asyncio.wait({self._overwriting})
        await asyncio.to_thread(self.database.close)

    async def put(self, partnership: str, people: Sequence[DirectoryEntry]) -> None:
        """Store people, all or none of them; what was stored of one before is replaced. Raises PersonErased."""
        await self.database.write(lambda connection: self.put_many(connection, partnership, people))

    def put_many(self, connection: Connection, partnership: str, people: Sequence[DirectoryEntry]) -> None:
        """Do what ``put`` does as a part of a transaction of the directory's own database."""
        gone = [
            row.person_id
            for row in _rows(connection, partnership, (person.person_id for person in people))
            if row.erased_at is not None
        ]
        if gone:
            raise PersonErased(
                f"{', '.join(gone)} was erased from the directory; give a person who comes back a new id."
            )
        if not people:
            return
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(_people)
        statement = statement.on_conflict_do_update(
            index_elements=["partnership", "person_id"],
            set_={field: statement.excluded[field] for field in ("key", "name", "email", "address")},
        )
        connection.execute(
            statement,
            [
                {
                    "partnership": partnership,
                    "person_id": person.person_id,
                    "key": person.key,
                    "name": person.name,
                    "email": person.email,
                    "address": key_of(person.email),
                }
                for person in people
            ],
        )

    async def get_many(self, partnership: str, person_ids: Iterable[str]) -> dict[str, DirectoryEntry]:
        """Return the people of these ids, by id; ids that nobody has are left out."""
        wanted = list(person_ids)
        rows = await self.database.read(lambda connection: _rows(connection, partnership, wanted))
        return {row.person_id: _person(row) for row in rows}

    async def with_address(self, person_ids: Iterable[str]) -> set[str]:
        """Return those of these ids, of whatever partnerships, whose person has an e-mail address."""
        wanted = list(person_ids)

        def reached(connection: Connection) -> set[str]:
            found: set[str] = set()
            for start in range(0, len(wanted), _AT_ONCE):
                some = _people.c.person_id.in_(wanted[start : start + _AT_ONCE])
                found |= set(connection.scalars(select(_people.c.person_id).where(some, _people.c.email != "")))
            return found

        return await self.database.read(reached)

    async def everyone(self, partnership: str) -> list[DirectoryEntry]:
        """Return all people of a partnership who were not erased, in the order of their ids."""
        return await self.database.read(lambda connection: _everyone(connection, partnership))

    def everyone_sync(self, partnership: str) -> list[DirectoryEntry]:
        """Do what ``everyone`` does in the caller's own thread."""
        return self.database.read_sync(lambda connection: _everyone(connection, partnership))

    def entries_sync(self, partnership: str) -> dict[str, DirectoryEntry]:
        """Return all people of a partnership by id, those who were erased too; in the caller's own thread."""
        question = select(_people).where(_people.c.partnership == partnership).order_by(_people.c.person_id)
        rows = self.database.read_sync(lambda connection: connection.execute(question).all())
        return {row.person_id: _person(row) for row in rows}

    def names_sync(self, partnership: str) -> dict[str, str]:
        """Return all people's names by id, empty where somebody was erased; in the caller's own thread."""
        question = select(_people.c.person_id, _people.c.name).where(_people.c.partnership == partnership)
        rows = self.database.read_sync(lambda connection: connection.execute(question).all())
        return {row.person_id: row.name or "" for row in rows}

    async def find_by_key(self, partnership: str, key: str) -> DirectoryEntry | None:
        """Return the person whom the programme file calls ``key``."""
        question = select(_people).where(_people.c.partnership == partnership, _people.c.key == key)
        row = await self.database.read(lambda connection: connection.execute(question).one_or_none())
        return None if row is None else _person(row)

    async def holders_of(self, address: str) -> tuple[KnownPerson, ...]:
        """Return the people of every partnership whose address has this key, in the order of their ids."""
        question = (
            select(_people.c.partnership, _people.c.person_id, _people.c.name)
            .where(_people.c.address == address)
            .order_by(_people.c.partnership, _people.c.person_id)
        )
        rows = await self.database.read(lambda connection: connection.execute(question).all())
        return tuple(KnownPerson(row.partnership, row.person_id, row.name or "") for row in rows)

    async def email_of(self, address: str) -> str | None:
        """Return the e-mail address with this key as it was given; None where nobody has it."""
        question = select(_people.c.email).where(_people.c.address == address).order_by(_people.c.email).limit(1)
        return await self.database.read(lambda connection: connection.scalar(question))

    async def erase(
        self, partnership: str, person_id: str, at: datetime, *, unless_last_of: Iterable[str] = ()
    ) -> bool:
        """Forget a person: keep the opaque id, empty all else. Returns False where there was nobody to forget.

        Raises NobodyLeftToReach as ``check_others_reached`` does, of ``unless_last_of``, and Unavailable. In SQLite the
        old bytes are gone from the file and its log when this returns, or as soon as whoever reads the directory at
        this moment has ended.
        """
        staying = tuple(unless_last_of)

        def erase(connection: Connection) -> bool:
            if staying:
                check_others_reached(connection, partnership, person_id, staying)
            erased = _erase(connection, partnership, person_id, at)
            if erased and self._erasures is not None:
                self._erasures.note(partnership, person_id, at)
            return erased

        forgotten = await self.database.write(erase)
        if forgotten:
            await self._overwrite()
        return forgotten

    async def _overwrite(self) -> None:
        """Overwrite what was erased; one attempt after the other, whoever waits for it."""
        if self._overwriting is None or self._overwriting.done():
            self._overwriting = asyncio.create_task(self._until_overwritten())
        await asyncio.wait({self._overwriting}, timeout=_PATIENCE_SECONDS)

    async def _until_overwritten(self) -> None:
        trouble = Trouble(__name__, "erased people are not overwritten yet", "erased people are overwritten")

        def failed(reason: Exception) -> None:
            if not isinstance(reason, _MoreToOverwrite):
                trouble.met(reason)  # a full disk, say

        await retry(lambda: asyncio.to_thread(self._overwrite_all), _BACKOFF, failed)
        trouble.over()

    def _overwrite_all(self) -> None:
        if not self._overwritten():
            raise _MoreToOverwrite

    def _overwritten(self) -> bool:
        """Overwrite what was erased until now; say whether nothing is left to do."""
        erasures = self.database.read_sync(_erasures)
        if not self.database.overwrite_deleted():
            return False
        return self.database.write_sync(lambda connection: _note_overwritten(connection, erasures))


def check_others_reached(connection: Connection, partnership: str, going: str, several: Iterable[str]) -> None:
    """Raise NobodyLeftToReach where of ``several`` people the one who is ``going`` alone has an address.

    The others are held until the transaction ends: two of them cannot go at the same time.
    """
    rows = connection.execute(
        select(_people.c.person_id, _people.c.address)
        .where(_people.c.partnership == partnership, _people.c.person_id.in_({going, *several}))
        .order_by(_people.c.person_id)
        .with_for_update()
    ).all()
    if {row.person_id for row in rows if row.address is not None} == {going}:
        raise NobodyLeftToReach(f"Nobody but {going} of {partnership} has an address.")


def _erase(connection: Connection, partnership: str, person_id: str, at: datetime) -> bool:
    forgotten = connection.execute(
        update(_people)
        .where(_people.c.partnership == partnership, _people.c.person_id == person_id, _people.c.erased_at.is_(None))
        .values(key=None, name=None, email=None, address=None, erased_at=at)
    )
    if forgotten.rowcount and connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {_erasures(connection) + 1}")
    return forgotten.rowcount == 1


def _erasures(connection: Connection) -> int:
    """Return how many erasures an SQLite file has seen whose bytes are still to be overwritten."""
    if connection.dialect.name != "sqlite":
        return 0
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _note_overwritten(connection: Connection, erasures: int) -> bool:
    """Write down that nothing is left to do; False where somebody was erased meanwhile."""
    if _erasures(connection) != erasures:
        return False
    if erasures:
        connection.exec_driver_sql("PRAGMA user_version = 0")
    return True


def _everyone(connection: Connection, partnership: str) -> list[DirectoryEntry]:
    question = (
        select(_people)
        .where(_people.c.partnership == partnership, _people.c.erased_at.is_(None))
        .order_by(_people.c.person_id)
    )
    return [_person(row) for row in connection.execute(question)]


def _rows(connection: Connection, partnership: str, person_ids: Iterable[str]) -> list[Row[tuple[object, ...]]]:
    wanted = list(dict.fromkeys(person_ids))
    found: list[Row[tuple[object, ...]]] = []
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        found += connection.execute(
            select(_people).where(_people.c.partnership == partnership, _people.c.person_id.in_(some))
        ).all()
    return found


def _person(row: Row[tuple[object, ...]]) -> DirectoryEntry:
    return DirectoryEntry(row.person_id, row.key, row.name, row.email, row.erased_at)
