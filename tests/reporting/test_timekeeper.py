"""The timekeeper does what is due, once, whoever else tries, and whatever happened in between."""

from __future__ import annotations

import asyncio
import json
from datetime import date, time, timedelta

import pytest

from contracts.events import Fact
from contracts.events.board import AgendaItemAdded, ItemKind, MeetingCancelled, MeetingMoved
from contracts.events.partnership import PersonAppointed, Role
from contracts.events.reporting import BreachArisen, BreachEnded, PackIssued, ReturnDue, ReturnOverdue
from contracts.events.returns import CommitmentAttested, ReturnSubmitted
from domain.figures.timetable import DutyKind
from services.reporting import editions, journal, looks
from services.reporting.service import ReportingService
from services.runtime.base.telemetry import REGISTRY
from tests.domain.history import History, at
from tests.parts.waiting import caught_up, until
from tests.reporting import stage
from tests.reporting.stage import Stage

SECOND = timedelta(seconds=1)
LOOK, ISSUE = DutyKind.LOOK_FOR_BREACHES, DutyKind.ISSUE_PACK


def quarter_2() -> History:
    """A partnership of two with a commitment, a board and a meeting on Thursday 16 October 2014."""
    history = History("BRE", "HAC").agreed("C1", {"kind": "attestation"})
    for number, roles in enumerate(((Role.SECRETARY,), (Role.CHAIR,), (Role.PARTNER_LEAD,), (Role.OBSERVER,)), start=1):
        history.told("2014-04-01", PersonAppointed(person=f"LAP-U00{number}", partner="BRE", roles=roles))
    return history.meeting("2014-06-02", "B02", "2014-10-16")


async def done_by(service: ReportingService) -> list[DutyKind]:
    return [duty.kind for duty in await stage.done_by(service)]


def of_kind(facts: list[Fact], *kinds: type[Fact]) -> list[Fact]:
    return [fact for fact in facts if isinstance(fact, kinds)]


async def test_papers_are_issued_at_their_time_and_not_before(set_stage: Stage):
    async with set_stage.running() as service:
        await set_stage.tell(service, quarter_2().events)
        set_stage.clock.move_to(at("2014-10-08", "08:59"))
        assert ISSUE not in await done_by(service)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        assert ISSUE in await done_by(service)
        [issued] = of_kind(await set_stage.announced(service), PackIssued)
    assert (issued.pack, issued.quarter, issued.cut_off) == ("LAP-B02-PACK", "2014-15 Q2", at("2014-10-03", "17:00"))
    assert {"LAP-U001", "LAP-U002"} == set(issued.recipients)
    assert {file.name for file in issued.files} >= {"pack.html", "pack.pdf", "pack.json", "pack.xlsx", "manifest.json"}


async def test_a_second_tick_finds_nothing_left_to_do(set_stage: Stage):
    async with set_stage.running() as service:
        await set_stage.tell(service, quarter_2().events)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        await done_by(service)
        assert await done_by(service) == []


async def test_a_pack_takes_in_facts_up_to_its_cut_off_and_no_others(set_stage: Stage):
    history = quarter_2()
    attested = CommitmentAttested(commitment="LAP-C1", partner="BRE", period="2014-15 Q2", answer="yes")
    history.told("2014-10-03", attested, clock="17:00")
    last_taken_in = history.events[-1].version
    history.told("2014-10-03", attested.model_copy(update={"partner": "HAC"}), clock="17:01")
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        await done_by(service)
        edition = await service.database.read(lambda connection: editions.edition(connection, "LAP", "LAP-B02"))
    assert edition is not None
    assert edition.version == last_taken_in
    assert edition.chain == history.events[last_taken_in - 1].chain


async def test_two_replicas_issue_one_pack_and_announce_everything_once(set_stage: Stage):
    history = quarter_2()
    await set_stage.publish(history.events)
    async with set_stage.running() as one, set_stage.running() as other:
        await caught_up(one.follower, "LAP", history.events[-1].version)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        done = await asyncio.gather(done_by(one), done_by(other), done_by(one), done_by(other))
        facts = await set_stage.announced(one)
    assert sorted(kind for kinds in done for kind in kinds) == [ISSUE, LOOK, DutyKind.TELL_OVERDUE]
    assert len(of_kind(facts, PackIssued)) == 1
    assert len(facts) == len({repr(fact) for fact in facts})


