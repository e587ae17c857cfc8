"""Logs: our own entries and those of libraries, in one form, with their context and without personal data."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
import structlog
from fastapi import APIRouter
from faststream.nats import NatsBroker
from nats.aio.client import Client
from sqlalchemy import Connection
from structlog.contextvars import bound_contextvars

from contracts.envelope import Recorded
from services.runtime.access.sessions.api_token import id_of
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.table import Beyond, Row
from services.runtime.base.version import product_version
from services.runtime.messaging import consumer
from services.runtime.messaging.consumer import Consumer
from services.runtime.messaging.log_context import taking_in
from services.runtime.messaging.stream_reader import Message
from services.runtime.store.database import Database
from services.runtime.web.app import make_app
from tests.parts.doors import OPEN
from tests.parts.nats import NatsServer, patient
from tests.parts.seals import keyring
from tests.parts.sessions import made_ready
from tests.parts.tables import make_tables
from tests.parts.tokens import by_operator, by_system
from tests.parts.waiting import STILL_SECONDS
from tests.runtime.answering import calling, make_example, routes, served, settings
from tests.runtime.ledger import run_of
from tests.runtime.logged import logged
from tests.runtime.stream_contents import put


def test_an_entry_carries_the_context_in_which_it_was_written() -> None:
    with logged() as log, bound_contextvars(partnership="LAP", correlation="c-1"):
        structlog.get_logger("concordat.test").info("pack issued", meeting="LAP-B07")
    (entry,) = log.entries
    assert entry["event"] == "pack issued"
    assert (entry["partnership"], entry["correlation"], entry["meeting"]) == ("LAP", "c-1", "LAP-B07")
    assert (entry["level"], entry["logger"]) == ("info", "concordat.test")
    assert entry["timestamp"].endswith("Z")


@pytest.mark.parametrize("form", ["json", "console"])
def test_every_entry_says_which_release_wrote_it(form: Literal["json", "console"]) -> None:
    with logged(form=form) as log:
        structlog.get_logger("concordat.test").info("pack issued")
        logging.getLogger("nats.aio").warning("slow consumer")
    said = f'"release":"{product_version()}"' if form == "json" else f"release={product_version()}"
    assert [said in line for line in log.text.splitlines()] == [True, True]


async def test_what_a_request_leads_to_says_of_which_partnership_it_is_in_the_threads_of_a_database_too(
    tmp_path: Path,
) -> None:
    # given: a route of a partnership that asks its database and changes something
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    router = APIRouter()

    def say(what: str, _connection: Connection) -> None:
        structlog.get_logger("concordat.test").info(what)

    @router.get("/projects/{partnership}")
    async def ask(partnership: str) -> str:
        await database.read(partial(say, "asked"))
        await database.write(partial(say, "changed"))
        return partnership

    with logged() as log:
        table = OPEN.with_more([Row(what="", why="", seen_by=Beyond.EVERYBODY, at=("/projects/{partnership}",))])
        async with calling(make_app(settings(), [router], table=table)) as client:
            # when
            answer = await client.get("/projects/LAP", headers={"X-Request-ID": "request-of-mine"})
            await client.get("/no-such-room")
    database.close()
    # then
    assert answer.status_code == 200
    of_lap = [each for each in log.entries if "partnership" in each]
    context = {(each["event"], each["partnership"], each["request_id"]) for each in of_lap}
    assert context == {(event, "LAP", "request-of-mine") for event in ("asked", "changed", "request")}
    assert len([each for each in log.entries if each["event"] == "request"]) == 2


async def test_what_is_done_for_an_event_says_which_and_of_which_request_it_comes(
    database: Database, connection: Client, stream: str
) -> None:
    # given: a consumer whose effects say something, the second of which fails
    make_tables(database, *consumer.SCHEMAS)
    first, second = run_of(2)

    def effect(_connection: Connection, events: Sequence[Recorded]) -> None:
        for event in events:
            with taking_in(event):
                structlog.get_logger("concordat.test").info("taken in")
                if event.version == 2:
                    raise LookupError("no such partner")

    with logged() as log:
        its = Consumer(database, connection, keyring(stream), "test", effect, at_once=1)
        await put(connection, stream, [first, second])
        messages = [await patient(connection).get_msg(stream, number) for number in (1, 2)]
        # when
        for each in messages:
            await its.take([Message(each.seq or 0, each.subject or "", each.data or b"", None, 0)])
        structlog.get_logger("concordat.test").info("afterwards")
    # then

    def about(event: str) -> set[tuple[str, str, str]]:
        its = [each for each in log.entries if each["event"] == event]
        return {(each["partnership"], each["event_id"], each["request_id"]) for each in its}

    assert about("taken in") == {("LAP", each.id, each.correlation) for each in (first, second)}
    assert about("the effect of an event failed") == {("LAP", second.id, second.correlation)}
    assert "event_id" not in log.entries[-1]


def test_entries_of_libraries_have_the_same_form() -> None:
    with logged() as log:
        logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
        logging.getLogger("nats.aio").warning("slow consumer")
    assert [(entry["logger"], entry["event"]) for entry in log.entries] == [
        ("uvicorn.error", "Invalid HTTP request received."),
        ("nats.aio", "slow consumer"),
    ]


async def test_what_a_message_handler_logs_goes_the_same_way_once(nats_server: NatsServer) -> None:
    with logged() as log:
        broker = NatsBroker(nats_server.url)
        taken = asyncio.Event()

        @broker.subscriber("logging.LAP.partner-admitted")
        async def take_in(body: str) -> None:
            structlog.get_logger("concordat.test").info("taken in", body=body)
            taken.set()

        async with broker:
            await broker.start()
            await broker.publish("hello", "logging.LAP.partner-admitted")
            await asyncio.wait_for(taken.wait(), timeout=STILL_SECONDS)
    assert [entry["event"] for entry in log.entries if entry["logger"] == "concordat.test"] == ["taken in"]
    received = [entry for entry in log.entries if entry["event"] == "Received"]
    assert [entry["subject"] for entry in received] == ["logging.LAP.partner-admitted"]


async def test_the_entry_of_a_change_says_which_system_made_it_and_not_its_token(tmp_path: Path) -> None:
    given = settings(data_dir=tmp_path)
    system = by_system(given, "LAP")
    token = system["Authorization"].removeprefix("Bearer ")
    with logged() as log:
        sessions = Sessions(given)
        await made_ready(sessions)
        async with calling(make_app(given, [routes()], table=OPEN, sessions=sessions)) as client:
            change = {"history": [{"date": "2014-07-14", "measure": {"kind": "quantity", "target": 6}}]}
            for headers in (system, by_operator(given)):
                assert (await client.post("/api/v1/programme", json=change, headers=headers)).status_code == 200
            await client.get("/api/v1/partners", headers=system)
        await sessions.close()
    changed, set_up, read = [each for each in log.entries if each["event"] == "request"]
    assert (changed["caller"], changed["people"]) == (f"system {id_of(token)[:12]}", ["LAP-U001"])
    assert "people" not in set_up
    assert "caller" not in read
    assert token not in log.text


def test_no_entry_holds_personal_data_or_a_secret() -> None:
    with logged() as log:
        write = structlog.get_logger("concordat.test")
        write.info(
            "sent to Jane <jane.smith@brent.example>",
            email="jane.smith@brent.example",
            name="Jane Smith",
            detail={"to": "jane.smith@brent.example", "lines": ["call jane.smith@brent.example"]},
            database="postgresql://concordat:hunter2@db.example/programme",
            header="Authorization: Bearer hunter2",
        )
        error = ValueError("550 jane.smith@brent.example: no such mailbox")
        write.error("not delivered", exc_info=error)
    assert "jane" not in log.text.replace("sent to Jane", "")
    assert "Smith" not in log.text
    assert "hunter2" not in log.text
    sent, failed = log.entries
    assert sent["event"] == "sent to Jane <<address>>"
    assert sent["database"] == "postgresql://db.example/programme"
    assert "no such mailbox" in failed["exception"]


def test_less_serious_entries_than_wanted_are_left_out() -> None:
    with logged("warning") as log:
        structlog.get_logger("concordat.test").info("nothing of note")
        structlog.get_logger("concordat.test").warning("something of note")
    assert [entry["event"] for entry in log.entries] == ["something of note"]


def test_entries_for_eyes_have_no_escape_codes_where_nobody_looks() -> None:
    with logged(form="console") as log:
        structlog.get_logger("concordat.test").info("pack issued", meeting="LAP-B07")
    assert "pack issued" in log.text
    assert "meeting=LAP-B07" in log.text
    assert "\x1b" not in log.text


UNSEEN = ["\x1b[2J", "\r", "\n", "\x9b31m", "\u202e", "\u2028", "\u200b", "\x07", "\ud800"]


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_is_not_seen_never_reaches_a_console(form: Literal["console", "json"], unseen: str) -> None:
    def fail() -> None:
        raise ValueError(f"e{unseen}f")

    with logged("debug", form) as log:
        write = structlog.get_logger("concordat.test")
        write.info(f"told{unseen}g", path=f"/a{unseen}b", inside={"list": [f"c{unseen}d"], f"k{unseen}": 1})
        logging.getLogger("nats.aio").warning("x%sy", unseen)
        try:
            fail()
        except ValueError:
            write.exception("failed")

    assert all(f"{before}{unseen}" not in log.text for before in ("/a", "c", "k", "x", "told"))
    assert unseen == "\n" or unseen not in log.text
    assert "/a" in log.text
    assert "Traceback" in log.text


async def test_the_address_of_a_request_does_not_steer_the_console() -> None:
    with logged("debug", "console") as log:
        async with served(make_example()) as client:
            for path in ("/%1b%5B2J%1b%5D0;owned%07", "/%c2%9b31m", "/%e2%80%ae", "/%0a2026 [error] forged"):
                await client.get(path)
    lines = log.text.splitlines()
    assert len([line for line in lines if "path=" in line]) == 4
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("2026 [error] forged") for line in lines)
