"""What is presumed to have been sent: where the databases come from an older copy, nobody knows what went out since.

A board pack that comes a second time, in other words, does harm; one that nobody got is seen on the page of e-mails,
and a person sends it. So what the copy's queue had still to send, and what was due before the deployment was lost, is
presumed to have been sent.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, select

from services.notifications.digest import made
from services.notifications.queue import deliveries
from services.notifications.queue.delivery import PRESUMED
from services.runtime.store.columns import Instant

metadata = MetaData()
_presumed = Table(
    "presumed_sent",
    metadata,
    Column("of", String(16), primary_key=True),
    Column("before", Instant, nullable=False),
)
_ROW = "everything"


def presumed_sent_before(connection: Connection) -> datetime | None:
    """Return before which instant all that was due is presumed to have been sent; None where nothing is."""
    before: datetime | None = connection.scalar(select(_presumed.c.before).where(_presumed.c.of == _ROW))
    return before


def presume_sent(connection: Connection, before: datetime) -> int:
    """Presume that all that was due before an instant was sent; return how many e-mails of the queue that are.

    Digests go on with the day after.
    """
    connection.execute(delete(_presumed))
    connection.execute(insert(_presumed).values(of=_ROW, before=before))
    made.forget_days(connection)
    return deliveries.presume_sent(connection, before, PRESUMED)
