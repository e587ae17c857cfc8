"""The whole service: it follows, shows, issues, is rebuilt from the stream and stops in good order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from contracts.events.board import AgendaItemAdded, MeetingClosed, MeetingOpened
from contracts.events.partnership import PersonAppointed, Role
from contracts.events.reporting import PackIssued
from services.reporting import editions, journal, timekeeper
from services.reporting.service import ReportingService
from services.runtime.base.clock import running_from
from services.runtime.process.lifecycle import Foundation, Host
from tests.domain.history import History, at
from tests.parts.seals import keyrings
from tests.parts.tokens import Software, by_operator, by_software_of
from tests.parts.waiting import answered_ready, caught_up, until
from tests.reporting.stage import Stage, done_by

SUPPLEMENTS = "/reporting/api/v1/partnerships/LAP/packs/LAP-B02/supplements"


def quarter_2() -> History:
    history = History("BRE", "HAC").agreed("C1", {"kind": "attestation"}).meeting("2014-06-02", "B02", "2014-10-16")
    history.told("2014-04-01", PersonAppointed(person="LAP-U001", roles=(Role.SECRETARY,)))
    return history.told("2014-04-01", PersonAppointed(person="LAP-U002", partner="BRE", roles=(Role.CHAIR,)))


def urgent(number: int) -> AgendaItemAdded:
    return AgendaItemAdded(meeting="LAP-B02", item=number, kind="decision", title=f"Urgent matter {number}")


@asynccontextmanager
async def answering(set_stage: Stage) -> AsyncIterator[tuple[ReportingService, httpx.AsyncClient]]:
    """Run the service with its pages."""
    made: list[ReportingService] = []

    def factory(foundation: Foundation) -> ReportingService:
        made.append(ReportingService(foundation, keeps_timetable=False))
        return made[0]

    settings = set_stage.settings.model_copy(update={"port": 0})
    async with (
        Host(settings, [factory], clock=set_stage.clock) as host,
        httpx.AsyncClient(base_url=host.url, auth=Software(settings), timeout=60) as client,
    ):
        yield made[0], client


async def issued(set_stage: Stage, service: ReportingService, history: History) -> None:
    """Bring the stage to 10 October 2014, with the pack issued."""
    await set_stage.tell(service, history.events)
    for instant in (at("2014-10-08", "09:00"), at("2014-10-10")):
        set_stage.clock.move_to(instant)
        await done_by(service)


async def test_rebuilding_from_the_stream_gives_the_same_journal_and_leaves_what_was_issued(set_stage: Stage):
    history = quarter_2()
    async with set_stage.running() as service:
        await issued(set_stage, service, history)
        await service.follower.rebuild()
        await caught_up(service.follower, "LAP", history.events[-1].version)
        back = await service.database.read(lambda connection: list(journal.read(connection, "LAP")))
        [edition] = await service.database.read(lambda connection: editions.editions(connection, "LAP"))
        assert back == history.events
        assert await asyncio.to_thread(service.packs.differences, edition) == []
        assert await service.timekeeper.tick() == []


async def test_left_to_itself_it_issues_papers_when_they_fall_due(set_stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timekeeper, "SETTLING", timedelta(seconds=0.2))
    await set_stage.publish(quarter_2().events)
    foundation = Foundation(
        set_stage.settings.model_copy(update={"timetable_seconds": 0.1}),
        running_from(at("2014-10-08", "09:00") - timedelta(seconds=0.5)),
        set_stage.address,
        set_stage.connection,
        keyrings(),
    )
    service = ReportingService(foundation)
    await service.start()
    try:
        await until(lambda: bool(service.database.read_sync(lambda connection: editions.editions(connection, "LAP"))))
        facts = await set_stage.announced(service)
    finally:
        await service.stop()
    assert [fact.pack for fact in facts if isinstance(fact, PackIssued)] == ["LAP-B02-PACK"]


async def test_it_is_ready_when_it_has_taken_in_everything(set_stage: Stage):
    async with answering(set_stage) as (service, client):
        await set_stage.tell(service, quarter_2().events)
        readiness = await answered_ready(client)
    assert {check.name for check in readiness.checks} >= {
        "reporting database",
        "reporting of programme",
        "partnerships in reporting",
    }


async def test_it_is_not_ready_while_a_partnership_stands_still(set_stage: Stage):
    events = quarter_2().events
    async with answering(set_stage) as (service, client):
        await set_stage.publish([*events[:3], events[4]])
        await until(lambda: bool(service.follower.blocked))
        answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert "1 partnership is blocked; who sends the deployment’s token is told which." in answer.text
        assert "LAP" not in answer.text
        told = await client.get("/health/ready", headers=by_operator(set_stage.settings))
        assert "Blocked partnerships: LAP: event 4 is missing" in told.text
        assert await service.timekeeper.tick() == []


# -- supplements ------------------------------------------------------------------------------------------------------


async def test_a_supplement_is_issued_for_what_came_onto_the_agenda_after_the_cut_off(set_stage: Stage):
    history = quarter_2()
    async with answering(set_stage) as (service, client):
        await issued(set_stage, service, history)
        await set_stage.tell(service, history.told("2014-10-10", urgent(5), clock="11:00").events[-1:])
        answer = await client.post(SUPPLEMENTS)
        page = await client.get(answer.headers["location"])
        data = await client.get(f"{answer.headers['location']}/pack.json")
        listed = await client.get("/packs/LAP/B02")
        facts = [fact for fact in await set_stage.announced(service) if isinstance(fact, PackIssued)]
        edition = await service.database.read(lambda connection: editions.edition(connection, "LAP", "LAP-B02", 1))
        assert edition is not None
        assert await asyncio.to_thread(service.packs.differences, edition) == []
    assert answer.status_code == 201
    assert answer.json()["pack"] == "LAP-B02-PACK-S1"
    assert "Supplement 1 to the board pack for 16 October 2014" in page.text
    assert data.json()["state"] == "supplement"
    assert "/packs/LAP/B02/supplements/1" in listed.text
    assert [fact.supplement for fact in facts] == [0, 1]


async def test_supplements_are_numbered_and_each_needs_something_new(set_stage: Stage):
    history = quarter_2()
    async with answering(set_stage) as (service, client):
        await issued(set_stage, service, history)
        for number in (1, 2):
            item = urgent(number + 4)
            await set_stage.tell(service, history.told("2014-10-10", item, clock=f"12:0{number}").events[-1:])
            set_stage.clock.move_to(at("2014-10-10", f"12:0{number}"))
            assert (await client.post(SUPPLEMENTS)).json()["supplement"] == number
            again = await client.post(SUPPLEMENTS)
            assert again.status_code == 409
            assert f"since LAP-B02-PACK-S{number}" in again.json()["detail"]


async def test_there_is_no_supplement_before_the_pack_nor_after_the_meeting(set_stage: Stage):
    history = quarter_2()
    async with answering(set_stage) as (service, client):
        await set_stage.tell(service, history.events)
        before = await client.post(SUPPLEMENTS)
        await issued(set_stage, service, history)
        held = (MeetingOpened(meeting="LAP-B02", present=("LAP-U002",)), MeetingClosed(meeting="LAP-B02"))
        await set_stage.tell(service, history.told("2014-10-16", urgent(5), *held).events[-3:])
        after = await client.post(SUPPLEMENTS)
    assert (before.status_code, after.status_code) == (409, 409)
    assert "has not been issued yet" in before.json()["detail"]
    assert "is closed" in after.json()["detail"]


async def test_only_the_secretary_issues_a_supplement(set_stage: Stage):
    async with answering(set_stage) as (service, client):
        await issued(set_stage, service, quarter_2())
        asking: dict[str, dict[str, str]] = {
            "nobody": {"Authorization": ""},
            "a stranger": {"Authorization": "Bearer wrong"},
            "the chair": by_software_of(set_stage.settings, "LAP", "LAP-U002"),
            "the secretary, with nothing new": by_software_of(set_stage.settings, "LAP", "LAP-U001"),
        }
        statuses = [(await client.post(SUPPLEMENTS, headers=headers)).status_code for headers in asking.values()]
        assert dict(zip(asking, statuses, strict=True)) == {
            "nobody": 401,
            "a stranger": 401,
            "the chair": 403,
            "the secretary, with nothing new": 409,
        }
