"""A digest is made once a day, in the morning, by whoever is on duty; what could not be made lapses with its day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI, Response
from sqlalchemy import Connection

from contracts.events.partnership import PersonAppointed, Role
from services.access.email_choices import EmailChoices
from services.notifications.digest.digests import Digests
from services.notifications.digest.source import NotTold, WaitingSource
from services.notifications.digest.waiting import Digest, Thing, WaitingToday
from services.notifications.intake.notices import NoticeKind
from services.notifications.queue import deliveries, outcomes
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.leader import Leader
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory, DirectoryEntry
from services.runtime.access.return_links import ReturnLinks
from services.runtime.access.sessions.email_choice import Pace
from services.runtime.access.sessions.reader import SCHEMA as ACCESS
from services.runtime.base.settings import Settings
from services.runtime.mail.answers import Rejected, Sent
from services.runtime.store.database import Database
from services.runtime.web.server import HttpServer
from tests.notifications import logs
from tests.notifications.test_announcing import RETRY_POLICY, Office
from tests.parts.tables import make_schema

SUNDAY = datetime(2014, 10, 12, 12, 0, tzinfo=UTC)
MORNING = datetime(2014, 10, 13, 6, 0, tzinfo=UTC)
"""Seven in London, on a Monday."""
A_DAY = timedelta(days=1)
LINKS = ReturnLinks("a-secret-of-the-tests")


def thing(number: int) -> Thing:
    return Thing(what=f"Action {number}", href=f"/board/LAP/actions/A{number:02}", state="Due", by="", due=None)


class Programme:
    """Programme's answer over real HTTP, and how often it was asked for."""

    def __init__(self, office: Office) -> None:
        self.people: dict[str, tuple[Thing, ...]] = {}
        self.available = True
        self.asked = 0
        self.app = FastAPI()

        @self.app.get("/home/LAP/waiting.json")
        async def waiting(word: str) -> Response:
            self.asked += 1
            if not self.available or not LINKS.takes_word(word, "waiting", "LAP"):
                return Response(status_code=503)
            on = office.clock.now().date()
            day = on.weekday()
            told = WaitingToday(on=on, is_working_day=day < 5, begins_week=day == 0, people=self.people)
            return Response(told.model_dump_json())


