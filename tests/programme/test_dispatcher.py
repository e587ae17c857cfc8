"""Carrying commands out: one transaction each, once per key, in one order whoever asks, nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection

from contracts.envelope import Recorded
from domain.register import Register, fold
from services.programme.core.command import Command
from services.programme.core.command_request import CommandRequest
from services.programme.core.deciding import NoPartnership, Refused
from services.programme.core.dispatcher import DatedCommand, Dispatcher
from services.programme.core.outcome import ChangedMeanwhile, CommandOutcome, EntryRefused
from services.programme.schema import SCHEMA
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory
from services.runtime.base.clock import SteppedClock
from services.runtime.base.telemetry import REGISTRY
from services.runtime.registers.memory import USUAL_MEGABYTES, RegisterMemory
from services.runtime.store.database import Database, Unavailable
from services.runtime.store.event_store import EventStore
from services.runtime.store.idempotency import KeyReused
from tests.parts.postgres import PostgresServer
from tests.parts.tables import make_schema
from tests.parts.waiting import STILL_SECONDS, until
from tests.programme.partnerships import SECRETARY, command

NOON = datetime(2014, 4, 1, 11, 0, tzinfo=UTC)
STORE = EventStore("programme")
FORM = {"code": "LAP", "name": "London Archives Partnership", "formed_on": "2014-04-01", "holidays": "none"}
BRENT = {"code": "BRE", "name": "Brent", "kind": "london_borough", "joined_on": "2014-04-01"}
RISK = {"code": "R01", "title": "R", "likelihood": 1, "impact": 1, "owner": "BRE"}
RED = {"project": "P01", "confidence": "red", "reason": "It is."}
P01 = {
    "code": "P01",
    "title": "Catalogue",
    "lead": "BRE",
    "stage": "in_delivery",
    "milestones": [{"code": "M01", "title": "Begun", "owner": "BRE", "due": "2014-07-31"}],
}


class Office:
    """A dispatcher with its database, as one replica has them."""

    def __init__(self, url: str, directory: Directory, clock: SteppedClock, megabytes: float = USUAL_MEGABYTES) -> None:
        self.database = Database(url)
        self.directory = directory
        self.clock = clock
        self.dispatcher = Dispatcher(self.database, STORE, clock, directory, memory=RegisterMemory(megabytes))

    async def do(self, do: str, who: str = SECRETARY, **fields: Any) -> CommandOutcome:
        options = {name.removeprefix("with_"): fields.pop(name) for name in list(fields) if name.startswith("with_")}
        return await self.dispatcher.handle("LAP", command(do, fields), who, **options)

    async def log(self) -> list[Recorded]:
        return await self.database.read(lambda connection: list(STORE.read(connection, "LAP")))

    async def register(self) -> Register:
        """The register as it lies in memory, caught up."""
        return await self.dispatcher.view("LAP", lambda register: register)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    kept = Directory(f"sqlite:///{tmp_path / 'directory.db'}")
    make_schema(kept.database, DIRECTORY)
    yield kept
    kept.database.close()


@pytest.fixture(params=[USUAL_MEGABYTES, 0], ids=["registers in memory", "no register in memory"])
async def office(database_url: str, directory: Directory, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    """A replica with a partnership of one partner and one project; it answers the same whatever memory it has."""
    opened = Office(database_url, directory, SteppedClock(NOON), request.param)
    make_schema(opened.database, SCHEMA)
    await opened.do("form_partnership", **FORM)
    await opened.do("admit_partner", **BRENT)
    await opened.do("bring_in_project", **P01)
    yield opened
    opened.database.close()


@pytest.fixture
async def other(database_url: str, directory: Directory, office: Office) -> AsyncIterator[Office]:
    """A second replica on the same database."""
    opened = Office(database_url, directory, office.clock)
    yield opened
    opened.database.close()


def forecast(day: int) -> dict[str, str]:
    return {"milestone": "P01-M01", "forecast": f"2014-08-{day:02}", "reason": "It moves."}


async def test_an_outcome_says_what_is_new(office: Office) -> None:
    outcome = await office.do("reforecast_milestone", **forecast(1))
    assert outcome == CommandOutcome(partnership="LAP", version=6, events=1, references=("LAP-P01-M01",))


async def test_what_changes_nothing_leaves_no_event(office: Office) -> None:
    outcome = await office.do("move_project", project="P01", stage="in_delivery")
    assert (outcome.events, outcome.version, len(await office.log())) == (0, 5, 5)


async def test_a_refused_command_leaves_no_event(office: Office) -> None:
    with pytest.raises(Refused, match="no milestone LAP-P01-M09"):
        await office.do("complete_milestone", milestone="P01-M09", on="2014-07-30")
    assert len(await office.log()) == 5


def counted() -> list[float]:
    """How many commands of this process were carried out, refused, and failed."""
    outcomes = ("carried out", "refused", "failed")
    return [REGISTRY.get_sample_value("concordat_commands_total", {"outcome": each}) or 0.0 for each in outcomes]


async def test_commands_are_counted_by_what_came_of_them(office: Office) -> None:
    # given
    before = counted()

    def no_room(_connection: Connection) -> None:
        raise Unavailable("the disk is full")

    # when
    await office.do("complete_milestone", milestone="P01-M01", on="2014-04-01")
    with pytest.raises(Refused):
        await office.do("complete_milestone", milestone="P01-M09", on="2014-04-01")
    together = [command("complete_milestone", {"milestone": "P01-M08", "on": "2014-04-01"})]
    with pytest.raises(EntryRefused):
        await office.dispatcher.handle_together("LAP", together, SECRETARY)
    entries = [DatedCommand(command("raise_risk", RISK), SECRETARY)]
    await office.dispatcher.handle_all("LAP", entries)
    with pytest.raises(Unavailable):
        await office.dispatcher.handle_together("LAP", [command("state_confidence", RED)], SECRETARY, beside=no_room)
    # then
    assert [after - earlier for after, earlier in zip(counted(), before, strict=True)] == [2, 2, 1]


async def test_events_carry_who_when_and_why(office: Office) -> None:
    office.clock.move_to(NOON + timedelta(days=120))
    await office.do("reforecast_milestone", **forecast(9), with_correlation="request-1")
    await office.do("complete_milestone", milestone="P01-M01", on="2014-07-30")
    first, second = (await office.log())[-2:]
    assert (first.actor, first.recorded_at, str(first.effective_on)) == (SECRETARY, office.clock.now(), "2014-07-30")
    assert (first.correlation, first.causation) == ("request-1", "command-LAP-6")
    assert (second.correlation, second.causation, str(second.effective_on)) == (
        "command-LAP-7",
        "command-LAP-7",
        "2014-07-30",
    )


async def test_what_one_command_leads_to_has_one_cause(office: Office) -> None:
    formed, appointed = (await office.log())[:2]
    assert (formed.causation, appointed.causation) == ("command-LAP-1", "command-LAP-1")


async def test_a_log_never_goes_back_in_time(office: Office, directory: Directory, database_url: str) -> None:
    late = Office(database_url, directory, SteppedClock(NOON + timedelta(hours=1)))
    await late.do("reforecast_milestone", **forecast(1))
    await office.do("reforecast_milestone", **forecast(2))
    late.database.close()
    first, second = (await office.log())[-2:]
    assert first.recorded_at == second.recorded_at == NOON + timedelta(hours=1)


async def test_a_partnership_that_was_not_formed_has_nothing_to_see(office: Office) -> None:
    with pytest.raises(NoPartnership):
        await office.dispatcher.view("ZZZ", lambda register: register)
    with pytest.raises(NoPartnership):
        await office.dispatcher.log("ZZZ", 0, 10)
    assert await office.dispatcher.partnerships() == ["LAP"]


# -- idempotency -------------------------------------------------------------------------------------------------------


async def test_a_request_sent_twice_is_carried_out_once_and_answered_the_same(office: Office) -> None:
    first = await office.do("reforecast_milestone", **forecast(1), with_idempotency_key="key")
    await office.do("reforecast_milestone", **forecast(2))
    again = await office.do("reforecast_milestone", **forecast(1), with_idempotency_key="key")
    assert again == first
    assert len(await office.log()) == 7


async def test_a_key_stands_for_one_request(office: Office) -> None:
    await office.do("reforecast_milestone", **forecast(1), with_idempotency_key="key")
    with pytest.raises(KeyReused):
        await office.do("reforecast_milestone", **forecast(2), with_idempotency_key="key")


async def test_each_person_has_keys_of_their_own(office: Office) -> None:
    await office.do("appoint_person", name="Ann", partner="BRE", roles=["partner_lead"])
    await office.do("reforecast_milestone", **forecast(1), with_idempotency_key="key")
    outcome = await office.do("reforecast_milestone", "LAP-U002", **forecast(2), with_idempotency_key="key")
    assert outcome.events == 1


async def test_a_refused_request_may_be_sent_again_with_its_key(office: Office) -> None:
    with pytest.raises(Refused):
        await office.do("complete_milestone", milestone="P01-M02", on="2014-04-01", with_idempotency_key="key")
    await office.do("add_milestone", project="P01", code="M02", title="Two", owner="BRE", due="2014-12-31")
    outcome = await office.do("complete_milestone", milestone="P01-M02", on="2014-04-01", with_idempotency_key="key")
    assert outcome.events == 1


async def test_one_request_sent_to_two_replicas_at_once_is_carried_out_once(office: Office, other: Office) -> None:
    asked = [
        replica.do("reforecast_milestone", **forecast(day), with_idempotency_key=f"key {day}")
        for day in range(1, 21)
        for replica in (office, other, office)
    ]
    outcomes = await asyncio.gather(*asked)
    assert len({outcome.version for outcome in outcomes}) == 20
    assert len(await office.log()) == 25


async def test_a_request_that_is_carried_out_elsewhere_while_it_is_considered_is_answered_as_it_was_there(
    postgres_server: PostgresServer, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On PostgreSQL: the writers of SQLite exclude each other, so nothing can happen elsewhere meanwhile.
    url = postgres_server.create_database()
    office, other = (Office(url, directory, SteppedClock(NOON)) for _ in range(2))
    make_schema(office.database, SCHEMA)
    for do, fields in (("form_partnership", FORM), ("admit_partner", BRENT), ("bring_in_project", P01)):
        await office.do(do, **fields)
    await other.register()
    loop = asyncio.get_running_loop()
    recall = CommandRequest.answer_before
    elsewhere: list[CommandOutcome] = []

    def overtaken(asked: CommandRequest, connection: Connection, partnership: str) -> CommandOutcome | None:
        answer = recall(asked, connection, partnership)
        if not elsewhere:
            monkeypatch.setattr(CommandRequest, "answer_before", recall)
            first = office.do("reforecast_milestone", **forecast(1), with_idempotency_key="one key")
            elsewhere.append(asyncio.run_coroutine_threadsafe(first, loop).result(STILL_SECONDS))
        return answer

    monkeypatch.setattr(CommandRequest, "answer_before", overtaken)
    answered = await other.do("reforecast_milestone", **forecast(1), with_idempotency_key="one key")

    assert [answered] == elsewhere
    assert len(await office.log()) == answered.version
    for replica in (office, other):
        replica.database.close()


async def test_what_changes_nothing_by_an_old_register_is_decided_upon_the_log(office: Office, other: Office) -> None:
    await other.register()
    await office.do("move_project", project="P01", stage="closing")
    with pytest.raises(Refused, match="closing"):
        await other.do("move_project", project="P01", stage="in_delivery")


# -- preconditions -----------------------------------------------------------------------------------------------------


async def version_of(office: Office, reference: str) -> int:
    return await office.dispatcher.look("LAP", lambda live: live.version_of(reference))


async def test_a_change_to_an_object_that_was_seen_as_it_is_goes_through(office: Office) -> None:
    seen = await version_of(office, "LAP-P01")
    await office.do("appoint_person", name="Ann", partner="BRE", roles=["observer"])
    outcome = await office.do(
        "state_confidence", project="P01", confidence="red", reason="It.", with_expected_version=seen
    )
    assert outcome.events == 1


async def test_a_change_to_an_object_that_has_changed_meanwhile_does_not(office: Office) -> None:
    seen = await version_of(office, "LAP-P01")
    await office.do("reforecast_milestone", **forecast(1))
    with pytest.raises(ChangedMeanwhile) as changed:
        await office.do("state_confidence", **RED, with_expected_version=seen)
    assert (changed.value.reference, changed.value.version) == ("LAP-P01", 6)
    assert len(await office.log()) == 6


async def test_a_change_that_concerns_no_object_yet_goes_by_the_whole_partnership(office: Office) -> None:
    with pytest.raises(ChangedMeanwhile):
        await office.do("raise_risk", **RISK, with_expected_version=4)
    outcome = await office.do("raise_risk", **RISK, with_expected_version=5)
    assert outcome.events == 1


# -- many at once ------------------------------------------------------------------------------------------------------


async def keep_reporting(office: Office, count: int) -> None:
    for number in range(count):
        await office.do("release_capacity", partner="BRE", project="P01", on="2014-04-01", days=number)


async def test_many_writers_leave_one_contiguous_log(office: Office) -> None:
    await asyncio.gather(*(keep_reporting(office, 10) for _ in range(8)))
    log = await office.log()
    assert [event.version for event in log] == list(range(1, 86))
    assert await office.database.read(lambda connection: STORE.verify(connection, "LAP")) is None


async def test_two_replicas_leave_one_contiguous_log_and_agree(office: Office, other: Office) -> None:
    await asyncio.gather(*(keep_reporting(replica, 20) for replica in (office, other, office, other)))
    log = await office.log()
    assert [event.version for event in log] == list(range(1, 86))
    assert await office.register() == await other.register() == fold("LAP", log)


async def test_of_two_who_take_the_same_reference_one_is_refused(office: Office, other: Office) -> None:
    outcomes = await asyncio.gather(
        office.do("raise_risk", **RISK), other.do("raise_risk", **RISK), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyGiven", "CommandOutcome"]


async def test_a_replica_sees_what_another_one_did(office: Office, other: Office) -> None:
    assert (await other.register()).position.version == 5
    await office.do("reforecast_milestone", **forecast(1))
    assert (await other.register()).milestones["LAP-P01-M01"].reforecasts == 1


async def test_a_replica_does_not_refuse_for_want_of_what_another_one_did(office: Office, other: Office) -> None:
    await other.register()
    await office.do("add_milestone", project="P01", code="M02", title="Two", owner="BRE", due="2014-12-31")
    outcome = await other.do("complete_milestone", milestone="P01-M02", on="2014-04-01")
    assert outcome.events == 1


# -- reading -----------------------------------------------------------------------------------------------------------


async def test_a_question_that_takes_long_keeps_no_command_waiting(office: Office) -> None:
    begun, enough = Event(), Event()

    def slow(register: Register) -> int:
        begun.set()
        assert enough.wait(60)
        return register.position.version

    asked = asyncio.create_task(office.dispatcher.view("LAP", slow))
    await asyncio.to_thread(begun.wait, 60)
    try:
        outcome = await office.do("reforecast_milestone", **forecast(1))
    finally:
        enough.set()
    assert (outcome.version, await asked) == (6, 5)


async def test_who_has_written_reads_it_wherever_they_ask(office: Office, other: Office) -> None:
    for day in range(1, 11):
        writer, reader = (office, other) if day % 2 else (other, office)
        outcome = await writer.do("reforecast_milestone", **forecast(day))
        seen = [
            await each.dispatcher.view("LAP", lambda register: register.position.version) for each in (writer, reader)
        ]
        assert seen == [outcome.version, outcome.version]


# -- failure -----------------------------------------------------------------------------------------------------------


async def test_what_was_not_committed_is_forgotten(
    office: Office, own_postgres_server: Any, directory: Directory
) -> None:
    fragile = Office(own_postgres_server.create_database(), directory, office.clock)
    make_schema(fragile.database, SCHEMA)
    await fragile.do("form_partnership", **FORM)
    await fragile.do("admit_partner", **BRENT)
    await fragile.do("bring_in_project", **P01)

    held_up = Event()  # so that both come into the transaction that follows, one behind the other
    fragile.database.hand_in(lambda _: held_up.wait(STILL_SECONDS))
    lost = asyncio.create_task(fragile.do("reforecast_milestone", **forecast(1)))
    await until(lambda: fragile.database._writer._waiting.qsize() > 0, what="the command")
    fragile.database.hand_in(lambda _: own_postgres_server.kill())
    held_up.set()
    with pytest.raises(Unavailable):
        await lost
    own_postgres_server.start()

    outcome = await fragile.do("reforecast_milestone", **forecast(2))
    log = await fragile.log()
    assert outcome.version == len(log) == 6
    assert await fragile.register() == fold("LAP", log)
    fragile.database.close()


async def test_a_register_that_has_run_ahead_of_the_log_is_made_again(office: Office) -> None:
    await office.do("reforecast_milestone", **forecast(1))
    await office.database.write(drop_last)
    outcome = await office.do("reforecast_milestone", **forecast(2))
    assert outcome.version == 6
    assert await office.register() == fold("LAP", await office.log())


async def test_a_view_of_a_log_that_was_restored_meanwhile_shows_the_log(office: Office) -> None:
    await office.do("reforecast_milestone", **forecast(1))
    assert (await office.register()).position.version == 6
    await office.database.write(drop_last)
    assert await office.register() == fold("LAP", await office.log())
    await office.do("reforecast_milestone", **forecast(2))
    assert await office.register() == fold("LAP", await office.log())


def drop_last(connection: Connection) -> None:
    """Take the last event back, as a restored database would."""
    head = STORE.position(connection, "LAP")
    before = next(STORE.read(connection, "LAP", after=head.version - 2))
    connection.execute(STORE.events.delete().where(STORE.events.c.version == head.version))
    connection.execute(STORE.heads.update().values(version=before.version, chain=before.chain))


# -- people ------------------------------------------------------------------------------------------------------------


async def test_who_a_person_is_goes_to_the_directory_alone(office: Office, directory: Directory) -> None:
    await office.do("appoint_person", name="Ann Onymous", email="ann@brent.example", key="ann", roles=["observer"])
    [person] = (await directory.get_many("LAP", ["LAP-U002"])).values()
    assert (person.name, person.email, person.key) == ("Ann Onymous", "ann@brent.example", "ann")
    assert b"Onymous" not in b"".join(event.body for event in await office.log())


async def test_a_key_that_is_taken_is_refused_and_nobody_appointed(office: Office) -> None:
    await office.do("appoint_person", name="Ann", key="ann", roles=["observer"])
    with pytest.raises(Refused, match="the key ann is taken in LAP") as refused:
        await office.do("appoint_person", name="Bob", key="ann", roles=["observer"])
    assert refused.value.field == "key"
    assert sorted((await office.register()).people) == ["LAP-U001", "LAP-U002"]


async def test_somebody_who_was_erased_is_not_appointed_under_the_old_id(office: Office, directory: Directory) -> None:
    await office.do("appoint_person", name="Ann", roles=["observer"])
    await directory.erase("LAP", "LAP-U002", NOON)
    with pytest.raises(Refused, match="was erased from the directory"):
        await office.do("appoint_person", person="U002", name="Ann", roles=["observer"])


async def test_who_was_appointed_keeps_their_name_when_a_replica_that_has_not_heard_of_it_appoints_another(
    office: Office, other: Office, directory: Directory
) -> None:
    await other.do("reforecast_milestone", **forecast(1))
    await office.do("appoint_person", name="Ann", roles=["observer"])
    await other.do("appoint_person", name="Bob", roles=["observer"])
    found = await directory.get_many("LAP", ["LAP-U002", "LAP-U003"])
    assert {person_id: person.name for person_id, person in found.items()} == {"LAP-U002": "Ann", "LAP-U003": "Bob"}


async def test_people_appointed_at_once_are_told_apart(office: Office, other: Office, directory: Directory) -> None:
    names = [f"Person {number}" for number in range(12)]
    await asyncio.gather(
        *(
            replica.do("appoint_person", name=name, roles=["observer"])
            for name, replica in zip(names, (office, other) * 6, strict=True)
        )
    )
    assert sorted(person.name for person in await directory.everyone("LAP")) == sorted(names)


# -- all or nothing ----------------------------------------------------------------------------------------------------


def entry(do: str, at: datetime | None = None, who: str = SECRETARY, **fields: Any) -> DatedCommand:
    return DatedCommand(command(do, fields), who, at)


WHOLE = [
    entry("form_partnership", **{**FORM, "code": "LAP"}),
    entry("admit_partner", **BRENT),
    entry("appoint_person", name="Ann", key="ann", partner="BRE", roles=["partner_lead"]),
    entry("bring_in_project", **P01),
    entry("reforecast_milestone", NOON + timedelta(days=30), "LAP-U002", **forecast(1)),
]


@pytest.fixture
async def empty(database_url: str, directory: Directory) -> AsyncIterator[Office]:
    opened = Office(database_url, directory, SteppedClock(NOON))
    make_schema(opened.database, SCHEMA)
    yield opened
    opened.database.close()


async def test_many_entries_are_carried_out_in_one_go_each_at_its_own_time(empty: Office, directory: Directory) -> None:
    outcome = await empty.dispatcher.handle_all("LAP", WHOLE)
    log = await empty.log()
    assert (outcome.version, outcome.events, len(log)) == (7, 7, 7)
    assert [event.recorded_at for event in log] == [NOON] * 6 + [NOON + timedelta(days=30)]
    assert await empty.register() == fold("LAP", log)
    assert [person.name for person in await directory.everyone("LAP")] == ["Ann"]


async def test_one_faulty_entry_leaves_nothing_behind(empty: Office, directory: Directory) -> None:
    faulty = [*WHOLE, entry("complete_milestone", milestone="P09-M01", on="2014-07-31")]
    with pytest.raises(EntryRefused) as refused:
        await empty.dispatcher.handle_all("LAP", faulty)
    assert (refused.value.index, refused.value.refused.field) == (5, "milestone")
    assert await empty.log() == []
    assert await directory.everyone("LAP") == []
    with pytest.raises(NoPartnership):
        await empty.register()


async def test_a_person_whom_the_directory_cannot_take_leaves_nothing_behind(empty: Office) -> None:
    namesake = entry("appoint_person", name="Bob", key="ann", roles=["observer"])
    with pytest.raises(Refused, match="key ann is taken"):
        await empty.dispatcher.handle_all("LAP", [*WHOLE, namesake])
    assert await empty.log() == []


async def test_entries_and_commands_at_once_leave_one_contiguous_log(office: Office, other: Office) -> None:
    days = {"partner": "BRE", "project": "P01", "on": "2014-04-01", "days": 1}
    entries = [entry("release_capacity", **days) for _ in range(10)]
    await asyncio.gather(
        keep_reporting(office, 15),
        *(replica.dispatcher.handle_all("LAP", entries) for replica in (office, other, office)),
        keep_reporting(other, 15),
    )
    log = await office.log()
    assert [event.version for event in log] == list(range(1, 66))
    assert await office.register() == await other.register() == fold("LAP", log)


TOGETHER = (
    ("reforecast_milestone", {"milestone": "P01-M01", "forecast": "2014-08-09", "reason": "It moves."}),
    ("state_confidence", RED),
    ("raise_risk", RISK),
)


def together(*more: tuple[str, dict[str, Any]]) -> list[Command]:
    return [command(do, fields) for do, fields in (*TOGETHER, *more)]


UNKNOWN = ("complete_milestone", {"milestone": "P01-M09", "on": "2014-04-01"})


async def test_several_commands_are_carried_out_in_one_transaction(office: Office) -> None:
    outcome = await office.dispatcher.handle_together("LAP", together(), SECRETARY)
    assert (outcome.events, outcome.version) == (3, 8)
    events = (await office.log())[-3:]
    assert [event.subject for event in events] == ["LAP-P01-M01", "LAP-P01", "LAP-R01"]
    assert len({(event.recorded_at, event.correlation) for event in events}) == 1
    assert (await office.register()).position.version == 8


async def test_of_several_commands_none_is_carried_out_where_one_is_refused(office: Office) -> None:
    with pytest.raises(EntryRefused) as refused:
        await office.dispatcher.handle_together("LAP", together(UNKNOWN), SECRETARY)
    assert (refused.value.index, refused.value.refused.field) == (3, "milestone")
    assert len(await office.log()) == 5
    assert (await office.register()).risks == {}


async def test_a_single_one_of_them_is_refused_by_its_place_too(office: Office) -> None:
    with pytest.raises(EntryRefused) as refused:
        await office.dispatcher.handle_together("LAP", [command(*UNKNOWN)], SECRETARY)
    assert refused.value.index == 0


async def test_several_commands_under_one_key_are_carried_out_once(office: Office) -> None:
    first = await office.dispatcher.handle_together("LAP", together(), SECRETARY, idempotency_key="return")
    second = await office.dispatcher.handle_together("LAP", together(), SECRETARY, idempotency_key="return")
    assert first == second
    assert len(await office.log()) == 8


async def test_the_same_key_with_other_commands_is_refused(office: Office) -> None:
    await office.dispatcher.handle_together("LAP", together(), SECRETARY, idempotency_key="return")
    with pytest.raises(KeyReused):
        await office.dispatcher.handle_together("LAP", together()[:2], SECRETARY, idempotency_key="return")


async def test_what_is_done_beside_is_part_of_the_transaction(office: Office) -> None:
    # given
    def beside(connection: Connection) -> None:
        assert STORE.position(connection, "LAP").version == 8
        raise LookupError("the draft is another one")

    # when
    with pytest.raises(LookupError):
        await office.dispatcher.handle_together("LAP", together(), SECRETARY, beside=beside)
    # then
    assert len(await office.log()) == 5
    await office.do("state_confidence", **RED)
    assert len(await office.log()) == 6


async def test_several_commands_that_another_replica_overtook_are_decided_anew(office: Office, other: Office) -> None:
    await other.register()
    await office.do("state_confidence", **RED)
    outcome = await other.dispatcher.handle_together("LAP", together(), SECRETARY)
    assert outcome.version == 9


async def test_commands_are_judged_each_with_its_refusal_and_nothing_is_recorded(office: Office) -> None:
    judged = await office.dispatcher.judge("LAP", together(UNKNOWN), SECRETARY)
    assert [each and each.field for each in judged] == [None, None, None, "milestone"]
    assert len(await office.log()) == 5


async def test_holidays_that_several_commands_need_are_recorded_once(office: Office) -> None:
    meetings = [
        command("schedule_meeting", {"code": code, "date": day, "time": "14:00"})
        for code, day in (("B01", "2015-03-10"), ("B02", "2015-06-10"))
    ]
    await office.do("amend_partnership", holidays="GB-ENG", **{"from": "2014-05-01"}, reason="They count.")
    before = len(await office.log())
    await office.dispatcher.handle_together("LAP", meetings, SECRETARY)
    kinds = [type(event.fact).__name__ for event in (await office.log())[before:]]
    assert (kinds.count("HolidaysRecorded"), kinds.count("MeetingScheduled")) == (1, 2)


async def test_a_rehearsal_says_what_would_be_refused_of_commands_that_rest_on_each_other(office: Office) -> None:
    # given
    milestone = {"project": "P01", "code": "M02", "title": "Then", "owner": "BRE", "due": "2014-08-31"}
    commands = [
        command("complete_milestone", {"milestone": "P01-M02", "on": "2014-04-01"}),
        command("add_milestone", milestone),
        command("complete_milestone", {"milestone": "P01-M02", "on": "2014-04-01"}),
    ]
    # when
    refusals = await office.dispatcher.rehearse("LAP", commands, SECRETARY)
    # then
    assert [each and each.field for each in refusals] == ["milestone", None, None]
    assert len(await office.log()) == 5
    assert list((await office.register()).milestones) == ["LAP-P01-M01"]


async def test_nothing_can_be_rehearsed_in_a_partnership_that_is_not_there(empty: Office) -> None:
    with pytest.raises(NoPartnership):
        await empty.dispatcher.rehearse("LAP", [command("raise_risk", RISK)], SECRETARY)


async def test_what_somebody_has_read_stays_as_it_was_whatever_is_rehearsed_or_refused(office: Office) -> None:
    # given
    read = await office.dispatcher.view("LAP", lambda register: register)
    unknown = command("complete_milestone", {"milestone": "P01-M09", "on": "2014-04-01"})
    # when
    await office.dispatcher.rehearse("LAP", [command("raise_risk", RISK)], SECRETARY)
    entries = [DatedCommand(each, SECRETARY) for each in (command("raise_risk", RISK), unknown)]
    with pytest.raises(EntryRefused):
        await office.dispatcher.handle_all("LAP", entries)
    # then
    assert read.risks == {}


async def test_what_is_done_beside_entries_is_part_of_their_transaction(office: Office) -> None:
    # given
    def beside(connection: Connection) -> None:
        assert STORE.position(connection, "LAP").version == 6
        raise LookupError("the file is gone")

    # when
    entries = [DatedCommand(command("raise_risk", RISK), SECRETARY)]
    with pytest.raises(LookupError):
        await office.dispatcher.handle_all("LAP", entries, beside=beside)
    # then
    assert len(await office.log()) == 5
    assert (await office.register()).risks == {}


async def test_what_commands_would_come_to_is_foreseen_and_nothing_is_recorded(office: Office) -> None:
    # given one that would be refused among others that build on one another
    reassessed = ("reassess_risk", {"risk": "R01", "likelihood": 5, "impact": 5, "reason": "Worse."})
    commands = together(UNKNOWN, reassessed)
    # when
    foreseen = await office.dispatcher.foresee(
        "LAP", commands, SECRETARY, lambda register: register.risks["LAP-R01"].assessment.likelihood
    )
    # then
    assert foreseen == 5
    assert len(await office.log()) == 5
    assert (await office.register()).risks == {}
