"""A breach that reporting announces becomes an item on the agenda: over a real broker, once, whatever is sent twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from contracts.envelope import Cause, Position, Recorded, seal
from contracts.events import Fact
from contracts.events.reporting import BreachArisen, BreachEnded
from domain.register.board import AgendaItem
from services.programme.core.decider import SYSTEM
from services.programme.service import ProgrammeService
from services.runtime.base.clock import running_from
from services.runtime.base.settings import load_settings
from services.runtime.messaging.streams import REPORTING, subject_of
from services.runtime.process.lifecycle import Foundation, Host
from tests.parts.seals import EPOCH
from tests.parts.waiting import until
from tests.programme.partnerships import SECRETARY, command

CUT_OFF = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)
BREACH = BreachArisen(meeting="LAP-B01", commitment="LAP-C1", partner="BRE", periods=("2014-15 Q1", "2014-15 Q2"))


class Announcing:
    """Reporting as programme sees it: a stream of events."""

    def __init__(self, programme: ProgrammeService, foundation: Foundation) -> None:
        self.programme = programme
        self._foundation = foundation
        self._position = Position()

    def next(self, fact: Fact) -> Recorded:
        event = seal(
            "reporting",
            "LAP",
            self._position,
            fact,
            recorded_at=datetime(2014, 10, 3, 16, 0, 1, tzinfo=UTC),
            effective_on=date(2014, 10, 3),
            cause=Cause("system", "cut-off-B01", "cut-off-B01"),
        )
        self._position = event.position
        return event

    async def publish(self, event: Recorded, message_id: str | None = None, **headers: str) -> None:
        await self._foundation.nats.jetstream().publish(
            subject_of(REPORTING, "LAP", event.fact.slug()),
            self._foundation.keyrings[REPORTING].seals().seal(event.body, event.chain, EPOCH),
            stream=REPORTING,
            headers={"Nats-Msg-Id": message_id or event.id, **headers},
        )

    async def items(self, expected: int) -> list[AgendaItem]:
        """Return the agenda once it has as many items as expected."""
        found: list[AgendaItem] = []

        async def there() -> bool:
            found[:] = await self.programme.dispatcher.view(
                "LAP", lambda register: list(register.meetings["LAP-B01"].items.values())
            )
            return len(found) >= expected

        await until(there, lambda: len(found), what=f"an agenda of {expected}")
        return found


@pytest.fixture
async def reporting(tmp_path: Path) -> AsyncIterator[Announcing]:
    kept: list[Foundation] = []

    def make(foundation: Foundation) -> ProgrammeService:
        kept.append(foundation)
        return ProgrammeService(foundation)

    settings = load_settings(data_dir=tmp_path, log_level="error")
    async with Host(settings, [make], clock=running_from(CUT_OFF), http=False) as host:
        programme = host.services["programme"]
        assert isinstance(programme, ProgrammeService)
        await set_up(programme)
        yield Announcing(programme, kept[0])


async def set_up(programme: ProgrammeService) -> None:
    commitment = {"core": True, "in_force_from": "2014-04-01", "period": "quarter", "measure": {"kind": "attestation"}}
    for do, fields in (
        ("form_partnership", {"code": "LAP", "name": "London", "formed_on": "2014-04-01", "holidays": "none"}),
        ("admit_partner", {"code": "BRE", "name": "Brent", "kind": "other", "joined_on": "2014-04-01"}),
        ("agree_commitment", {"code": "C1", "title": "Work together", **commitment}),
        ("schedule_meeting", {"code": "B01", "date": "2014-10-16", "time": "14:00"}),
    ):
        await programme.dispatcher.handle("LAP", command(do, fields), SECRETARY)


async def test_a_breach_becomes_an_item_to_decide(reporting: Announcing) -> None:
    event = reporting.next(BREACH)
    await reporting.publish(event)
    [item] = await reporting.items(1)
    assert (item.number, item.owner, item.about) == (101, "BRE", "LAP-C1")
    [*_, added] = await reporting.programme.database.read(
        lambda connection: list(reporting.programme.store.read(connection, "LAP"))
    )
    assert (added.actor, added.correlation, added.causation) == (SYSTEM, "cut-off-B01", event.id)


async def test_what_programme_answers_belongs_to_the_trace_of_what_was_announced(reporting: Announcing) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    await reporting.publish(reporting.next(BREACH), traceparent=f"00-{trace}-b7ad6b7169203331-01")
    await reporting.items(1)
    [*_, added] = await reporting.programme.database.read(
        lambda connection: list(reporting.programme.store.read_stored(connection, "LAP"))
    )
    assert added.traceparent is not None
    assert added.traceparent.split("-")[1] == trace


async def test_an_announcement_that_arrives_twice_is_answered_once(reporting: Announcing) -> None:
    hackney = {"code": "HAC", "name": "Hackney", "kind": "other", "joined_on": "2014-04-01"}
    await reporting.programme.dispatcher.handle("LAP", command("admit_partner", hackney), SECRETARY)
    first, second = reporting.next(BREACH), reporting.next(BREACH.model_copy(update={"partner": "HAC"}))
    await reporting.publish(first)
    await reporting.publish(first, message_id="again")
    await reporting.publish(second)
    assert [item.number for item in await reporting.items(2)] == [101, 102]


async def test_what_else_reporting_says_is_taken_in_and_means_nothing(reporting: Announcing) -> None:
    await reporting.publish(reporting.next(BreachEnded(meeting="LAP-B01", commitment="LAP-C1", partner="BRE")))
    await reporting.publish(reporting.next(BREACH))
    assert len(await reporting.items(1)) == 1


async def test_a_breach_that_no_agenda_can_take_does_not_stand_in_the_way(reporting: Announcing) -> None:
    await reporting.publish(reporting.next(BREACH.model_copy(update={"meeting": "LAP-B09"})))
    await reporting.publish(reporting.next(BREACH))
    assert [item.number for item in await reporting.items(1)] == [101]


async def test_commands_go_on_behind_an_item_of_the_system(reporting: Announcing) -> None:
    await reporting.publish(reporting.next(BREACH))
    await reporting.items(1)
    fields = {"meeting": "B01", "item": 1, "kind": "information", "title": "One"}
    outcome = await reporting.programme.dispatcher.handle("LAP", command("add_agenda_item", fields), SECRETARY)
    assert outcome.version == 7
    assert len(await reporting.items(2)) == 2
