"""The day on which each partnership's digest was made last, and what its people know by e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import Column, Connection, Date, MetaData, String, Table, delete, func, insert, select, update

from contracts.paths import path_of_return
from services.notifications.digest.choosing import Told
from services.notifications.digest.waiting import Digest
from services.notifications.intake import read_model
from services.notifications.intake.notices import REMINDERS, NoticeKind
from services.notifications.intake.read_model import PartnershipRecord
from services.notifications.queue.delivery import DeliveryState, notices_table, table

metadata = MetaData()
_made = Table(
    "digests_made",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("made_on", Date, nullable=False),
)
_IN_VAIN = (DeliveryState.FAILED, DeliveryState.OMITTED, DeliveryState.OVERTAKEN)


def last_days(connection: Connection) -> list[tuple[PartnershipRecord, date | None]]:
    """Return the partnerships of which all is known, each with the day of its last digest."""
    days = {row.partnership: row.made_on for row in connection.execute(select(_made))}
    unsettled = read_model.being_relearnt(connection)
    return [(each, days.get(each.code)) for each in read_model.partnerships(connection) if each.code not in unsettled]


def begin(connection: Connection, partnership: str, day: date) -> None:
    """Count a day as done for a partnership that has none, so that its digests begin with the next one."""
    if connection.scalar(select(_made.c.made_on).where(_made.c.partnership == partnership)) is None:
        connection.execute(insert(_made).values(partnership=partnership, made_on=day))


def forget_days(connection: Connection) -> None:
    """Know no more when digests were made: each partnership's begin with the day after the present one."""
    connection.execute(delete(_made))


def take(connection: Connection, partnership: str, day: date) -> bool:
    """Take a day's digest, to be made in this transaction. False where it, or a later one, was made already."""
    later = update(_made).where(_made.c.partnership == partnership, _made.c.made_on < day)
    return connection.execute(later.values(made_on=day)).rowcount == 1


def known_by(connection: Connection, of: PartnershipRecord, day: date) -> dict[str, Told]:
    """Return what people know by e-mail on a local date: their last digest, and what they were reminded of."""
    last, reminded = _last_digests(connection, of.code), _reminded_of(connection, of, day)
    return {person: Told(last.get(person), reminded.get(person, frozenset())) for person in last.keys() | reminded}


def _last_digests(connection: Connection, partnership: str) -> dict[str, Digest]:
    mine = (table.c.partnership == partnership, table.c.kind == NoticeKind.DIGEST, table.c.state.not_in(_IN_VAIN))
    newest = select(table.c.person, func.max(table.c.reference).label("reference")).where(*mine)
    rows = connection.execute(newest.group_by(table.c.person)).all()
    its = (notices_table.c.partnership == partnership, notices_table.c.kind == NoticeKind.DIGEST)
    wanted = select(notices_table.c.reference, notices_table.c.details).where(
        *its, notices_table.c.reference.in_({row.reference for row in rows})
    )
    digests = {reference: Digest.model_validate(details) for reference, details in connection.execute(wanted)}
    return {row.person: digests[row.reference] for row in rows}


def _reminded_of(connection: Connection, of: PartnershipRecord, day: date) -> dict[str, frozenset[str]]:
    """Return where the returns lie of which each person was reminded on a local date."""
    begins = datetime.combine(day, time(), of.zone)
    query = select(table.c.person, table.c.about, table.c.partners).where(
        table.c.partnership == of.code,
        table.c.kind.in_(REMINDERS),
        table.c.created_at >= begins,
        table.c.state.not_in(_IN_VAIN),
    )
    found: dict[str, frozenset[str]] = {}
    for person, quarter, partners in connection.execute(query):
        found[person] = found.get(person, frozenset()) | _places(of.code, quarter, partners)
    return found


def _places(partnership: str, quarter: str, partners: Sequence[str]) -> frozenset[str]:
    return frozenset(path_of_return(partnership, quarter, partner) for partner in partners)
