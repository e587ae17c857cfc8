"""What notifications knows, made anew from the two streams; the delivery queue and what was sent stay.

Where there is no queue, because the database was lost, nobody can say what was sent. E-mails about what was recorded
before the rebuild are presumed to have been: they stand in the queue as not sent, each with that reason, and a person
can send them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import structlog
from nats.aio.client import Client
from sqlalchemy import Connection

from contracts.envelope import Position, Recorded
from services.notifications.intake import deferred_announcements, known_people, read_model
from services.notifications.intake.announcing import Announcer
from services.runtime.messaging import blocked_partitions, inbox
from services.runtime.messaging.gap_fill import fallen_short, find_following
from services.runtime.messaging.inbox import Rewind
from services.runtime.messaging.inbox_batch import Apply, apply_batch
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.streams import NOTIFICATIONS_OF_PROGRAMME, NOTIFICATIONS_OF_REPORTING, partnerships_on
from services.runtime.store.database import Database

_log = structlog.get_logger(__name__)


class HoldsLess(Exception):
    """The streams hold less than was taken in; nothing has been changed. The message is a sentence."""


async def rebuild(
    database: Database, connection: Client, keyrings: Mapping[str, Keyring], announcer: Announcer
) -> list[str]:
    """Take both streams in again from their first events, while the service is stopped; return the partnerships.

    The tables exist. Raises HoldsLess.
    """
    consumers = (
        (NOTIFICATIONS_OF_PROGRAMME, announcer.on_programme, read_model.forget),
        (NOTIFICATIONS_OF_REPORTING, announcer.on_reporting, deferred_announcements.forget),
    )
    for durable, _, _ in consumers:
        held = await database.read(partial(inbox.all_positions, consumer=durable.name))
        if short := await fallen_short(connection, keyrings[durable.stream], held):
            raise HoldsLess("; ".join(short))
    rebuilt: set[str] = set()
    for durable, on, forget in consumers:
        for code in await partnerships_on(connection, durable.stream):
            events = await find_following(connection, keyrings[durable.stream], code, Position())
            await database.write(partial(_anew, durable.name, code, events, on, forget))
            rebuilt.add(code)
    for code in sorted(rebuilt):
        await database.write(partial(_relearnt, announcer, code))
    return sorted(rebuilt)


async def learn_what_ends_roles(database: Database, connection: Client, keyring: Keyring, announcer: Announcer) -> None:
    """Learn those partnerships anew from the stream of which an older version stored less than is needed.

    Nobody is told twice of what is taken in twice. A partnership of which the stream does not hold all stays as it is:
    the next start finds it again.
    """
    for code in await database.read(known_people.without_what_ends_roles):
        events = await find_following(connection, keyring, code, Position())
        if await database.write(partial(_anew_as_far_as_before, code, events, announcer)):
            _log.info("learnt anew what ends the roles of a partnership's people", partnership=code)
        else:
            _log.warning("what ends the roles of a partnership's people is not known", partnership=code)


def _anew_as_far_as_before(code: str, events: Sequence[Recorded], announcer: Announcer, connection: Connection) -> bool:
    """Take in again what was taken in; say whether ``events`` have all of that."""
    consumer = NOTIFICATIONS_OF_PROGRAMME.name
    known = inbox.known_positions(connection, consumer, [code]).get(code, Position())
    taken_in = events[: known.version]
    if not taken_in or taken_in[-1].position != known:
        return False
    _anew(consumer, code, taken_in, announcer.on_programme, read_model.forget, connection)
    return True


def _relearnt(announcer: Announcer, code: str, connection: Connection) -> None:
    """Announce what is still held back: both logs are taken in to their ends, so what it rests on was lost."""
    deferred_announcements.lose_cause(connection, code)
    announcer.relearnt(connection, code, presumed=True)


def _anew(
    consumer: str, code: str, events: Sequence[Recorded], on: Apply, forget: Rewind, connection: Connection
) -> None:
    forget(connection, code)
    inbox.forget(connection, consumer, code)
    blocked_partitions.forget(connection, consumer, code)
    apply_batch(connection, consumer, events, on)
