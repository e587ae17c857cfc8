"""What tokens of persons and of systems have in common: each has its own name, and a last day at most a year away."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, Table, insert, select

from domain.wording.dates import plain_date

LONGEST = timedelta(days=366)
_DAY = timedelta(days=1)


class UnfitDay(ValueError):
    """A last day that no token has. The message says which days there are."""


class NameTaken(ValueError):
    """A token that is still good has the name. The message says what to do; a form sent twice is told so too."""


def store_token(connection: Connection, table: Table, row: dict[str, object], among: ColumnElement[bool]) -> None:
    """Store a new token. Raises NameTaken where one ``among`` those of its holder has its name and is still good."""
    is_good = table.c.ends_at > row["made_at"]
    if connection.scalar(select(table.c.id).where(among, table.c.name == row["name"], is_good).limit(1)):
        raise NameTaken(
            f"“{row['name']}” has a token already, which was shown when it was made. End that one in the list to make"
            " another, or choose another name."
        )
    connection.execute(insert(table).values(row))


def end_of(last_day: date, now: datetime) -> datetime:
    """Return when the last day of a token that is made now is over. Raises UnfitDay."""
    latest = (now + LONGEST).date() - _DAY
    if not now.date() <= last_day <= latest:
        raise UnfitDay(f"Enter a day from today to {plain_date(latest)}.")
    return datetime.combine(last_day, time(), UTC) + _DAY


def last_day_of(ends_at: datetime) -> date:
    """Return the last day, in UTC as ``end_of`` counts, on which a token is good that ends at an instant."""
    return (ends_at - timedelta.resolution).astimezone(UTC).date()
