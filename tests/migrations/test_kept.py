"""What an earlier version left on the disk is upgraded, and everything goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, text

from services.cli.databases import SCHEMAS, is_there
from services.cli.file_clock import FileClock
from services.cli.serve import NAVIGATION
from services.cli.verification import DeploymentDatabases
from services.notifications import pack_files
from services.notifications.service import NotificationsService
from services.programme.service import ProgrammeService
from services.reporting import editions
from services.reporting.service import ReportingService
from services.runtime.messaging.publisher import NotAcknowledged
from services.runtime.process.lifecycle import Host, StartupError
from services.runtime.store.database import Database
from services.runtime.store.preparing import make_ready
from services.runtime.store.schema import Upgrade
from tests.cli.command import concordat
from tests.migrations.kept import VERSIONS, Kept, laid_out
from tests.migrations.test_histories import described
from tests.parts.postgres import PostgresServer
from tests.parts.smtp import SmtpServer
from tests.parts.tables import make_schema
from tests.parts.tokens import Software
from tests.parts.waiting import until

T = TypeVar("T")
TOKEN = "only-for-tests"
CAME_LATER = ("access",)
"""The databases that 0.1.0 did not have yet."""
WHO_NEEDS = {"programme": ProgrammeService, "reporting": ReportingService}
"""Whose own a database is; notifications has its own and reads the directory and access."""
WAITING = text("SELECT count(*) FROM deliveries WHERE state = 'waiting'")


@pytest.fixture(
    params=[
        each
        for version in VERSIONS
        for each in (
            pytest.param((version, "sqlite"), id=f"{version}-sqlite"),
            pytest.param((version, "postgresql"), id=f"{version}-postgresql", marks=pytest.mark.postgresql),
        )
    ]
)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    """A directory as each version left it."""
    version, kind = request.param
    server: PostgresServer | None = request.getfixturevalue("postgres_server") if kind == "postgresql" else None
    kept = laid_out(version, tmp_path / "data", server)
    yield kept
    if server is not None:
        for url in kept.databases:
            server.drop_database(url)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Kept:
    """The directory of the oldest version that is kept, on SQLite."""
    return laid_out(VERSIONS[0], tmp_path / "data", None)


def migrate(kept: Kept) -> None:
    for name, url in kept.urls.items():
        with closing(Database(url)) as database:
            make_ready(SCHEMAS[name], database, Upgrade.ALL)


def found(url: str, question: Callable[[Connection], T]) -> T:
    with closing(Database(url)) as database:
        return database.read_sync(question)


@asynccontextmanager
async def going_on(kept: Kept, smtp: SmtpServer) -> AsyncIterator[Host]:
    """Run this version's services on what was kept, from the instant at which it was left."""
    settings = kept.settings(
        api_token=SecretStr(TOKEN),
        smtp_host=smtp.host,
        smtp_port=smtp.port,
        smtp_starttls=False,
        mail_from="Concordat <concordat@concordat.example>",
        mail_per_minute=1_000_000,
        poll_seconds=0.1,
    )
    services = (ProgrammeService, partial(ReportingService, keeps_timetable=False), NotificationsService)
    async with Host(settings, services, clock=FileClock(kept.now), navigation=NAVIGATION) as host:
        yield host


def test_its_databases_become_what_new_ones_are(kept: Kept) -> None:
    migrate(kept)
    for name, url in kept.urls.items():
        with closing(Database(kept.empty_database())) as made:
            make_schema(made, SCHEMAS[name])
            assert found(url, described) == made.read_sync(described)


def test_its_logs_hold_and_its_packs_are_made_again_with_the_same_bytes(kept: Kept) -> None:
    # given
    migrate(kept)
    # when
    with DeploymentDatabases(kept.settings()) as deployment:
        findings = list(deployment.findings())
    # then
    assert [each.told for each in findings if not each.holds] == []
    packs = [each.told for each in findings if "-PACK: " in each.told]
    assert len(packs) == 2
    assert all("every byte is the same" in told or "it cannot be made again, as" in told for told in packs)


