"""A replica beside one of a newer version, which has recorded what this one cannot read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from contracts.envelope import NewerEvent, link
from domain.register import Register
from services.programme.core.dispatcher import Dispatcher
from services.programme.schema import SCHEMA
from services.runtime.access.directory import SCHEMA as DIRECTORY
from services.runtime.access.directory import Directory
from services.runtime.base.clock import SteppedClock
from services.runtime.base.telemetry import REGISTRY
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from tests.parts.tables import make_schema
from tests.programme.partnerships import SECRETARY, command

STORE = EventStore("programme")
FORM = {"name": "A partnership", "formed_on": "2014-04-01", "holidays": "none"}
BRENT = {"code": "BRE", "name": "Brent", "kind": "london_borough", "joined_on": "2014-04-01"}


@pytest.fixture
async def dispatcher(database_url: str, tmp_path: Path) -> AsyncIterator[Dispatcher]:
    """A replica of this version with LAP and SEM, in whose log of LAP a newer one has recorded something."""
    database, directory = Database(database_url), Directory(f"sqlite:///{tmp_path / 'directory.db'}")
    make_schema(database, SCHEMA)
    make_schema(directory.database, DIRECTORY)
    made = Dispatcher(database, STORE, SteppedClock(datetime(2014, 4, 1, 11, tzinfo=UTC)), directory)
    for code in ("LAP", "SEM"):
        await made.handle(code, command("form_partnership", {"code": code, **FORM}), f"{code}-U001")
    await made.handle("LAP", command("admit_partner", BRENT), SECRETARY)
    database.write_sync(record_something_newer)
    yield made
    database.close()
    directory.database.close()


def record_something_newer(connection: Connection) -> None:
    *_, last = STORE.read(connection, "LAP")
    body = last.body.replace(b"partner-admitted.v1", b"partner-praised.v1").replace(
        f'"version":{last.version}'.encode(), f'"version":{last.version + 1}'.encode()
    )
    STORE.append(connection, [last._replace(version=last.version + 1, body=body, chain=link(last.chain, body))])


def failed() -> float:
    return REGISTRY.get_sample_value("concordat_commands_total", {"outcome": "failed"}) or 0.0


async def test_it_decides_nothing_upon_what_it_cannot_read_and_says_so(dispatcher: Dispatcher) -> None:
    before = failed()
    with pytest.raises(NewerEvent, match=r"org\.concordat\.partner-praised\.v1"):
        await dispatcher.handle("LAP", command("admit_partner", {**BRENT, "code": "HAC", "name": "Hackney"}), SECRETARY)
    assert failed() == before + 1


async def test_it_shows_nothing_of_what_it_cannot_read(dispatcher: Dispatcher) -> None:
    with pytest.raises(NewerEvent):
        await dispatcher.view("LAP", lambda register: register.code)


async def test_it_goes_on_with_every_other_partnership(dispatcher: Dispatcher) -> None:
    with pytest.raises(NewerEvent):
        await dispatcher.view("LAP", lambda register: register.code)
    await dispatcher.handle("SEM", command("admit_partner", BRENT), "SEM-U001")

    def partners(register: Register) -> list[str]:
        return list(register.partners)

    assert await dispatcher.view("SEM", partners) == ["BRE"]
