"""The files of issued editions that e-mails carry: fetched from reporting once, checked against the announcement, kept.

From then on sending does not depend on reporting. Bytes that are not those that were announced are never sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    String,
    Table,
    Text,
    false,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from contracts.events.reporting import PackIssued
from services.notifications.queue import work
from services.runtime.store.content_store import ContentStore

DATA = "pack.json"
DOCUMENT = "pack.pdf"
CARRIED = (DATA, DOCUMENT)
"""What an e-mail is written from, and what goes with it."""

metadata = MetaData()
_files = Table(
    "papers",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("pack", String(80), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("path", String(400), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    # For this edition: the content itself may be in the store for another one.
    Column("fetched", Boolean, nullable=False, server_default=false()),
    Column("problem", Text),
)
_contents = ContentStore(metadata)


@dataclass(frozen=True, slots=True)
class Paper:
    """One file of an edition as it was announced; ``path`` is the edition's address below that of reporting."""

    partnership: str
    pack: str
    name: str
    path: str
    size: int
    sha256: str
    problem: str | None = None


def await_files(connection: Connection, partnership: str, edition: PackIssued) -> None:
    """Note which files of an edition are to be fetched.

    What was announced last holds until it is here: an edition of a history that was lost can no longer be had.
    """
    rows = [
        {
            "partnership": partnership,
            "pack": edition.pack,
            "name": file.name,
            "path": edition.path,
            "size": file.size,
            "sha256": file.sha256,
        }
        for file in edition.files
        if file.name in CARRIED
    ]
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        noted = dialect.insert(_files)
        last = {name: noted.excluded[name] for name in ("path", "size", "sha256")}
        its = (_files.c.partnership, _files.c.pack, _files.c.name)
        connection.execute(noted.on_conflict_do_update(index_elements=its, set_=last, where=~_files.c.fetched), rows)
        work.came_up(connection)


def missing(connection: Connection) -> list[Paper]:
    """Return the files that are still to be fetched, by edition."""
    columns = [column for column in _files.c if column.name != "fetched"]
    order = (_files.c.partnership, _files.c.pack, _files.c.name)
    rows = connection.execute(select(*columns).where(~_files.c.fetched).order_by(*order))
    return [Paper(**row) for row in rows.mappings()]


def have_come(connection: Connection, partnership: str, pack: str) -> bool:
    """Say whether nothing of an edition is missing."""
    its = (_files.c.partnership == partnership) & (_files.c.pack == pack)
    return connection.scalar(select(_files.c.name).where(its, ~_files.c.fetched).limit(1)) is None


def contents(connection: Connection, partnership: str, pack: str) -> dict[str, bytes]:
    """Return the files of an edition that are here, by name."""
    its = (_files.c.partnership == partnership) & (_files.c.pack == pack)
    rows = connection.execute(select(_files.c.name, _files.c.sha256).where(its, _files.c.fetched)).all()
    return {name: _contents.get(connection, digest) for name, digest in rows}


def keep(connection: Connection, paper: Paper, content: bytes) -> None:
    """Store a file that has been fetched."""
    _contents.put(connection, [content])
    connection.execute(update(_files).where(*_is(paper)).values(fetched=True, problem=None))


def note_problem(connection: Connection, papers: Iterable[Paper], problem: str) -> None:
    """Write down why files could not be fetched, for people to see."""
    for paper in papers:
        connection.execute(update(_files).where(*_is(paper)).values(problem=problem))


def _is(paper: Paper) -> tuple[ColumnElement[bool], ...]:
    return (
        _files.c.partnership == paper.partnership,
        _files.c.pack == paper.pack,
        _files.c.name == paper.name,
    )