def test_files_that_were_fetched_for_e_mails_are_those_that_were_issued(kept: Kept) -> None:
    migrate(kept)
    issued = found(kept.urls["reporting"], lambda connection: editions.edition(connection, "LAP", "LAP-B02"))
    assert issued is not None
    carried = found(kept.urls["notifications"], partial(pack_files.contents, partnership="LAP", pack="LAP-B02-PACK"))
    hashes = {file.name: file.sha256 for file in issued.files}
    assert carried.keys() == set(pack_files.CARRIED)
    assert all(sha256(content).hexdigest() == hashes[name] for name, content in carried.items())


async def test_its_services_go_on_where_it_was_left(kept: Kept, smtp_server: SmtpServer) -> None:
    # given
    migrate(kept)
    waiting = found(kept.urls["notifications"], lambda connection: connection.scalar(WAITING))
    assert waiting == 12
    async with going_on(kept, smtp_server) as host:
        notifications, programme = host.services["notifications"], host.services["programme"]
        assert isinstance(notifications, NotificationsService)
        assert isinstance(programme, ProgrammeService)

        # then: the e-mails that waited are sent, each once
        await until(lambda: len(smtp_server.messages) >= waiting)
        assert len({each.recipients for each in smtp_server.messages}) == waiting

        # and: what was blocked still is, until its log is sent again
        blocked = {code for handler in notifications.handlers.values() for code in handler.blocked}
        assert blocked == {"NFA"}

        async def sent_again() -> bool:
            try:
                await programme.relay.republish("NFA")
            except NotAcknowledged:  # the broker was too slow, and may be asked again
                return False
            return True

        await until(sent_again, what="the log of NFA sent again")
        await until(lambda: not any(handler.blocked for handler in notifications.handlers.values()))
        assert await notifications.idle(60)
        assert len(smtp_server.messages) == waiting

        # and: a command that was answered is answered the same, another is carried out
        async with httpx.AsyncClient(
            base_url=host.url, auth=Software(kept.settings()), follow_redirects=True, timeout=60
        ) as client:
            again = await client.post(COMMAND, json=risk(0), headers={"Idempotency-Key": "kept-0"})
            assert (again.json()["version"], again.json()["references"]) == (713, ["LAP-R90"])
            another = await client.post(COMMAND, json=risk(3), headers={"Idempotency-Key": "kept-3"})
            assert another.json()["version"] == 716

            # and: pages answer, at the addresses of that version too
            for address in ("/reporting/LAP", "/reporting/LAP/packs/LAP-B02", "/notifications/", "/home/", "/emails/"):
                page = await client.get(address, headers={"Accept": "text/html"})
                assert page.status_code == 200, address

            # and: a file of a pack is given at the address under which it was announced
            file = await client.get("/reporting/LAP/packs/LAP-B02/pack.json", follow_redirects=False)
            assert file.status_code == 200


COMMAND = "/api/v1/partnerships/LAP/commands/raise-risk"


def risk(number: int) -> dict[str, object]:
    return {
        "code": f"R9{number}",
        "title": f"A risk of the kept directory, number {number}",
        "cause": "Time.",
        "effect": "Change.",
        "likelihood": 2,
        "impact": 2,
        "owner": "LMA",
        "response": "Keep it.",
    }


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_says_what_is_to_be_done_does_it_and_has_nothing_left_to_do(kept: Kept) -> None:
    # given
    files = {path: path.read_bytes() for path in kept.folder.glob("*.db")}
    # when
    before = concordat("migrate", "--check", environment=kept.environment)
    unchanged = {path: path.read_bytes() for path in kept.folder.glob("*.db")}
    done = concordat("migrate", "--contract", environment=kept.environment)
    after = concordat("migrate", "--check", environment=kept.environment)
    again = concordat("migrate", environment=kept.environment)
    # then
    assert (before.returncode, done.returncode, after.returncode, again.returncode) == (1, 0, 0, 0), done.stderr
    assert before.stderr.startswith("concordat: the programme database has a schema from before there were migrations")
    assert before.stderr.count("\n") == 1
    assert before.stdout.startswith("programme: programme_0001 breaks: with --contract, once all services are stopped.")
    assert unchanged == files
    heads = {name: schema.head for name, schema in SCHEMAS.items() if is_there(kept.urls[name])}
    assert done.stdout.splitlines() == [
        f"{name}: its tables were made, with the schema {head}."
        if name in CAME_LATER
        else f"{name}: migrated from a schema without a number to {head}."
        for name, head in heads.items()
    ]
    assert after.stdout == f"Nothing to migrate: {', '.join(heads.values())}.\n"
    assert again.stdout.splitlines() == [
        f"{name}: nothing to do, it has the schema {head}." for name, head in heads.items()
    ]