async def test_a_replica_does_the_duties_of_a_partnership_that_another_takes_in(set_stage: Stage):
    # given: of two replicas the one that does not take the partnership in (on SQLite either does)
    events = quarter_2().events
    async with set_stage.running() as one, set_stage.running() as other:
        await set_stage.publish(events)
        await until(lambda: one.database.dialect == "sqlite" or _takes_in_alone(one, other))
        await until(
            lambda: one.database.read(lambda connection: journal.position(connection, "LAP").version >= len(events))
        )
        idle = other if one.follower.takes_in("LAP") else one
        # when
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        assert ISSUE in await done_by(idle)  # it waits until it can tell that all was read
        # then
        assert len(of_kind(await set_stage.announced(idle), PackIssued)) == 1


def _takes_in_alone(one: ReportingService, other: ReportingService) -> bool:
    return one.follower.takes_in("LAP") != other.follower.takes_in("LAP")


async def test_what_fell_due_while_reporting_was_down_is_made_up_for_in_order(set_stage: Stage):
    history = quarter_2().meeting("2014-06-02", "B03", "2014-10-23")
    await set_stage.publish(history.events)
    set_stage.clock.move_to(at("2014-10-15", "12:00"))
    async with set_stage.running() as service:
        await caught_up(service.follower, "LAP", history.events[-1].version)
        assert await done_by(service) == [LOOK, DutyKind.TELL_OVERDUE, ISSUE, LOOK, ISSUE]
        packs = of_kind(await set_stage.announced(service), PackIssued)
        second = await service.database.read(lambda connection: editions.edition(connection, "LAP", "LAP-B03"))
    assert [pack.meeting for pack in packs] == ["LAP-B02", "LAP-B03"]
    assert second is not None
    assert second.previous_meeting == "LAP-B02"


