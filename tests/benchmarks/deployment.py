"""A deployment with many partnerships, put straight into the databases as its services would have left it.

Each has the history of one partnership under a code of its own. All of it has been relayed and taken in, but for each
one's last event, which is still to be sent: so the stream knows every partnership, and holds next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial

from sqlalchemy import Connection, update

from contracts.envelope import CHAIN_START, Recorded, link, unseal
from contracts.events.partnership import PersonAppointed
from services.notifications.intake import read_model
from services.notifications.schema import SCHEMA as NOTIFICATIONS
from services.programme.schema import SCHEMA as PROGRAMME
from services.reporting import journal
from services.reporting.catch_up import CONSUMER
from services.reporting.schema import SCHEMA as REPORTING
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory, DirectoryEntry
from services.runtime.base.settings import Settings
from services.runtime.messaging import inbox
from services.runtime.messaging.streams import NOTIFICATIONS_OF_PROGRAMME
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from services.runtime.store.schema import Schema
from tests.benchmarks.logs import give_systems
from tests.parts.tables import make_schema

Put = Callable[[Sequence[Recorded]], None]
"""Puts a partnership's log into a database, or what follows from it."""

_store = EventStore("programme")


def code_of(number: int) -> str:
    """Return the code of one of the partnerships, counted from 0."""
    return f"Q{number:03d}"


def lay_out(settings: Settings, log: Sequence[Recorded], count: int) -> None:
    """Make the databases of a deployment with so many partnerships that have the history of ``log``."""
    with ExitStack() as open_until_the_end:

        def opened(url: str, schema: Schema) -> Database:
            database = open_until_the_end.enter_context(closing(Database(url)))
            make_schema(database, schema)
            return database

        programme = opened(settings.programme_database_url, PROGRAMME)
        reporting = opened(settings.reporting_database_url, REPORTING)
        notifications = opened(settings.notifications_database_url, NOTIFICATIONS)
        people = opened(settings.directory_database_url, DIRECTORY)
        directory = Directory(settings.directory_database_url)
        open_until_the_end.callback(directory.database.close)
        epoch = programme.read_sync(_store.epoch)
        for number in range(count):
            events = list(renamed(log, code_of(number), epoch))
            programme.write_sync(partial(_record, events=events))
            reporting.write_sync(partial(_take_in, events=events))
            notifications.write_sync(partial(_learn, events=events))
            people.write_sync(partial(_introduce, directory=directory, events=events))
    give_systems(settings, [code_of(number) for number in range(count)])


def renamed(log: Sequence[Recorded], code: str, epoch: str = "") -> Iterator[Recorded]:
    """Yield a log as another partnership's: its code differs, and with it the chain."""
    of, to = log[0].partnership.encode(), code.encode()
    chain = CHAIN_START
    for event in log:
        body = event.body.replace(of, to)
        chain = link(chain, body)
        yield unseal(body, chain, epoch)


def _record(connection: Connection, events: Sequence[Recorded]) -> None:
    _store.append(connection, events)
    its = _store.heads.c.partnership == events[-1].partnership
    connection.execute(update(_store.heads).where(its).values(relayed=events[-1].version - 1))


def _take_in(connection: Connection, events: Sequence[Recorded]) -> None:
    journal.write(connection, events)
    _move(connection, CONSUMER, events[-1])


def _learn(connection: Connection, events: Sequence[Recorded]) -> None:
    for event in events:
        read_model.learn(connection, event)
    _move(connection, NOTIFICATIONS_OF_PROGRAMME.name, events[-1])


def _introduce(connection: Connection, directory: Directory, events: Sequence[Recorded]) -> None:
    """Give everybody who was appointed a name and an address of their own."""
    ids = [event.fact.person for event in events if isinstance(event.fact, PersonAppointed)]
    entries = [DirectoryEntry(each, None, f"Person {each}", f"{each.lower()}@example.org") for each in ids]
    directory.put_many(connection, events[0].partnership, entries)


def _move(connection: Connection, consumer: str, last: Recorded) -> None:
    inbox.move(connection, consumer, {}, {last.partnership: last.position})
