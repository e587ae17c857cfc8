"""Blocked partnerships can be seen with what is in the way and tried at once, by the operator alone; none skips."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import httpx
import pytest
from nats.aio.client import Client
from sqlalchemy import Connection, insert

from contracts.envelope import Recorded
from services.runtime.base.retry import steadily
from services.runtime.base.security_log import SecurityEvent
from services.runtime.messaging import consumer
from services.runtime.messaging.blocked_partitions import blocked_partitions
from services.runtime.messaging.follower import SCHEMAS, Follower
from services.runtime.store.database import Database
from services.runtime.web.app import make_app
from services.runtime.web.blocked_admin import BlockedAdmin
from services.runtime.web.blocked_partnerships import routes
from services.runtime.web.server import HttpServer
from tests.cli.command import concordat
from tests.parts.nats import patient
from tests.parts.seals import keyring, sealed
from tests.parts.tables import make_tables
from tests.parts.waiting import until
from tests.runtime.answering import SIGNED, TOKEN, settings
from tests.runtime.ledger import run_of
from tests.runtime.logged import logged
from tests.runtime.stream_contents import put
from tests.runtime.test_follower import entered, journal, metadata

PAGE = "/packs/blocked-partnerships"
API = "/reporting/api/v1/blocked-partnerships"
NAME = "reporting"
BROKEN = "no such partner"


class Standing:
    """A service whose follower stands still at an event, until its effect is mended, over real HTTP and NATS."""

    def __init__(self, database: Database, connection: Client, stream: str) -> None:
        self.database, self.connection, self.stream = database, connection, stream
        self.broken = False
        self.follower = Follower(database, connection, keyring(stream), NAME, self._apply)
        self.url = ""
        self.client: httpx.AsyncClient

    def _apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        if self.broken and any(event.partnership == "LAP" and event.version == 3 for event in events):
            raise LookupError(BROKEN)
        rows = [{"partnership": e.partnership, "version": e.version, "body": e.body} for e in events]
        connection.execute(insert(journal), rows)

    async def taken_in(self, partnership: str = "LAP") -> int:
        return len(await entered(self.database, partnership))

    async def blocked(self) -> list[dict[str, object]]:
        listed = (await self.client.get(API, headers=SIGNED)).json()["blocked_partnerships"]
        assert isinstance(listed, list)
        return listed

    async def retry(self, partnership: str = "LAP", **headers: str) -> httpx.Response:
        return await self.client.post(f"{API}/{partnership}/retry", headers=headers or SIGNED)

    async def command(self, *arguments: str) -> tuple[int, str]:
        given = ("blocked-partnerships", *arguments, "--url", self.url)
        done = await asyncio.to_thread(concordat, *given, environment={"CONCORDAT_API_TOKEN": TOKEN})
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
async def standing(
    database: Database, connection: Client, stream: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Standing]:
    # after its first try the follower tries nothing by itself: it would be first with what the operator is to try
    monkeypatch.setattr(consumer, "_BACKOFF", steadily(3600.0))
    make_tables(database, metadata, *SCHEMAS)
    standing = Standing(database, connection, stream)
    admin = BlockedAdmin("reporting", database, {NAME: standing.follower.consumer})
    server = HttpServer(make_app(settings(), [routes(admin, PAGE, "pages and packs")]), settings())
    await server.start()
    await standing.follower.start()
    standing.url = server.url
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=60) as standing.client:
        yield standing
    await standing.follower.stop()
    await server.stop()


async def fails_at_three(standing: Standing) -> None:
    """Have the third of five events of LAP fail, and another partnership go on."""
    standing.broken = True
    await put(standing.connection, standing.stream, [*run_of(5), *run_of(2, "SEM")])
    await until(lambda: BROKEN in standing.follower.blocked.get("LAP", "") and standing.follower.read_upto == 7)


async def lacks_the_third(standing: Standing) -> None:
    """Have the stream lose the third of five events of LAP."""
    events = run_of(5)
    await put(standing.connection, standing.stream, [*events[:2], *events[3:]])
    await until(lambda: "LAP" in standing.follower.blocked and standing.follower.read_upto == 4)


async def cannot_read_the_third(standing: Standing) -> None:
    """Have the third event be of a version that this software does not know."""
    first, second, third = run_of(3)
    newer = third._replace(body=third.body.replace(b"capacity-released.v1", b"capacity-released.v99"))
    await put(standing.connection, standing.stream, [first, second])
    subject = f"{standing.stream.lower()}.LAP.capacity-released"
    await patient(standing.connection).publish(subject, sealed(standing.stream, newer))
    await until(lambda: "LAP" in standing.follower.blocked)


@pytest.mark.parametrize(
    ("blocked", "event", "why", "way_out", "waiting"),
    [
        (fails_at_three, "capacity-released", BROKEN, "mend its cause", 2),
        (lacks_the_third, None, "Event 3 is missing.", "concordat republish", 2),
        (cannot_read_the_third, "capacity-released", "cannot be read", "finish the upgrade", 0),
    ],
)
async def test_each_is_shown_with_the_event_since_when_why_what_to_do_and_what_waits(
    standing: Standing, blocked, event: str | None, why: str, way_out: str, waiting: int
) -> None:
    # given
    before = datetime.now(UTC)
    await blocked(standing)
    # when
    [listed] = await standing.blocked()
    page = (await standing.client.post(PAGE, data={"act": "show", "token": TOKEN})).text
    # then
    its = {name: listed[name] for name in ("partnership", "consumer", "version", "event", "waiting")}
    assert its == {"partnership": "LAP", "consumer": NAME, "version": 3, "event": event, "waiting": waiting}
    assert before <= datetime.fromisoformat(str(listed["since"])) <= datetime.now(UTC)
    assert why in str(listed["reason"])
    assert way_out in str(listed["way_out"])
    assert why in page
    assert way_out in page
    assert "Event 3" in page


async def test_once_the_cause_is_mended_it_goes_on_at_once_with_all_that_waited(standing: Standing) -> None:
    # given: the next try would be long in coming
    await fails_at_three(standing)
    for _ in range(12):
        assert (await standing.retry()).status_code == 409
    standing.broken = False
    # when
    answer = await standing.retry()
    # then
    assert (answer.status_code, answer.json()) == (200, {"partnership": "LAP"})
    assert await standing.taken_in() == 5
    assert await standing.blocked() == []
    assert (await standing.retry()).status_code == 404
    assert standing.follower.blocked == {}


async def test_what_is_still_in_the_way_is_said_and_nothing_is_skipped(standing: Standing) -> None:
    await fails_at_three(standing)
    answer = await standing.retry()
    by_page = await standing.client.post(PAGE, data={"act": "retry", "chosen": "LAP", "token": TOKEN})
    assert (answer.status_code, by_page.status_code) == (409, 409)
    assert answer.json()["detail"] == f"LAP is still blocked: An event could not be applied: {BROKEN}."
    assert BROKEN in by_page.text
    assert await standing.taken_in() == 2
    assert await standing.taken_in("SEM") == 2


async def test_when_it_has_moved_on_what_is_said_is_about_where_it_stands_now(standing: Standing) -> None:
    # given: the third event fails and the fifth of six never came
    standing.broken = True
    events = run_of(6)
    await put(standing.connection, standing.stream, [*events[:4], events[5]])
    await until(lambda: BROKEN in standing.follower.blocked.get("LAP", "") and standing.follower.read_upto == 5)
    standing.broken = False
    # when
    answer = await standing.retry()
    [listed] = await standing.blocked()
    # then
    assert answer.status_code == 409
    assert (listed["version"], listed["event"], listed["reason"]) == (5, None, "Event 5 is missing.")
    assert "republish" in str(listed["way_out"])
    assert listed["waiting"] == 1


async def test_a_replica_tries_what_another_one_met_with(standing: Standing, database_url: str) -> None:
    # given: another replica, in a process of its own, noted that it is blocked and has died
    await put(standing.connection, standing.stream, run_of(2))
    await until(lambda: standing.follower.position("LAP").version == 2)
    note = {"consumer": NAME, "partnership": "LAP", "seen": 5, "reason": "event 3 is missing"}
    elsewhere = Database(database_url)
    elsewhere.write_sync(lambda connection: connection.execute(insert(blocked_partitions), note).rowcount)
    elsewhere.close()
    assert standing.follower.blocked == {}
    # when
    still = await standing.retry()
    [listed] = await standing.blocked()
    await put(standing.connection, standing.stream, run_of(5)[2:])
    # then: an earlier version wrote it down, so some is not known; here it is looked after from now on
    assert still.status_code == 409
    assert (listed["since"], listed["event"], listed["version"]) == (None, None, 3)
    await until(lambda: standing.follower.position("LAP").version == 5)
    await until(lambda: standing.follower.blocked == {})


async def test_of_very_many_the_first_are_listed_and_counted_with_the_rest_and_any_can_be_tried(
    standing: Standing,
) -> None:
    # given: ever so many that another replica noted, and one whose code comes last
    noted = [
        {"consumer": NAME, "partnership": f"A{n:03}", "seen": 2, "reason": "event 1 is missing"} for n in range(200)
    ]
    standing.database.write_sync(lambda connection: connection.execute(insert(blocked_partitions), noted).rowcount)
    await lacks_the_third(standing)
    # when
    answer = (await standing.client.get(API, headers=SIGNED)).json()
    page = (await standing.client.post(PAGE, data={"act": "show", "token": TOKEN})).text
    told = await standing.command("list")
    tried = await standing.command("retry", "reporting/LAP")
    # then
    assert len(answer["blocked_partnerships"]) == 200
    assert answer["total"] == 201
    assert "These are the first 200 of 201, by their codes." in page
    assert "A199" in page
    assert "LAP" not in page
    assert "reporting: 1 more" in told[1]
    assert "201 partnerships blocked." in told[1]
    assert "LAP is still blocked: Event 3 is missing." in tried[1]


async def test_nobody_but_the_operator_sees_or_tries_any(standing: Standing) -> None:
    await lacks_the_third(standing)
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = await standing.client.post(f"{API}/LAP/retry", headers=headers)
        listed = await standing.client.get(API, headers=headers)
        assert (answer.status_code, listed.status_code) == (401, 401)
    by_page = await standing.client.post(PAGE, data={"chosen": "LAP", "act": "retry", "token": "wrong"})
    stranger = await standing.client.get(PAGE)
    shown = await standing.client.post(PAGE, data={"act": "show", "chosen": "LAP", "token": TOKEN})
    assert by_page.status_code == 401
    assert "LAP" not in stranger.text
    assert 'value="LAP" checked' in shown.text
    assert TOKEN not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"


async def test_the_page_asks_for_a_choice_and_says_what_goes_on(standing: Standing) -> None:
    await fails_at_three(standing)
    unchosen = await standing.client.post(PAGE, data={"act": "retry", "token": TOKEN})
    standing.broken = False
    tried = await standing.client.post(PAGE, data={"act": "retry", "chosen": "LAP", "token": TOKEN})
    after = await standing.client.get(tried.headers["Location"])
    none = await standing.client.post(PAGE, data={"act": "show", "token": TOKEN})
    assert unchosen.status_code == 422
    assert "Choose a partnership in the list." in unchosen.text
    assert tried.status_code == 303
    assert "LAP goes on." in after.text
    assert "There are none." in none.text


async def test_while_the_broker_is_away_a_try_says_so_and_changes_nothing(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lacks_the_third(standing)

    async def away(*_: object) -> None:
        raise TimeoutError("nats: timeout")

    monkeypatch.setattr("services.runtime.messaging.consumer.find_following", away)
    answer = await standing.retry()
    assert answer.status_code == 503
    assert answer.json()["detail"] == "The stream cannot be read now: Nats: timeout."
    assert len(await standing.blocked()) == 1


async def test_who_tries_one_stands_in_the_security_log(standing: Standing) -> None:
    await lacks_the_third(standing)
    with logged() as log:
        await standing.retry()
    [entry] = [each for each in log.entries if each["event"] == SecurityEvent.OPERATED.value]
    assert (entry["act"], entry["service"], entry["what"]) == ("retry", "reporting", "blocked partnership LAP")


async def test_the_command_lists_and_tries_them(standing: Standing) -> None:
    await fails_at_three(standing)
    listed = await standing.command("list")
    refused = await standing.command("retry", "reporting/LAP")
    standing.broken = False
    tried = await standing.command("retry", "reporting/LAP")
    unwritten = await standing.command("retry", "LAP")
    none = await standing.command("list")

    assert "reporting/LAP  at event 3, capacity-released, for reporting, since 2" in listed[1]
    assert "2 known to wait behind it" in listed[1]
    assert BROKEN in listed[1]
    assert "programme does not run at" in listed[1]
    assert "1 partnership blocked." in listed[1]
    assert refused[0] == 1
    assert "is still blocked" in refused[1]
    assert tried == (0, "reporting/LAP goes on.\n")
    assert unwritten[0] == 2
    assert "No partnership is blocked." in none[1]
