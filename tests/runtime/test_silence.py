"""A database that is there and says nothing: nobody waits for it for long, and it is heard as soon as it speaks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from services.runtime.store import silence
from services.runtime.store.checks import database_check
from services.runtime.store.database import Database, Unavailable
from services.runtime.store.silence import Silence
from tests.faults.proxy import Proxy
from tests.parts.child import HOST
from tests.parts.postgres import SUPERUSER, PostgresServer
from tests.parts.waiting import until

pytestmark = pytest.mark.postgresql

QUICK = 0.2
LONG = 60.0
"""Nothing here takes so long, however busy the machine is."""

Patience = Callable[[float, float], None]


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Patience:
    """Sets how long anybody waits before silence is thought of, and then for an answer, in seconds."""

    def set_to(before: float, answer: float) -> None:
        monkeypatch.setattr(silence, "_PATIENCE_SECONDS", before)
        monkeypatch.setattr(silence, "_ANSWER_SECONDS", answer)

    monkeypatch.setattr(silence, "_PAUSE_SECONDS", QUICK)
    return set_to


@pytest.fixture
def proxy(postgres_server: PostgresServer) -> Iterator[Proxy]:
    with Proxy(postgres_server.port) as between:
        yield between


@pytest.fixture
def far(postgres_server: PostgresServer, proxy: Proxy) -> Iterator[Database]:
    """A database behind a network that can swallow everything and keep its connections open."""
    url = postgres_server.create_database().replace(f":{postgres_server.port}/", f":{proxy.port}/")
    with closing(Database(url)) as database:
        yield database
        proxy.heal()


def _set(server: PostgresServer, standby: str) -> None:
    with psycopg.connect(host=HOST, port=server.port, user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{standby}'")
        connection.execute("SELECT pg_reload_conf()")


def asking(connection: Connection) -> int:
    return int(connection.execute(text("SELECT 1")).scalar_one())


def making(table: str) -> Callable[[Connection], None]:
    def make(connection: Connection) -> None:
        # Who was told that a change was not confirmed sends it again, though it may have been carried out.
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {table} (number int)"))

    return make


def counting(table: str) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


async def test_whoever_asks_a_silent_database_is_told_so_and_those_who_come_then_need_not_wait(
    far: Database, proxy: Proxy, patience: Patience
) -> None:
    # given
    assert await far.read(asking) == 1
    proxy.black_hole()
    patience(QUICK, QUICK)
    # when
    with pytest.raises(Unavailable, match=r"cannot be read at present \(it has answered nothing for"):
        await far.read(asking)
    # then
    patience(LONG, QUICK)
    async with asyncio.timeout(LONG / 2):
        with pytest.raises(Unavailable):
            await far.read(asking)


async def test_a_database_is_used_again_as_soon_as_it_speaks(far: Database, proxy: Proxy, patience: Patience) -> None:
    proxy.black_hole()
    patience(QUICK, QUICK)
    with pytest.raises(Unavailable):
        await far.read(asking)
    proxy.heal()

    async def answered() -> bool:
        with suppress(Unavailable):
            return await far.read(asking) == 1
        return False

    await until(answered, what="an answer")


async def test_what_merely_takes_long_is_waited_for(far: Database, patience: Patience) -> None:
    patience(QUICK, LONG)
    long = f"SELECT 1 FROM pg_sleep({5 * QUICK})"
    assert await far.read(lambda connection: connection.execute(text(long)).scalar_one()) == 1


async def test_a_process_that_stood_still_hears_the_answer_that_came_meanwhile(patience: Patience) -> None:
    # given: something that takes long, and the question whether the database is silent
    patience(QUICK, 6 * QUICK)
    asked, answer = threading.Event(), threading.Event()

    def ask(*_: object) -> None:
        asked.set()
        answer.wait(LONG)

    engine = create_engine("sqlite://", poolclass=NullPool)
    event.listen(engine, "before_cursor_execute", ask)
    silent = Silence(engine, text("SELECT 1"), "it has answered nothing", "programme")
    outcome: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    waits = asyncio.create_task(silent.unless(outcome))
    await asyncio.to_thread(asked.wait)
    # when: nothing goes on for longer than an answer may take, and the answer comes a moment later
    time.sleep(8 * QUICK)  # noqa: ASYNC251
    asyncio.get_running_loop().call_soon(answer.set)
    asyncio.get_running_loop().call_later(2 * QUICK, outcome.set_result, 1)
    # then
    assert await waits == 1


async def test_what_was_not_begun_before_its_caller_was_told_is_never_done(
    far: Database, proxy: Proxy, patience: Patience
) -> None:
    # given
    begun, swallowed = threading.Event(), threading.Event()

    def ask_into_the_void(connection: Connection) -> None:
        begun.set()
        swallowed.wait(LONG)
        asking(connection)

    first = asyncio.create_task(far.write(ask_into_the_void))
    await asyncio.to_thread(begun.wait)
    proxy.black_hole()
    swallowed.set()
    patience(QUICK, QUICK)
    with pytest.raises(Unavailable, match="send it again with the same key"):
        await far.write(making("never"))
    with pytest.raises(Unavailable):
        await first
    # when
    proxy.heal()

    async def written() -> bool:
        with suppress(Unavailable):
            await far.write(making("since"))
            return True
        return False

    await until(written, what="a change")
    # then
    patience(LONG, LONG)
    assert await far.read(counting("since")) == 0
    with pytest.raises(ProgrammingError, match="never"):
        await far.read(counting("never"))


async def test_a_change_that_waits_for_a_standby_is_not_waited_for_while_reading_goes_on(
    own_postgres_server: PostgresServer, patience: Patience
) -> None:
    with closing(Database(own_postgres_server.create_database())) as database, _whatever_comes(own_postgres_server):
        # given
        await database.write(making("notes"))
        _set(own_postgres_server, "away")
        patience(QUICK, QUICK)
        # when
        said: list[str] = []

        async def unconfirmed() -> bool:
            with suppress_into(said):
                await database.write(adding_a_note)
            return bool(said)

        await until(unconfirmed, what="a change that is not confirmed")
        assert "it has confirmed no change for" in said[0]
        # then
        check = database_check("programme", database)
        patience(LONG, QUICK)
        assert await database.read(asking) == 1
        found = await check.probe()
        assert (found.ok, "it has confirmed no change for" in found.message) == (False, True)
        _set(own_postgres_server, "")

        async def well() -> bool:
            return (await check.probe()).ok

        await until(well, what="a database that confirms changes")


@contextmanager
def _whatever_comes(server: PostgresServer) -> Iterator[None]:
    """Let go of whoever waits for a standby, so that the database can be closed."""
    try:
        yield
    finally:
        _set(server, "")


@contextmanager
def suppress_into(said: list[str]) -> Iterator[None]:
    """Note what is said of a database that cannot be used."""
    try:
        yield
    except Unavailable as why:
        said.append(str(why))


def adding_a_note(connection: Connection) -> None:
    connection.execute(text("INSERT INTO notes VALUES (1)"))
