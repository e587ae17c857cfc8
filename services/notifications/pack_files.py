"""The files of issued editions that e-mails carry: fetched from reporting once, checked against the announcement, kept.

From then on sending does not depend on reporting. Bytes that are not those that were announced are never sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import httpx
from pydantic import SecretStr
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
from contracts.paths import below_its_address
from services.notifications.queue import work
from services.runtime.store.content_store import ContentStore

DATA = "pack.json"
DOCUMENT = "pack.pdf"
CARRIED = (DATA, DOCUMENT)
"""What an e-mail is written from, and what goes with it."""

_SECONDS = 30.0

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


class NotFetched(Exception):
    """A file could not be had; the message is a sentence without an address."""


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
    """Note which files of an edition are to be fetched."""
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
        connection.execute(dialect.insert(_files).on_conflict_do_nothing(), rows)
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


class PackSource:
    """Reporting as it is asked for files, over HTTP, at the address that the settings name and at no other.

    The token goes there alone: a path in an event leads below that address or nowhere, and no redirect is followed.
    """

    def __init__(self, url: str, token: SecretStr | None) -> None:
        """``token`` is the service's own, with which nothing can be changed."""
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        self._url = url
        # The address is that of a service of our own: no proxy of the environment stands between.
        self._client = httpx.AsyncClient(headers=headers, timeout=_SECONDS, trust_env=False, follow_redirects=False)

    async def fetch(self, paper: Paper) -> bytes:
        """Return the bytes that were announced. Raises NotFetched where reporting does not give those."""
        try:
            address = f"{self._url}{below_its_address(paper.path)}{below_its_address(f'/{paper.name}')}"
        except ValueError:
            raise NotFetched(f"the path that was announced for {paper.name} does not lead to a file") from None
        try:
            async with self._client.stream("GET", address) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise NotFetched(f"reporting answered {answer.status_code} when asked for {paper.name}")
                content = await _read(answer, paper)
        except httpx.HTTPError as error:
            raise NotFetched(f"reporting could not be asked for {paper.name} ({type(error).__name__})") from error
        if sha256(content).hexdigest() != paper.sha256:
            raise NotFetched(f"what reporting gave for {paper.name} is not what it announced: the SHA-256 differs")
        return content

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()


async def _read(answer: httpx.Response, paper: Paper) -> bytes:
    """Read no more than was announced: a wrong answer must not fill the memory."""
    content = bytearray()
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > paper.size:
            raise NotFetched(f"what reporting gave for {paper.name} is longer than the {paper.size} bytes it announced")
    return bytes(content)


def _is(paper: Paper) -> tuple[ColumnElement[bool], ...]:
    return (
        _files.c.partnership == paper.partnership,
        _files.c.pack == paper.pack,
        _files.c.name == paper.name,
    )
