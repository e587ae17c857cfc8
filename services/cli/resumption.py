"""A deployment all of whose databases are copies of one earlier instant goes on from there.

What was answered after that instant is lost. What is lost must not be mailed again, nobody may be signed in who has
signed out since, no link may open a return that was taken back since, and whoever was erased since is erased again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import uvloop
from sqlalchemy import Connection, delete

from contracts.envelope import Position, Recorded
from services.access.return_openings import take_back_all
from services.cli import consumers
from services.cli.consumers import Log
from services.cli.databases import SCHEMAS, opened
from services.cli.errors import CommandError
from services.notifications import presumption
from services.notifications.intake import read_model
from services.notifications.intake.announcing import Announcer
from services.programme.forgetting import FORGETTING
from services.reporting.catch_up import CONSUMER
from services.runtime.access.directory import Directory
from services.runtime.access.erasures import Erased, ErasureList, NotAList
from services.runtime.access.sessions.link import LINKS
from services.runtime.access.sessions.session import SESSIONS
from services.runtime.base.addresses import mailbox
from services.runtime.base.clock import SteppedClock
from services.runtime.base.settings import Settings, variable
from services.runtime.messaging import blocked_partitions, inbox
from services.runtime.messaging.inbox_batch import Apply, apply_batch
from services.runtime.messaging.streams import (
    BREACHES_INTO_AGENDAS,
    NOTIFICATIONS_OF_PROGRAMME,
    NOTIFICATIONS_OF_REPORTING,
    PROGRAMME,
    REPORTING,
)
from services.runtime.process import clock_guard
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore

_LOGS = {PROGRAMME: "programme", REPORTING: "reporting"}
_CONSUMERS = (
    (PROGRAMME, CONSUMER, "reporting"),
    (PROGRAMME, NOTIFICATIONS_OF_PROGRAMME.name, "notifications"),
    (REPORTING, NOTIFICATIONS_OF_REPORTING.name, "notifications"),
    (REPORTING, BREACHES_INTO_AGENDAS.name, "programme"),
)
"""The stream, the name and the database of each consumer."""
_AT_ONCE = 1_000
_ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Resumed:
    """What was done: how many e-mails are presumed sent, sessions ended, people erased again.

    ``erased`` is None where no list tells who was erased.
    """

    presumed: int
    sessions: int
    erased: int | None


def resume(settings: Settings, lost_at: datetime) -> Resumed:
    """Have the databases go on from where they are. All of them are there, and no service runs.

    ``lost_at`` is when the deployment was lost: what was due by then is presumed to have been mailed. It may be done
    again. Raises CommandError where the copies are not of one instant, or of a later one.
    """
    erased = _listed(settings)
    with ExitStack() as stack:
        databases = {name: stack.enter_context(closing(opened(settings, name))) for name in SCHEMAS}
        stores = {name: EventStore(name) for name in _LOGS.values()}
        logs = {name: Log(databases[name], store) for name, store in stores.items()}
        _check_instant(databases, stores, logs, lost_at)
        presumed = _presume(settings, databases, stores, lost_at)
        for name, store in stores.items():
            databases[name].write_sync(store.begin_epoch)
            databases[name].write_sync(clock_guard.believe)  # whoever restores a copy of last week knows the day
        sessions = databases["access"].write_sync(_end_sessions)
        databases["access"].write_sync(partial(take_back_all, at=datetime.now(UTC)))
        for each in erased or ():
            databases["programme"].write_sync(partial(_forget, each))
    if erased:
        uvloop.run(_erase(settings, erased, lost_at))
    return Resumed(presumed, sessions, None if erased is None else len(erased))


def _check_instant(
    databases: Mapping[str, Database], stores: Mapping[str, EventStore], logs: Mapping[str, Log], lost_at: datetime
) -> None:
    for stream, consumer, name in _CONSUMERS:
        log = logs[_LOGS[stream]]
        for code in log.partnerships():
            finding = consumers.of_position(log, databases[name], consumer, code)
            if not finding.holds:
                raise CommandError(f"these copies are not of one instant. {finding.told}")
    for name, store in stores.items():
        last = databases[name].read_sync(store.last_written_at)
        if last is not None and lost_at < last:
            raise CommandError(
                f"the deployment was not lost at {lost_at:%Y-%m-%d %H:%M:%S} UTC: the log of {name} has an event of"
                f" {last:%Y-%m-%d %H:%M:%S} UTC"
            )


def _presume(
    settings: Settings, databases: Mapping[str, Database], stores: Mapping[str, EventStore], lost_at: datetime
) -> int:
    """Have notifications take in what the logs have and it has not, as if all e-mails of it were sent; and its queue.

    Return how many e-mails of the queue that are.
    """
    database = databases["notifications"]
    announcer = Announcer(SteppedClock(lost_at), mailbox(settings.mail_from)[1].domain, _ALWAYS)
    for durable, on in (
        (NOTIFICATIONS_OF_PROGRAMME, announcer.on_programme),
        (NOTIFICATIONS_OF_REPORTING, announcer.on_reporting),
    ):
        name = _LOGS[durable.stream]
        for code in databases[name].read_sync(stores[name].partnerships):
            _take_in(database, durable.name, on, databases[name], stores[name], code)
    for code in database.read_sync(read_model.being_relearnt):
        database.write_sync(partial(announcer.relearnt, partnership=code, presumed=True))
    return database.write_sync(partial(presumption.presume_sent, before=lost_at))


def _take_in(database: Database, consumer: str, on: Apply, of: Database, store: EventStore, code: str) -> None:
    database.write_sync(partial(blocked_partitions.forget, consumer=consumer, partnership=code))
    epoch = of.read_sync(store.epoch)
    while events := of.read_sync(partial(_behind, database, consumer, store, code)):
        genuine = [event._replace(epoch=epoch) for event in events]
        database.write_sync(partial(apply_batch, consumer=consumer, events=genuine, apply=on))


def _behind(
    database: Database, consumer: str, store: EventStore, code: str, connection: Connection
) -> Sequence[Recorded]:
    """Return the next events of a log that a consumer has yet to take in."""
    held = database.read_sync(partial(inbox.all_positions, consumer=consumer)).get(code, Position())
    return list(store.read(connection, code, held.version, _AT_ONCE))


def _end_sessions(connection: Connection) -> int:
    """End every session, and every way in that was open for a moment: some were ended since the copy was made."""
    connection.execute(delete(LINKS))
    return connection.execute(delete(SESSIONS)).rowcount


def _listed(settings: Settings) -> Sequence[Erased] | None:
    if settings.erasures_file is None:
        return None
    try:
        return ErasureList(settings.erasures_file).read()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CommandError(f"{variable('erasures_file')} cannot be read ({error.strerror})") from None
    except NotAList as wrong:
        raise CommandError(f"{variable('erasures_file')}: {wrong}") from None


def _forget(erased: Erased, connection: Connection) -> None:
    for forget in FORGETTING:
        forget(connection, erased.partnership, erased.person)


async def _erase(settings: Settings, erased: Sequence[Erased], at: datetime) -> None:
    directory = Directory(settings.directory_database_url)
    try:
        for each in erased:
            await directory.erase(each.partnership, each.person, at)
    finally:
        await directory.close()
