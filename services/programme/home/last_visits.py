"""When somebody was last at Home, so that it can tell what happened since: an instant for each person, and no more.

A visit goes on while they come back within half an hour. So what a visit began with stays in view until it is over, and
little is written: within five minutes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, MetaData, String, Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from services.runtime.store.columns import Instant

_VISIT_ENDS_AFTER = timedelta(minutes=30)
_NOTED_AFTER = timedelta(minutes=5)

metadata = MetaData()
_visits = Table(
    "visits",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("seen_at", Instant, nullable=False),
    Column("before", Instant),  # the end of the visit before this one; none for the first
)


class Visit(NamedTuple):
    """When somebody was last seen, and when the visit before the present one ended; None in the first."""

    seen_at: datetime
    before: datetime | None


_READ = select(_visits.c.seen_at, _visits.c.before).where(
    _visits.c.partnership == bindparam("partnership"), _visits.c.person == bindparam("person")
)


def read(connection: Connection, partnership: str, person: str) -> Visit | None:
    """Return what is known of somebody's visits; None before the first."""
    row = connection.execute(_READ, {"partnership": partnership, "person": person}).one_or_none()
    return None if row is None else Visit(row.seen_at, row.before)


def going_on(known: Visit | None, now: datetime) -> Visit:
    """Return the visit that somebody is on who comes at ``now``; the same where that need not be noted."""
    if known is None:
        return Visit(now, None)
    if now - known.seen_at < _NOTED_AFTER:
        return known
    return Visit(now, known.seen_at if now - known.seen_at >= _VISIT_ENDS_AFTER else known.before)


def note(connection: Connection, partnership: str, person: str, visit: Visit) -> None:
    """Note the visit that somebody is on; of two who note one at the same time, the later."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(_visits).on_conflict_do_update(
        index_elements=[_visits.c.partnership, _visits.c.person], set_=visit._asdict()
    )
    connection.execute(statement, {"partnership": partnership, "person": person, **visit._asdict()})


def forget_person(connection: Connection, partnership: str, person: str) -> None:
    """Forget when a person was here."""
    connection.execute(delete(_visits).where(_of(partnership, person)))


def _of(partnership: str, person: str) -> ColumnElement[bool]:
    return (_visits.c.partnership == partnership) & (_visits.c.person == person)