@pytest.mark.postgresql
def test_what_ends_that_older_services_work_is_done_to_a_server_s_database_only_when_it_is_asked_for(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    kept = laid_out(VERSIONS[0], tmp_path / "data", postgres_server)
    before = found(kept.urls["programme"], described)

    refused = concordat("migrate", environment=kept.environment)

    assert refused.returncode == 1
    assert refused.stderr.endswith("stop all services, make a backup and run concordat migrate --contract\n")
    assert found(kept.urls["programme"], described) == before
    for url in kept.databases:
        postgres_server.drop_database(url)


@pytest.mark.parametrize("point", ["schema.revision", "schema.migrated"])
def test_a_migration_that_is_killed_leaves_the_old_database_and_is_begun_again(on_sqlite: Kept, point: str) -> None:
    # given
    before = dump(on_sqlite.folder / "programme.db")
    # when
    killed = concordat("migrate", environment={**on_sqlite.environment, "CONCORDAT_FAILPOINT": point})
    left = dump(on_sqlite.folder / "programme.db")
    done = concordat("migrate", environment=on_sqlite.environment)
    # then
    assert killed.returncode == -9
    assert left == before
    assert done.returncode == 0, done.stderr
    assert concordat("migrate", "--check", environment=on_sqlite.environment).returncode == 0


def test_verify_changes_no_schema_and_names_the_command(on_sqlite: Kept) -> None:
    refused = concordat("verify", environment=on_sqlite.environment)
    assert refused.returncode == 1
    assert refused.stderr.rstrip().endswith("stop all services, make a backup and run concordat migrate --contract")


def test_where_there_is_no_database_the_command_says_so_and_makes_none(tmp_path: Path) -> None:
    for arguments in (["migrate"], ["migrate", "--check"]):
        refused = concordat(*arguments, environment={"CONCORDAT_DATA_DIR": str(tmp_path / "data")})
        assert refused.returncode == 1
        assert refused.stderr == (
            f"concordat: there is no database in {tmp_path / 'data'}; CONCORDAT_DATA_DIR names another folder\n"
        )
    assert not list(tmp_path.glob("**/*.db"))


async def test_databases_are_not_migrated_under_services_that_run(on_sqlite: Kept, smtp_server: SmtpServer) -> None:
    async with going_on(on_sqlite, smtp_server):
        set_back(on_sqlite.folder / "directory.db", "directory_0000")
        refused = concordat("migrate", environment=on_sqlite.environment)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"concordat: services run in {on_sqlite.folder}; stop them before their databases are migrated\n"
    )


# -- at start ----------------------------------------------------------------------------------------------------------


async def test_a_service_that_may_not_migrate_says_in_a_sentence_what_to_do(on_sqlite: Kept) -> None:
    settings = on_sqlite.settings().model_copy(update={"migrate_at_start": False})
    before = dump(on_sqlite.folder / "programme.db")

    with pytest.raises(StartupError) as refused:
        await Host(settings, [ProgrammeService], http=False).start()

    assert str(refused.value) == (
        "The programme service could not start: the programme database has a schema from before there were migrations,"
        f" and this version of Concordat needs {SCHEMAS['programme'].head}; stop all services, make a backup and run"
        " concordat migrate --contract."
    )
    assert dump(on_sqlite.folder / "programme.db") == before


@pytest.mark.parametrize("name", SCHEMAS)
async def test_no_database_with_a_newer_schema_is_started_upon_or_changed(name: str, on_sqlite: Kept) -> None:
    migrate(on_sqlite)
    file, service = on_sqlite.folder / f"{name}.db", WHO_NEEDS.get(name, NotificationsService)
    set_back(file, f"{name}_9999")
    before = dump(file)

    with pytest.raises(StartupError, match=f"has the schema {name}_9999, and the newest that this version"):
        await Host(on_sqlite.settings(), [service], http=False).start()
    assert dump(file) == before


def dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def set_back(file: Path, revision: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
