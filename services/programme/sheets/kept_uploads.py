"""Files that people sent and have not decided on yet: kept between the page that shows what is in them and their word.

A file is seen by who sent it alone, for one purpose, for a day; it goes once it was recorded.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, MetaData, String, Table, delete, insert, select

from services.runtime.store.columns import Instant
from services.runtime.web.chosen_file import ChosenFile

KEPT_FOR = timedelta(days=1)
_MOST_OF_A_PERSON = 5

metadata = MetaData()
_uploads = Table(
    "uploads",
    metadata,
    Column("id", String(43), primary_key=True),
    Column("partnership", String(64), nullable=False, index=True),
    Column("person", String(64), nullable=False),
    Column("purpose", String(128), nullable=False),
    Column("name", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_at", Instant, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class UploadOf:
    """Who sends files, and what for: ``workplan LAP-P01``."""

    partnership: str
    person: str
    purpose: str


class UploadGone(Exception):
    """A file is there no more: it was recorded, or a day has passed, or it was never of this person and purpose."""


def keep(connection: Connection, of: UploadOf, file: ChosenFile, at: datetime) -> str:
    """Keep a file and return its id, which cannot be guessed. The oldest files of a person give way."""
    mine = (_uploads.c.partnership == of.partnership) & (_uploads.c.person == of.person)
    latest = select(_uploads.c.id).where(mine).order_by(_uploads.c.uploaded_at.desc(), _uploads.c.id)
    older = connection.scalars(latest.offset(_MOST_OF_A_PERSON - 1)).all()
    connection.execute(delete(_uploads).where(_uploads.c.id.in_(older)))
    upload = secrets.token_urlsafe(32)
    connection.execute(
        insert(_uploads).values(
            id=upload,
            partnership=of.partnership,
            person=of.person,
            purpose=of.purpose,
            name=file.name,
            content=file.content,
            uploaded_at=at,
        )
    )
    return upload


def read(connection: Connection, of: UploadOf, upload: str) -> ChosenFile:
    """Return a file. Raises UploadGone."""
    found = connection.execute(select(_uploads.c.name, _uploads.c.content).where(_is(of, upload))).one_or_none()
    if found is None:
        raise UploadGone
    return ChosenFile(found.name, bytes(found.content))


def spend(connection: Connection, of: UploadOf, upload: str) -> None:
    """Drop a file that is recorded in this transaction, once. Raises UploadGone."""
    if connection.execute(delete(_uploads).where(_is(of, upload))).rowcount != 1:
        raise UploadGone


def forget_person(connection: Connection, partnership: str, person: str) -> None:
    """Drop the files of a person."""
    connection.execute(delete(_uploads).where(_uploads.c.partnership == partnership, _uploads.c.person == person))


def forget(connection: Connection, before: datetime) -> int:
    """Drop what was sent before an instant, and return how many files that was."""
    return connection.execute(delete(_uploads).where(_uploads.c.uploaded_at < before)).rowcount


def _is(of: UploadOf, upload: str) -> ColumnElement[bool]:
    return (
        (_uploads.c.id == upload)
        & (_uploads.c.partnership == of.partnership)
        & (_uploads.c.person == of.person)
        & (_uploads.c.purpose == of.purpose)
    )
