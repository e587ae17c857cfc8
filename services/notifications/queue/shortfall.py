"""Telling the secretary of a board pack that somebody did not get: once for each edition, whoever else it fails for.

That word is a delivery of a kind of its own. Where it fails too, it stands in the list of deliveries like any other
and nobody is told of it: so nothing is told in a circle.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from services.notifications.intake import known_people, read_model
from services.notifications.intake.notices import Notice, NoticeKind, secretaries
from services.notifications.queue import deliveries, listing
from services.notifications.queue.delivery import Delivery, DeliveryState

_UNTRIED = (DeliveryState.WAITING, DeliveryState.ATTEMPTING)


def tell_of(connection: Connection, delivery: Delivery, now: datetime, mail_domain: str) -> None:
    """Tell the secretaries, once everybody has been tried, if a pack of which ``delivery`` is a part fell short."""
    counted = listing.counts(connection, delivery.partnership, NoticeKind.PACK, delivery.about)
    if not counted[DeliveryState.FAILED] or any(counted[state] for state in _UNTRIED):
        return
    told = deliveries.notice_of(connection, delivery)
    notice = Notice(delivery.partnership, NoticeKind.PACK_NOT_RECEIVED, told.reference, told.about, told.details, now)
    of = read_model.partnership(connection, delivery.partnership)
    assert of is not None  # something of it has been delivered, or not
    people, today = known_people.people(connection, of.code), of.local_date(now)
    deliveries.enqueue(connection, notice, secretaries(people, today), now=now, due_at=now, mail_domain=mail_domain)
