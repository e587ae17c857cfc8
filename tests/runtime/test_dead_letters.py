"""Dead letters can be seen, tried again and thrown away, by the operator alone, on a page and by a command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import httpx
import pytest
from nats.aio.client import Client
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, insert, select

from contracts.envelope import Recorded, with_chain
from services.runtime.base.telemetry import REGISTRY
from services.runtime.messaging import consumer, dead_letters
from services.runtime.messaging.checks import dead_letters_check
from services.runtime.messaging.dead_letters import Gone
from services.runtime.messaging.handlers import Handler
from services.runtime.messaging.streams import Durable
from services.runtime.store.database import Database
from services.runtime.web.app import make_app
from services.runtime.web.dead_letter_admin import DeadLetterAdmin
from services.runtime.web.dead_letters import routes
from services.runtime.web.server import HttpServer
from tests.cli.command import concordat
from tests.parts.seals import keyring
from tests.parts.tables import make_tables
from tests.runtime.answering import SIGNED, TOKEN, settings
from tests.runtime.ledger import run_of

EVENT, STRANGER = 1, 2
PAGE = "/emails/dead-letters"
API = "/notifications/api/v1/dead-letters"
DURABLE = Durable("PROGRAMME", "notifications-programme")
_metadata = MetaData()
_effects = Table("effects", _metadata, Column("version", BigInteger, nullable=False))


class Office:
    """A service with two dead letters, an event and a message of a stranger, over real HTTP."""

    def __init__(self, database: Database, connection: Client) -> None:
        self.database = database
        self.effect: Callable[[Connection, Recorded], None] = note
        self.told: list[str] = []
        self.handler = Handler(
            database,
            connection,
            keyring("PROGRAMME"),
            DURABLE,
            self._on,
            lambda events: self.told.extend(event.id for event in events),
        )
        self.url = ""
        self.client: httpx.AsyncClient

    def _on(self, connection: Connection, events: Sequence[Recorded]) -> None:
        for event in events:
            self.effect(connection, event)

    def effects(self) -> list[int]:
        return self.database.read_sync(lambda connection: list(connection.scalars(select(_effects.c.version))))

    def numbers(self) -> list[int]:
        letters = self.database.read_sync(lambda connection: dead_letters.oldest(connection, 10))
        return [letter.id for letter in letters]

    async def do(self, act: str, number: int, **headers: str) -> httpx.Response:
        return await self.client.post(f"{API}/{number}/{act}", headers={**SIGNED, **headers})


def note(connection: Connection, event: Recorded) -> None:
    connection.execute(insert(_effects), {"version": event.version})


def fail(connection: Connection, event: Recorded) -> None:
    note(connection, event)
    raise LookupError("the template is missing")


def bury(connection: Connection) -> None:
    event = run_of(3)[2]
    dead_letters.bury(
        connection,
        *(DURABLE.name, "LAP", event.version),
        subject="programme.LAP.partner-admitted",
        wire=with_chain(event.body, event.chain),
        reason="its effect failed 8 times, the last time with: the template is missing",
    )
    dead_letters.bury(
        connection,
        DURABLE.name,
        "LAP",
        0,
        subject="programme.LAP.forged",
        wire=b"{}",
        reason="no \x1b[31mservice sent it",
    )


@pytest.fixture
async def office(database: Database, connection: Client) -> AsyncIterator[Office]:
    make_tables(database, _metadata, *consumer.SCHEMAS)
    database.write_sync(bury)
    office = Office(database, connection)
    queue_admin = DeadLetterAdmin("notifications", database, {DURABLE.name: office.handler.consumer})
    server = HttpServer(make_app(settings(), [routes(queue_admin, PAGE, "e-mails that were not written")]), settings())
    await server.start()
    office.url = server.url
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=60) as office.client:
        yield office
    await server.stop()


async def test_all_are_listed_with_the_reason_and_what_can_be_done(office: Office) -> None:
    page = (await office.client.post(PAGE, data={"act": "show", "token": TOKEN})).text
    listed = (await office.client.get(API, headers=SIGNED)).json()
    assert "Event 3 of" in page
    assert "the template is missing" in page
    assert "No event" in page
    assert [(each["number"], each["can_be_retried"]) for each in listed["dead_letters"]] == [(1, True), (2, False)]
    assert listed["total"] == 2


async def test_what_is_tried_again_takes_effect_once_and_is_gone(office: Office) -> None:
    first = await office.do("retry", EVENT)
    second = await office.do("retry", EVENT)
    assert (first.status_code, second.status_code) == (200, 404)
    assert office.effects() == [3]
    assert office.numbers() == [STRANGER]
    assert len(office.told) == 1


async def test_of_two_who_try_at_once_one_comes_too_late(office: Office) -> None:
    [letter] = office.database.read_sync(lambda connection: dead_letters.oldest(connection, 1))
    retry = office.handler.consumer.retry_letter
    outcomes = await asyncio.gather(retry(letter), retry(letter), return_exceptions=True)
    assert sorted(type(outcome) for outcome in outcomes if outcome is not None) == [Gone]
    assert office.effects() == [3]


async def test_what_fails_once_more_stays_and_leaves_nothing_behind(office: Office) -> None:
    office.effect = fail
    answer = await office.do("retry", EVENT)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "Its effect failed once more: The template is missing."
    assert office.effects() == []
    assert office.numbers() == [EVENT, STRANGER]


async def test_what_no_service_sent_is_never_tried_and_can_be_thrown_away(office: Office) -> None:
    refused = await office.do("retry", STRANGER)
    discarded = await office.do("discard", STRANGER)
    assert refused.status_code == 409
    assert "cannot be tried again, since it is no event" in refused.json()["detail"]
    assert discarded.status_code == 200
    assert office.effects() == []
    assert office.numbers() == [EVENT]


@pytest.mark.parametrize("act", ["retry", "discard"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer wrong"}, 401)],
)
async def test_nobody_but_the_operator_acts(office: Office, act: str, headers: dict[str, str], status: int) -> None:
    answer = await office.client.post(f"{API}/{EVENT}/{act}", headers=headers)
    listed = await office.client.get(API, headers=headers)
    by_page = await office.client.post(PAGE, data={"chosen": EVENT, "act": act, "token": "wrong"})
    assert (answer.status_code, listed.status_code, by_page.status_code) == (status, status, 401)
    assert office.numbers() == [EVENT, STRANGER]
    assert office.effects() == []


async def test_the_page_shows_nothing_before_the_token_was_typed(office: Office) -> None:
    stranger = await office.client.get(PAGE)
    shown = await office.client.post(PAGE, data={"act": "show", "chosen": EVENT, "token": TOKEN})
    assert "programme.LAP" not in stranger.text
    assert "API token" in stranger.text
    assert f'value="{EVENT}" checked' in shown.text
    assert TOKEN not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"


async def test_the_page_deals_with_one(office: Office) -> None:
    tried = await office.client.post(PAGE, data={"chosen": EVENT, "act": "retry", "token": TOKEN})
    refused = await office.client.post(PAGE, data={"chosen": STRANGER, "act": "retry", "token": TOKEN})
    after = (await office.client.get(tried.headers["Location"])).text
    assert (tried.status_code, refused.status_code) == (303, 409)
    assert "Dead letter 1 has taken effect." in after
    assert "It can be discarded." in refused.text
    assert office.effects() == [3]


async def test_the_address_that_the_page_had_before_leads_on_for_good(office: Office) -> None:
    answer = await office.client.get("/notifications/dead-letters")
    assert (answer.status_code, answer.headers["Location"]) == (308, PAGE)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"chosen": EVENT, "act": "retry", "token": "not-ours"}, "The API token is not the one of this deployment."),
        ({"chosen": EVENT, "act": "retry", "token": " "}, "Enter the API token of this deployment."),
        ({"act": "retry", "token": TOKEN}, "Choose a dead letter in the list."),
    ],
)
async def test_the_page_says_what_is_wrong_and_keeps_what_was_chosen_but_no_token(
    office: Office, typed: dict[str, str], said: str
) -> None:
    answer = await office.client.post(PAGE, data=typed)
    assert answer.status_code in {401, 422}
    assert "<title>Error: Dead letters" in answer.text
    assert said in answer.text
    assert "not-ours" not in answer.text
    assert TOKEN not in answer.text
    assert (f'name="chosen" value="{EVENT}"' in answer.text) is ("chosen" in typed or TOKEN in typed.values())
    assert ("programme.LAP" in answer.text) is (TOKEN in typed.values())
    assert office.numbers() == [EVENT, STRANGER]


async def test_they_are_counted_where_machines_look(office: Office) -> None:
    check = dead_letters_check("notifications", office.database, [DURABLE.name, "notifications-reporting"], PAGE)
    finding = await check.probe()
    gauge = "concordat_dead_letters"
    assert finding.ok
    assert finding.message.startswith("2 wait for a person, at /emails/dead-letters")
    assert REGISTRY.get_sample_value(gauge, {"consumer": DURABLE.name}) == 2
    assert REGISTRY.get_sample_value(gauge, {"consumer": "notifications-reporting"}) == 0


async def test_the_command_lists_tries_again_and_throws_away(office: Office) -> None:
    known = {"CONCORDAT_API_TOKEN": TOKEN}

    async def told(*arguments: str) -> tuple[int, str]:
        done = await asyncio.to_thread(concordat, "dead-letters", *arguments, "--url", office.url, environment=known)
        return done.returncode, done.stdout + done.stderr

    listed = await told("list")
    known.clear()
    without_token = await told("retry", "notifications/1")
    known["CONCORDAT_API_TOKEN"] = TOKEN
    refused = await told("retry", "notifications/2")
    tried = await told("retry", "notifications/1")
    discarded = await told("discard", "notifications/2")
    unknown = await told("discard", "notifications/2")
    unwritten = await told("discard", "letters/2")
    none = await told("list")

    assert listed[0] == 0
    assert "event 3 of LAP, programme.LAP.partner-admitted: its effect failed 8 times" in listed[1]
    assert "no event, programme.LAP.forged: no \ufffd[31mservice sent it" in listed[1]
    assert "reporting does not run at" in listed[1]
    assert "There are 2 dead letters." in listed[1]
    assert without_token[0] == 1
    assert "needs the deployment's API token" in without_token[1]
    assert refused[0] == 1
    assert "cannot be tried again" in refused[1]
    assert tried == (0, "notifications/1 has taken effect.\n")
    assert discarded == (0, "notifications/2 has been thrown away.\n")
    assert unknown[0] == 1
    assert "There is no dead letter 2 in notifications." in unknown[1]
    assert unwritten[0] == 2
    assert "There are no dead letters." in none[1]
    assert office.effects() == [3]