class Desk:
    """Notifications' database with a partnership, whose people all want to be told every day."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.office = Office(database)
        self.database = database
        self.directory = Directory(f"sqlite:///{folder / 'directory.db'}")
        self.access = Database(f"sqlite:///{folder / 'access.db'}")
        self.choices = EmailChoices(self.access, self.directory)
        self.programme = Programme(self.office)
        self.leader = Leader(database, self.office.clock, lambda: None)
        self.source: WaitingSource

    @property
    def digests(self) -> Digests:
        clock, domain = self.office.clock, "concordat.example"
        return Digests(self.database, self.directory, self.access, clock, self.source, self.leader, domain)

    async def look(self, at: datetime | None = None) -> None:
        """Look whether something is due, at an instant."""
        if at is not None:
            self.office.clock.move_to(at)
        self.leader.fence = await self.leader.lease.renew()
        await self.digests.make_what_is_due()

    async def put(self, person: str, *, email: str | None = None, pace: Pace = Pace.DAILY) -> None:
        await self.directory.put("LAP", [DirectoryEntry(person, None, f"Person {person}", email)])
        if email is not None:
            await self.choices.choose(email, (), pace)

    def told(self, *states: DeliveryState) -> list[tuple[str, str]]:
        """Return who was told on which day."""
        return [(each.person, each.reference) for each in self.queue(*states)]

    def queue(self, *states: DeliveryState) -> list[Delivery]:
        return self.office.queue(NoticeKind.DIGEST, *states)

    def send_all(self, outcome: outcomes.AttemptOutcome | None = None) -> None:
        now = self.office.clock.now()

        def send(connection: Connection) -> None:
            while claimed := deliveries.claim(connection, 1, now):
                outcomes.record(connection, claimed[0], outcome or Sent(), now, RETRY_POLICY)

        self.database.write_sync(send)


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """One in which all is known at noon of a Sunday, and two things wait for the secretary and one for the chair."""
    desk = Desk(database, tmp_path)
    make_schema(desk.directory.database, DIRECTORY)
    make_schema(desk.access, ACCESS)
    desk.office.learn(*logs.founding())
    for person in (logs.SECRETARY, logs.CHAIR):
        await desk.put(person, email=f"{person.lower()}@board.example")
    desk.programme.people = {logs.SECRETARY: (thing(1), thing(2)), logs.CHAIR: (thing(1),)}
    server = HttpServer(desk.programme.app, Settings(port=0))
    await server.start()
    desk.source = WaitingSource(server.url, LINKS)
    await desk.look(SUNDAY)
    yield desk
    await desk.source.close()
    await server.stop()
    await desk.directory.close()
    desk.access.close()


async def test_it_is_made_once_from_seven_in_the_morning_on_with_one_question_for_everybody(desk: Desk) -> None:
    await desk.look(MORNING - timedelta(minutes=1))
    assert (desk.programme.asked, desk.told()) == (0, [])
    for minutes in (0, 1, 600):
        await desk.look(MORNING + timedelta(minutes=minutes))
    assert (desk.programme.asked, desk.told()) == (1, [(logs.SECRETARY, "2014-10-13")])


async def test_what_has_not_changed_is_not_told_again_and_what_is_new_is(desk: Desk) -> None:
    await desk.look(MORNING)
    desk.send_all()
    await desk.look(MORNING + A_DAY)
    assert desk.told() == [(logs.SECRETARY, "2014-10-13")]
    desk.programme.people = {logs.SECRETARY: (thing(2), thing(3))}
    await desk.look(MORNING + 2 * A_DAY)
    assert desk.told() == [(logs.SECRETARY, "2014-10-13"), (logs.SECRETARY, "2014-10-15")]


async def test_the_secretary_is_told_of_e_mails_that_failed_as_on_home_and_nobody_else_is(desk: Desk) -> None:
    # given: a reminder is refused for good
    desk.office.hear(logs.due("BRE"))
    refused = desk.office.queue(NoticeKind.RETURN_DUE)
    desk.send_all(Rejected("550 no such mailbox"))
    desk.programme.people[logs.CHAIR] = (thing(1), thing(2))
    # when
    await desk.look(MORNING)
    # then
    told = {each.person: Digest.model_validate(desk.office.details(each)) for each in desk.queue()}
    said = {person: [each.what for each in digest.waiting[person]] for person, digest in told.items()}
    number = "1 e-mail" if len(refused) == 1 else f"{len(refused)} e-mails"
    assert said[logs.SECRETARY] == ["Action 1", "Action 2", f"{number} could not be delivered"]
    assert said[logs.CHAIR] == ["Action 1", "Action 2"]


async def test_what_could_not_be_sent_lapses_with_its_day_and_is_told_by_the_next_digest(desk: Desk) -> None:
    await desk.look(MORNING)
    await desk.look(MORNING + A_DAY)
    assert desk.told(DeliveryState.OVERTAKEN) == [(logs.SECRETARY, "2014-10-13")]
    assert desk.told(DeliveryState.WAITING) == [(logs.SECRETARY, "2014-10-14")]
    assert desk.queue(DeliveryState.OVERTAKEN)[0].reason == "the day that it tells of is over"


async def test_while_programme_does_not_answer_it_is_asked_again_and_the_day_is_made_up_for(desk: Desk) -> None:
    desk.programme.available = False
    with pytest.raises(NotTold, match="LAP: programme answered 503"):
        await desk.look(MORNING)
    desk.programme.available = True
    await desk.look(MORNING + timedelta(hours=9))
    assert desk.told() == [(logs.SECRETARY, "2014-10-13")]


async def test_a_day_on_which_nothing_ran_lapses(desk: Desk) -> None:
    await desk.look(MORNING + A_DAY - timedelta(hours=3))
    assert (desk.programme.asked, desk.told()) == (0, [])


async def test_a_partnership_that_is_new_here_begins_with_the_day_after(database: Database, desk: Desk) -> None:
    await desk.look(MORNING)
    new = Office(database)
    new.programme = logs.Log("programme", "NEW")
    new.learn(*logs.founding("NEW"))
    asked = desk.programme.asked
    await desk.look(MORNING + timedelta(hours=4))
    assert desk.programme.asked == asked


async def test_who_has_no_address_or_was_erased_gets_none(desk: Desk) -> None:
    several = (thing(1), thing(2))
    desk.programme.people = dict.fromkeys((logs.SECRETARY, logs.CHAIR, logs.MEMBER, logs.LEAD), several)
    await desk.put(logs.MEMBER)
    await desk.directory.erase("LAP", logs.CHAIR, MORNING)
    await desk.look(MORNING)
    assert desk.told() == [(logs.SECRETARY, "2014-10-13")]


async def test_it_is_told_at_the_pace_of_the_address(desk: Desk) -> None:
    desk.programme.people = dict.fromkeys((logs.SECRETARY, logs.CHAIR, logs.MEMBER), (thing(1), thing(2)))
    await desk.put(logs.CHAIR, email="chair@board.example", pace=Pace.WEEKLY)
    await desk.put(logs.MEMBER, email="member@board.example", pace=Pace.NEVER)
    await desk.look(MORNING + A_DAY)
    assert desk.told() == [(logs.SECRETARY, "2014-10-14")]
    await desk.look(MORNING + 7 * A_DAY)
    assert (logs.CHAIR, "2014-10-20") in desk.told()
    assert logs.MEMBER not in dict(desk.told())


async def test_whoever_was_reminded_of_a_return_today_is_not_told_of_it_alone(desk: Desk) -> None:
    theirs = Thing(what="Return", href="/return/LAP/2014-15-Q2/BRE", state="Not begun", by="", due=None)
    await desk.put(logs.LEAD, email="lead@board.example")
    desk.programme.people = {logs.LEAD: (theirs, theirs.model_copy(update={"what": "Again"}))}
    desk.office.clock.move_to(MORNING - timedelta(hours=1))
    desk.office.hear(logs.due("BRE"))
    await desk.look(MORNING)
    assert desk.told() == []
    await desk.look(MORNING + A_DAY)
    assert desk.told() == [(logs.LEAD, "2014-10-14")]


async def test_of_several_that_make_it_at_once_one_does(desk: Desk) -> None:
    desk.office.clock.move_to(MORNING)
    desk.leader.fence = await desk.leader.lease.renew()
    await asyncio.gather(*(desk.digests.make_what_is_due() for _ in range(3)))
    assert desk.told() == [(logs.SECRETARY, "2014-10-13")]


async def test_who_is_not_on_duty_makes_none_even_where_that_ends_meanwhile(desk: Desk) -> None:
    desk.office.clock.move_to(MORNING)
    desk.leader.fence = None
    await desk.digests.make_what_is_due()
    assert desk.programme.asked == 0
    desk.leader.fence, desk.leader.lease.fence = 1, None
    await desk.digests.make_what_is_due()
    assert (desk.programme.asked, desk.told()) == (1, [])
    await desk.look()
    assert desk.told() == [(logs.SECRETARY, "2014-10-13")]


async def test_what_breaks_off_before_its_commit_is_made_whole_afterwards(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue = deliveries.enqueue

    def breaks_off(*given: object, **named: object) -> None:
        enqueue(*given, **named)  # type: ignore[arg-type]
        raise ConnectionAbortedError

    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "enqueue", breaks_off)
        with pytest.raises(ConnectionAbortedError):
            await desk.look(MORNING)
    assert desk.told() == []
    await desk.look()
    assert desk.told() == [(logs.SECRETARY, "2014-10-13")]


async def test_it_says_in_what_role_somebody_is_told(desk: Desk) -> None:
    desk.office.learn(PersonAppointed(person=logs.SECRETARY, roles=(Role.CHAIR,), partner="BRE"))
    await desk.look(MORNING)
    assert [each.role for each in desk.queue()] == [Role.CHAIR]