async def test_dying_between_making_a_pack_and_committing_it_leaves_nothing_and_the_next_one_issues_it(
    set_stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    async with set_stage.running() as service:
        await set_stage.tell(service, quarter_2().events)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        with monkeypatch.context() as dying:
            dying.setattr(service.store, "append", _dies)
            with pytest.raises(ExceptionGroup):
                await done_by(service)
        assert await service.database.read(lambda connection: editions.editions(connection, "LAP")) == []
    async with set_stage.running() as service:
        assert ISSUE in await done_by(service)
        assert len(of_kind(await set_stage.announced(service), PackIssued)) == 1


async def test_a_reminder_that_lapses_while_the_timetable_stands_still_is_not_sent(
    set_stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    async def stand_still(_partnership: str) -> bool:
        set_stage.clock.move_to(at("2014-10-06", "12:00"))
        return True

    async with set_stage.running() as service:
        await set_stage.tell(service, quarter_2().events)
        set_stage.clock.move_to(at("2014-09-19", "10:00"))
        monkeypatch.setattr(service.timekeeper._catch_up, "complete", stand_still)
        assert await done_by(service) == []
        assert of_kind(await set_stage.announced(service), ReturnDue) == []


async def test_papers_wait_until_all_that_is_on_the_stream_has_been_taken_in(set_stage: Stage):
    history = quarter_2()
    set_stage.clock.move_to(at("2014-10-08", "09:00"))
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        await service.follower.stop()
        late = ReturnSubmitted(partner="BRE", quarter="2014-15 Q2")
        await set_stage.publish(history.told("2014-10-03", late, clock="16:59").events[-1:])
        assert await service.timekeeper.tick() == []
        await service.follower.start()
        await until(lambda: service.follower.lag() == 0)
        assert ISSUE in await done_by(service)
        edition = await service.database.read(lambda connection: editions.edition(connection, "LAP", "LAP-B02"))
    assert edition is not None
    assert edition.version == history.events[-1].version


async def test_what_fell_due_a_moment_ago_is_left_to_settle(set_stage: Stage):
    async with set_stage.running() as service:
        await set_stage.tell(service, quarter_2().events)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        left_to_settle = await service.timekeeper.tick(timedelta(seconds=10))
    assert ISSUE not in [duty.kind for _, duty in left_to_settle]


async def test_a_breach_is_announced_once_just_after_the_cut_off_and_its_end_at_a_later_one(set_stage: Stage):
    history = quarter_2().meeting("2014-06-02", "B03", "2015-01-15")
    for partner in ("BRE", "HAC"):
        history.told(
            "2014-07-10", CommitmentAttested(commitment="LAP-C1", partner=partner, period="2014-15 Q1", answer="no")
        )
    history.told(
        "2014-10-01", CommitmentAttested(commitment="LAP-C1", partner="HAC", period="2014-15 Q2", answer="yes")
    )
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        for instant in (at("2014-10-03", "17:00") + SECOND, at("2014-10-08", "09:00")):
            set_stage.clock.move_to(instant)
            await done_by(service)
        cured = CommitmentAttested(commitment="LAP-C1", partner="BRE", period="2014-15 Q2", answer="yes")
        await set_stage.tell(service, history.told("2014-11-03", cured).events[-1:])
        set_stage.clock.move_to(at("2015-01-05", "12:00"))
        await done_by(service)
        facts = of_kind(await set_stage.announced(service), BreachArisen, BreachEnded)
    assert facts == [
        BreachArisen(meeting="LAP-B02", commitment="LAP-C1", partner="BRE", periods=("2014-15 Q1", "2014-15 Q2")),
        BreachEnded(meeting="LAP-B03", commitment="LAP-C1", partner="BRE"),
    ]


async def test_a_breach_announced_for_a_meeting_that_was_cancelled_is_announced_for_the_next(set_stage: Stage):
    history = quarter_2().meeting("2014-06-02", "B03", "2014-10-23")
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        set_stage.clock.move_to(at("2014-10-03", "17:00") + SECOND)
        await done_by(service)
        cancelled = MeetingCancelled(meeting="LAP-B02", reason="No quorum.")
        await set_stage.tell(service, history.told("2014-10-06", cancelled).events[-1:])
        set_stage.clock.move_to(at("2014-10-10", "17:00") + SECOND)
        await done_by(service)
        facts = of_kind(await set_stage.announced(service), BreachArisen)
    assert [(fact.meeting, fact.partner) for fact in facts] == [
        ("LAP-B02", "BRE"),
        ("LAP-B02", "HAC"),
        ("LAP-B03", "BRE"),
        ("LAP-B03", "HAC"),
    ]


async def test_partners_that_have_not_submitted_are_reminded_and_told_when_they_are_late(set_stage: Stage):
    history = quarter_2()
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        set_stage.clock.move_to(at("2014-09-20", "12:00"))
        await done_by(service)
        submitted = ReturnSubmitted(partner="BRE", quarter="2014-15 Q2")
        await set_stage.tell(service, history.told("2014-09-22", submitted).events[-1:])
        for day in ("2014-09-30", "2014-10-04"):
            set_stage.clock.move_to(at(day, "09:00"))
            await done_by(service)
        facts = of_kind(await set_stage.announced(service), ReturnDue, ReturnOverdue)
    deadline, due = at("2014-10-03", "17:00"), [at(f"2014-{day}", "09:00") for day in ("09-19", "09-30", "10-04")]
    assert facts == [
        ReturnDue(quarter="2014-15 Q2", deadline=deadline, days_before=13, missing=("BRE", "HAC"), due_at=due[0]),
        ReturnDue(quarter="2014-15 Q2", deadline=deadline, days_before=3, missing=("HAC",), due_at=due[1]),
        ReturnOverdue(quarter="2014-15 Q2", deadline=deadline, missing=("HAC",), due_at=due[2]),
    ]


async def test_nobody_is_told_anything_when_every_return_is_in(set_stage: Stage):
    history = quarter_2()
    for partner in ("BRE", "HAC"):
        history.told("2014-09-15", ReturnSubmitted(partner=partner, quarter="2014-15 Q2"))
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        set_stage.clock.move_to(at("2014-10-04", "09:00"))
        await done_by(service)
        assert of_kind(await set_stage.announced(service), ReturnDue, ReturnOverdue) == []
        assert await done_by(service) == []


async def test_a_meeting_entered_before_anything_could_be_in_its_papers_gets_none(set_stage: Stage):
    history = History("BRE").meeting("2014-04-01", "B01", "2014-04-03")
    set_stage.clock.move_to(at("2014-04-01", "12:01"))
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        assert await done_by(service) == []


async def test_a_meeting_entered_late_has_its_papers_issued_at_once_from_what_was_recorded_by_its_cut_off(
    set_stage: Stage,
):
    history = History("BRE").meeting("2014-10-13", "B02", "2014-10-16")
    set_stage.clock.move_to(at("2014-10-13", "12:01"))
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        assert ISSUE in await done_by(service)
        edition = await service.database.read(lambda connection: editions.edition(connection, "LAP", "LAP-B02"))
    assert edition is not None
    assert edition.version == history.events[-2].version


def _dies(*_: object) -> None:
    raise RuntimeError("the process dies here")


async def test_a_meeting_entered_late_makes_its_own_cut_off_the_due_instant_of_what_it_looks_for(set_stage: Stage):
    history = History("BRE").agreed("C1", {"kind": "attestation"}).meeting("2014-10-07", "B02", "2014-10-16")
    set_stage.clock.move_to(at("2014-10-07", "12:01"))
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        await done_by(service)
        facts = of_kind(await set_stage.announced(service), BreachArisen)
    assert [(fact.meeting, fact.partner) for fact in facts] == [("LAP-B02", "BRE")]


async def test_what_was_stirred_is_looked_at_soon(set_stage: Stage, monkeypatch: pytest.MonkeyPatch):
    ticks: list[timedelta] = []

    async def tick(settling: timedelta) -> None:
        ticks.append(settling)

    async with set_stage.running() as service:
        monkeypatch.setattr(service.timekeeper, "tick", tick)
        timetable = asyncio.create_task(service.timekeeper.run(3_600))
        await until(lambda: len(ticks) == 1)
        service.timekeeper.wake()
        await until(lambda: len(ticks) == 2)
        timetable.cancel()


async def test_metrics_tell_when_the_timetable_last_got_through(set_stage: Stage, monkeypatch: pytest.MonkeyPatch):
    # given a timetable that fails at its second try
    gauge, troubles = "concordat_timetable_last_success_timestamp_seconds", "concordat_timetable_troubles_total"
    seen: list[float | None] = []
    before = REGISTRY.get_sample_value(troubles) or 0.0

    async def tick(_settling: timedelta) -> None:
        seen.append(REGISTRY.get_sample_value(gauge))
        if len(seen) == 2:
            raise ExceptionGroup("the timetable failed", [OSError("no room")])

    async with set_stage.running() as service:
        monkeypatch.setattr(service.timekeeper, "tick", tick)
        # when
        timetable = asyncio.create_task(service.timekeeper.run(3_600))
        for times in (1, 2, 3):
            await until(lambda times=times: len(seen) == times)
            service.timekeeper.wake()
        timetable.cancel()
    # then
    began, got_through, failed = seen
    assert began is not None
    assert got_through is not None
    assert 0 < began < got_through == failed
    assert (REGISTRY.get_sample_value(troubles) or 0.0) - before == 1


async def test_no_register_is_looked_into_before_something_is_due_or_has_happened(
    set_stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    # given
    looked_into: list[str] = []
    history = quarter_2()
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        view = service.registers.view
        monkeypatch.setattr(
            service.registers, "view", lambda code, question: looked_into.append(code) or view(code, question)
        )

        async def looks(day: str, clock: str) -> int:
            set_stage.clock.move_to(at(day, clock))
            looked_into.clear()
            await done_by(service)
            return len(looked_into)

        # when / then
        assert await looks("2014-10-04", "10:00") > 0
        assert await looks("2014-10-04", "11:00") == 0
        assert await looks("2014-10-05", "09:59") == 0
        assert await looks("2014-10-05", "10:00") == 1  # a day at most
        said = len(history.events)
        await set_stage.tell(service, history.told("2014-10-05", to("2015-01-22"), clock="10:30").events[said:])
        assert await looks("2014-10-05", "11:00") > 0


async def test_a_duty_that_failed_is_due_at_the_next_tick(set_stage: Stage, monkeypatch: pytest.MonkeyPatch):
    async with set_stage.running() as service:
        await set_stage.tell(service, quarter_2().events)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        with monkeypatch.context() as broken:
            broken.setattr(service.packs, "make", None)
            with pytest.raises(ExceptionGroup):
                await done_by(service)
        assert ISSUE in await done_by(service)


async def test_replicas_share_what_is_due_and_do_nothing_twice(set_stage: Stage, monkeypatch: pytest.MonkeyPatch):
    # given: two replicas that have both found what is due
    async with set_stage.running() as one, set_stage.running() as other:
        await set_stage.tell(one, quarter_2().events)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        found = await other.timekeeper._to_look_at(set_stage.clock.now())
        assert found == ["LAP"]
        # when
        assert ISSUE in await done_by(one)
        monkeypatch.setattr(other.registers, "view", None)
        # then
        monkeypatch.setattr(other.timekeeper, "_to_look_at", lambda _now: asyncio.sleep(0, found))
        assert await done_by(other) == []


async def test_a_replica_looks_first_at_what_it_takes_in_itself(set_stage: Stage, monkeypatch: pytest.MonkeyPatch):
    # given
    due = [f"P{number:02d}" for number in range(20)]
    own = set(due[::3])
    async with set_stage.running() as service:
        monkeypatch.setattr(looks, "due", lambda _connection, now: due)
        monkeypatch.setattr(service.follower, "takes_in", own.__contains__)
        # when
        found = await service.timekeeper._to_look_at(set_stage.clock.now())
    # then
    assert (set(found[: len(own)]), sorted(found)) == (own, due)


# -- what comes after the papers ---------------------------------------------------------------------------------------


def to(on: str) -> MeetingMoved:
    return MeetingMoved(meeting="LAP-B02", date=date.fromisoformat(on), time=time(14, 0))


async def test_a_meeting_moved_after_issue_has_a_supplement_by_itself_which_can_be_made_again(set_stage: Stage):
    history = quarter_2()
    attested = CommitmentAttested(commitment="LAP-C1", partner="BRE", period="2014-15 Q2", answer="yes")
    async with set_stage.running() as service:
        # given: papers that are out, a meeting that moves, and a report that comes after the deadline
        await set_stage.tell(service, history.events)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        await done_by(service)
        said = len(history.events)
        history.told("2014-10-09", to("2015-01-22")).told("2014-10-10", attested)
        await set_stage.tell(service, history.events[said:])
        # when
        set_stage.clock.move_to(at("2015-01-14", "08:59"))
        assert DutyKind.ISSUE_SUPPLEMENT not in await done_by(service)
        set_stage.clock.move_to(at("2015-01-14", "09:00"))
        assert DutyKind.ISSUE_SUPPLEMENT in await done_by(service)
        assert DutyKind.ISSUE_SUPPLEMENT not in await done_by(service)
        # then
        pack, supplement = await service.database.read(lambda found: editions.editions(found, "LAP", "LAP-B02"))
        [file] = [each for each in supplement.files if each.name == "pack.json"]
        data = json.loads(await service.database.read(lambda found: editions.content(found, file)))
        for edition in (pack, supplement):
            assert await asyncio.to_thread(service.packs.differences, edition) == []
    assert (data["supplement"], data["quarter"], data["meeting_on"]) == (1, "2014-15 Q2", "2015-01-22")
    assert data["cut_off"] == "2015-01-09T17:00:00+00:00"
    assert [each["status"] for each in data["compliance"]["obligations"][:2]] == ["met_late", "not_reported"]
    assert data["in_the_pack"]["partnership"]["not_reported"] == 2


async def test_changes_of_the_agenda_go_out_together_on_the_next_working_day(set_stage: Stage):
    history = quarter_2()
    async with set_stage.running() as service:
        await set_stage.tell(service, history.events)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        await done_by(service)
        said = len(history.events)
        for number, clock in ((1, "12:00"), (2, "18:00")):
            item = AgendaItemAdded(meeting="LAP-B02", item=number, kind=ItemKind.DECISION, title=f"Item {number}")
            history.told("2014-10-10", item, clock=clock)
        await set_stage.tell(service, history.events[said:])
        set_stage.clock.move_to(at("2014-10-13", "08:59"))
        assert DutyKind.TELL_OF_AGENDA not in await done_by(service)
        set_stage.clock.move_to(at("2014-10-13", "09:00"))
        assert await done_by(service) == [DutyKind.TELL_OF_AGENDA]
        assert await done_by(service) == []
        _, supplement = await service.database.read(lambda found: editions.editions(found, "LAP", "LAP-B02"))
        assert await asyncio.to_thread(service.packs.differences, supplement) == []
    assert supplement.taken_in_at == at("2014-10-13", "09:00")
