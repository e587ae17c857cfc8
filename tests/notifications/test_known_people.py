"""Who holds which role, as notifications stores it: what the register says, by rows of an older version too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from sqlalchemy import Connection, text

from contracts.events import Fact
from contracts.events.partners import PartnerLeavingWithdrawn, PartnerLeft
from contracts.events.partnership import PersonAppointed, Role, RolesEnded
from domain.register import fold
from services.notifications.intake import known_people, read_model
from services.notifications.schema import SCHEMA
from services.runtime.messaging.streams import NOTIFICATIONS_OF_PROGRAMME
from services.runtime.store.database import Database
from tests.domain.comings_and_goings import ADMITTED, comings_and_goings
from tests.domain.test_register import log
from tests.notifications import logs
from tests.notifications.deployment import Deployment
from tests.parts.tables import make_schema
from tests.parts.waiting import until


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for many histories: each is forgotten before the next."""
    folder: Path = tmp_path_factory.mktemp("known-people")
    with closing(Database(f"sqlite:///{folder / 'notifications.db'}")) as database:
        make_schema(database, SCHEMA)
        yield database


@given(facts=comings_and_goings())
@settings(max_examples=40)
def test_who_holds_what_is_stored_as_the_register_has_it(stored: Database, facts: list[Fact]) -> None:
    events = log(*ADMITTED, *facts)

    def learn(connection: Connection) -> None:
        read_model.forget(connection, "LAP")
        for event in events:
            read_model.learn(connection, event)

    stored.write_sync(learn)
    people = stored.read_sync(lambda connection: known_people.people(connection, "LAP"))
    assert people == sorted(fold("LAP", events).people.values(), key=lambda each: each.id)


# -- what an older version stored -------------------------------------------------------------------------------------

LEFT_ON = date(2014, 10, 1)
LEAVES = PartnerLeft(partner="CMD", left_on=LEFT_ON)
STAYS = PartnerLeavingWithdrawn(partner="CMD", left_on=LEFT_ON, reason="Another was meant.")
WENT_AS_WELL = RolesEnded(person=logs.SUBSTITUTE, on=LEFT_ON)


def as_an_older_version_stored_it(connection: Connection) -> None:
    """Leave what that version knows: the first day without each role, whatever ends it."""
    connection.execute(text("UPDATE known_people SET ends = NULL"))


def roles(connection: Connection, person: str) -> frozenset[Role]:
    return read_model.roles_of(connection, logs.CODE, person, LEFT_ON)


async def test_what_an_older_version_stored_is_learnt_anew_from_the_stream_and_nobody_is_told_twice(
    deployment: Deployment,
) -> None:
    # given: an older version took in that a partner leaves, and that one of its people goes on the very day
    async with deployment.service() as service:
        await deployment.found()
        await deployment.publish(*deployment.programme.record_all([WENT_AS_WELL, LEAVES]))
        await until(lambda: service.idle(1))
        told = {person: len(each) for person, each in deployment.received().items()}
        await service.database.write(as_an_older_version_stored_it)
    # when
    async with deployment.service() as service:
        assert await service.database.read(known_people.without_what_ends_roles) == []
        await until(lambda: service.idle(1))
        assert {person: len(each) for person, each in deployment.received().items()} == told
        assert await service.database.read(read_model.being_relearnt) == frozenset()
        await deployment.publish(*deployment.programme.record_all([STAYS]))
        await until(lambda: service.idle(1))
        # then
        assert await service.database.read(lambda each: roles(each, logs.MEMBER)) == {Role.BOARD_MEMBER}
        assert await service.database.read(lambda each: roles(each, logs.SUBSTITUTE)) == frozenset()


def test_where_it_cannot_be_learnt_anew_nobody_is_given_a_role_back(database: Database) -> None:
    """The stream may have been emptied. Who is not told is told by a rebuild; who is told wrongly has read it."""

    def take_in(*facts: Fact) -> None:
        for event in recorded.record_all(facts):
            database.write_sync(lambda connection, event=event: read_model.learn(connection, event))

    recorded = logs.Log("programme")
    take_in(*logs.founding(), LEAVES)
    database.write_sync(as_an_older_version_stored_it)
    # when
    take_in(STAYS)
    # then
    assert database.read_sync(lambda connection: roles(connection, logs.MEMBER)) == frozenset()
    # and when
    take_in(PersonAppointed(person=logs.MEMBER, partner="CMD", roles=(Role.BOARD_MEMBER,)))
    assert database.read_sync(lambda connection: roles(connection, logs.MEMBER)) == {Role.BOARD_MEMBER}


def test_what_an_older_version_stored_of_partners_that_stay_says_enough(database: Database) -> None:
    recorded = logs.Log("programme")
    for event in recorded.record_all([*logs.founding(), RolesEnded(person=logs.MEMBER, on=LEFT_ON)]):
        database.write_sync(lambda connection, event=event: read_model.learn(connection, event))
    before = database.read_sync(lambda connection: known_people.people(connection, logs.CODE))
    database.write_sync(as_an_older_version_stored_it)
    assert database.read_sync(lambda connection: known_people.people(connection, logs.CODE)) == before
    assert database.read_sync(known_people.without_what_ends_roles) == []


async def test_a_partnership_of_which_the_stream_does_not_hold_all_stays_as_it_was_stored(
    deployment: Deployment,
) -> None:
    # given
    async with deployment.service() as service:
        await deployment.found()
        await deployment.publish(*deployment.programme.record_all([LEAVES]))
        await until(lambda: service.idle(1))
        await service.database.write(as_an_older_version_stored_it)
        before = await service.database.read(lambda each: known_people.people(each, logs.CODE))
    await deployment.connection.jsm(timeout=60).purge_stream(NOTIFICATIONS_OF_PROGRAMME.stream)
    # when
    async with deployment.service() as service:
        # then
        assert await service.database.read(known_people.without_what_ends_roles) == [logs.CODE]
        assert await service.database.read(lambda each: known_people.people(each, logs.CODE)) == before
