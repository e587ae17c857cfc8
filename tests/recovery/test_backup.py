"""A backup is whole or none; what is restored from it is the deployment as it was, or nothing at all."""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from services.cli.databases import SCHEMAS
from services.runtime.access.sessions.session import SESSIONS
from services.runtime.base.clock import SteppedClock
from services.runtime.base.restoring import STAGING
from services.runtime.store.database import Database
from tests.cli.command import Running
from tests.faults.commanding import commanded
from tests.migrations.kept import VERSIONS, laid_out
from tests.parts.smtp import SmtpServer
from tests.recovery.test_recovery_table import CODE, EARLY, NUMBERS, Deployment

LATER = EARLY + timedelta(hours=1)


@pytest.fixture(scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data of a deployment that was stopped, and the backup of it."""
    folder = tmp_path_factory.mktemp("backups")
    with SmtpServer() as smtp:
        deployment = Deployment(folder / "data", smtp, SteppedClock(datetime.fromisoformat("2014-04-01T06:00Z")))
        async with deployment.running() as host:
            await deployment.record(host, EARLY)
    code, said = concordat("backup", folder / "backup", data=folder / "data")
    assert code == 0, said
    return folder


@pytest.fixture
def backup(folder: Path, tmp_path: Path) -> Path:
    """A backup that may be spoilt."""
    return Path(shutil.copytree(folder / "backup", tmp_path / "backup"))


def concordat(*arguments: object, data: Path, **settings: str) -> tuple[int | None, str]:
    environment = {"CONCORDAT_DATA_DIR": str(data), **settings}
    log = data.with_name(f"command-{next(NUMBERS)}.log")
    return commanded(tuple(map(str, arguments)), environment, log)


def restored(backup: Path, data: Path, **settings: str) -> tuple[int | None, str]:
    return concordat("restore", backup, "--lost-at", LATER.isoformat(), data=data, **settings)


def changed(backup: Path, name: str, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change a database of a backup, and what its manifest says of the file."""
    file = backup / f"{name}.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        change(connection)
    manifest = json.loads((backup / "manifest.json").read_text())
    [entry] = [each for each in manifest["files"] if each["name"] == file.name]
    entry |= {"size": file.stat().st_size, "sha256": sha256(file.read_bytes()).hexdigest()}
    (backup / "manifest.json").write_text(json.dumps(manifest))


def count(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        [[number]] = connection.execute(f"SELECT count(*) FROM {table}")
    return int(number)


# -- making one -------------------------------------------------------------------------------------------------------


def test_a_backup_has_every_database_the_signing_key_and_their_hashes_and_is_its_owners_alone(folder: Path) -> None:
    manifest = json.loads((folder / "backup" / "manifest.json").read_text())
    named = {each["name"] for each in manifest["files"]}
    assert named == {*(f"{name}.db" for name in SCHEMAS), "signing-key.pem"}
    assert {each.name for each in (folder / "backup").iterdir()} == {*named, "manifest.json"}
    assert {each["database"]: each["schema_revision"] for each in manifest["files"] if "database" in each} == {
        name: schema.head for name, schema in SCHEMAS.items()
    }
    assert manifest["logs"]["programme"][CODE]["version"] == count(folder / "data" / "programme.db", "programme_events")
    modes = {each.stat().st_mode & 0o777 for each in (folder / "backup").iterdir()}
    assert (modes, (folder / "backup").stat().st_mode & 0o777) == ({0o600}, 0o700)


def test_keys_that_seal_are_in_no_backup(folder: Path) -> None:
    """New ones are made, and the logs sent again; in a stolen backup they would let a thief be a service."""
    assert (folder / "data" / "keys" / "programme.key").is_file()
    secret = (folder / "data" / "keys" / "programme.key").read_bytes().strip()
    assert all(secret not in each.read_bytes() for each in (folder / "backup").iterdir())


def test_a_folder_that_holds_something_is_not_written_into(folder: Path) -> None:
    before = sorted(each.name for each in folder.iterdir())
    code, said = concordat("backup", folder / "backup", data=folder / "data")
    assert (code, f"{folder / 'backup'} is there already" in said) == (1, True)
    assert [each for each in sorted(each.name for each in folder.iterdir()) if not each.startswith("command")] == [
        each for each in before if not each.startswith("command")
    ]


def test_a_disk_that_is_full_leaves_no_half_of_a_backup(folder: Path, tmp_path: Path) -> None:
    environment = {"CONCORDAT_DATA_DIR": str(folder / "data")}
    with Running(("backup", tmp_path / "backup"), environment, limits=_hardly_any_room) as running:
        assert running.process.wait() == 1
        said = running.complaints
    assert said.startswith("concordat: the databases cannot be copied (")
    assert list(tmp_path.iterdir()) == []


def _hardly_any_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def test_databases_of_postgresql_are_left_to_its_own_backup(tmp_path: Path) -> None:
    settings = {"CONCORDAT_PROGRAMME_DATABASE_URL": "postgresql://nowhere.example/programme"}
    code, said = concordat("backup", tmp_path / "backup", data=tmp_path / "data", **settings)
    assert (code, "pg_basebackup" in said) == (1, True)


# -- proving one ------------------------------------------------------------------------------------------------------


def test_a_whole_backup_holds(backup: Path, tmp_path: Path) -> None:
    code, said = concordat("restore", "--check", backup, data=tmp_path / "data")
    assert (code, f"{CODE}: the log holds" in said) == (0, True)
    assert not (tmp_path / "data").exists()


def test_a_file_that_was_altered_or_is_missing_is_found_and_not_restored(backup: Path, tmp_path: Path) -> None:
    (backup / "access.db").unlink()
    with (backup / "reporting.db").open("ab") as file:
        file.write(b"x")
    for arguments in (("restore", "--check", backup), ("restore", backup)):
        code, said = concordat(*arguments, data=tmp_path / "data")
        assert code == 1
        assert "access.db is missing" in said
        assert "reporting.db is not as it was backed up" in said
    assert not (tmp_path / "data").exists()


def test_a_log_that_was_altered_with_its_hash_is_found_by_its_chain(backup: Path, tmp_path: Path) -> None:
    changed(backup, "programme", _alter_the_third_event)
    code, said = concordat("restore", "--check", backup, data=tmp_path / "data")
    assert (code, "its chain does not hold at event 3" in said) == (1, True)


def _alter_the_third_event(connection: sqlite3.Connection) -> None:
    for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("UPDATE programme_events SET body = CAST(body || ' ' AS BLOB) WHERE version = 3")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_newer_database_is_refused_in_words(name: str, backup: Path, tmp_path: Path) -> None:
    changed(backup, name, lambda each: each.execute(f"UPDATE alembic_version SET version_num = '{name}_9999'"))
    code, said = restored(backup, tmp_path / "data")
    assert code == 1
    assert (
        f"the {name} database has the schema {name}_9999, and the newest that this version of Concordat knows" in said
    )
    assert not (tmp_path / "data").exists()


# -- restoring one ----------------------------------------------------------------------------------------------------


def test_nothing_is_written_over(folder: Path, backup: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "notifications.db-wal").write_bytes(b"of somebody")
    code, said = restored(backup, data)
    assert (code, "notifications.db-wal is in" in said) == (1, True)
    assert [each.name for each in data.iterdir()] == ["notifications.db-wal"]


def test_a_restore_that_was_interrupted_is_begun_again_and_nothing_starts_with_a_part(
    backup: Path, tmp_path: Path
) -> None:
    # given: the process dies when the second file is in its place
    data = tmp_path / "data"
    command = ("restore", backup, "--lost-at", LATER.isoformat())
    environment = {"CONCORDAT_DATA_DIR": str(data), "CONCORDAT_FAILPOINT": "restore.moved:2"}
    with Running(command, environment) as running:
        running.process.wait()
    assert (data / STAGING).is_dir()
    assert len(list(data.glob("*.db"))) == 2

    # when, then: neither a command nor a service begins
    for refused in (("verify",), ("serve", "programme"), ("backup", tmp_path / "another")):
        code, said = concordat(*refused, data=data)
        assert (code, "run concordat restore again" in said) == (1, True), said

    # and: it is begun again, and whole
    code, said = restored(backup, data)
    assert code == 0, said
    assert not (data / STAGING).exists()
    assert concordat("verify", data=data)[0] == 0


def test_who_was_signed_in_is_not_and_who_was_erased_since_is_erased_again(folder: Path, tmp_path: Path) -> None:
    # given: a session, and two people who are in the directory
    data = Path(shutil.copytree(folder / "data", tmp_path / "data"))
    _sign_in(data)
    with closing(sqlite3.connect(data / "directory.db")) as connection:
        [[one], [other]] = connection.execute("SELECT person_id FROM people ORDER BY person_id LIMIT 2").fetchall()
    assert concordat("backup", tmp_path / "backup", data=data)[0] == 0
    erased = tmp_path / "erased"
    erased.write_text(f"2014-06-03T20:00:00+00:00 {CODE} {one}\n")

    # when
    code, said = restored(tmp_path / "backup", tmp_path / "new", CONCORDAT_ERASURES_FILE=str(erased))

    # then
    assert code == 0, said
    assert "1 session ended" in said
    assert "1 person" in said
    assert count(tmp_path / "new" / "access.db", "sessions") == 0
    assert count(tmp_path / "new" / "access.db", "return_links_taken_back") == 1
    assert "Links in reminders open nothing any more" in said
    assert "concordat sign-out --everybody" in said
    with closing(sqlite3.connect(tmp_path / "new" / "directory.db")) as connection:
        names = dict(connection.execute("SELECT person_id, name FROM people").fetchall())
    assert (names[one], bool(names[other])) == (None, True)


def _sign_in(data: Path) -> None:
    texts = dict.fromkeys(("id", "address", "method", "browser", "network"), "x")
    row = {**texts, "acts_as": {}, **dict.fromkeys(("began_at", "seen_at", "ends_at"), LATER)}
    with closing(Database(f"sqlite:///{data / 'access.db'}")) as access:
        access.write_sync(lambda connection: connection.execute(SESSIONS.insert().values(**row)))


def test_a_list_of_the_erased_that_cannot_be_read_ends_the_restore_before_it_begins(
    backup: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "erased"
    wrong.write_text("2014-06-03T20:00:00+00:00 NFA NFA-U001\nNFA-U002\n")
    code, said = restored(backup, tmp_path / "data", CONCORDAT_ERASURES_FILE=str(wrong))
    assert (code, f"line 2 of {wrong}" in said) == (1, True)
    assert not list((tmp_path / "data").glob("*"))


def test_without_a_list_people_are_told_to_erase_again(backup: Path, tmp_path: Path) -> None:
    code, said = restored(backup, tmp_path / "data")
    assert (code, "erase them again" in said) == (0, True)


def test_a_deployment_is_not_lost_before_its_last_event(backup: Path, tmp_path: Path) -> None:
    code, said = concordat("restore", backup, "--lost-at", "2014-05-01T00:00Z", data=tmp_path / "data")
    assert (code, "the deployment was not lost at 2014-05-01" in said) == (1, True)
    assert not list((tmp_path / "data").glob("*"))


def test_copies_that_are_not_of_one_instant_are_refused(folder: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(folder / "data", tmp_path / "data"))
    with closing(sqlite3.connect(data / "notifications.db", isolation_level=None)) as connection:
        connection.execute("UPDATE positions SET version = version + 1 WHERE consumer = 'notifications-programme'")
    code, said = concordat("restored", "all", data=data)
    assert (code, "these copies are not of one instant" in said) == (1, True)


def test_a_backup_of_an_older_version_is_migrated_as_it_is_restored(tmp_path: Path) -> None:
    old = laid_out(VERSIONS[0], tmp_path / "old", None)
    assert concordat("backup", tmp_path / "backup", data=old.folder)[0] == 0
    code, said = concordat("restore", tmp_path / "backup", data=tmp_path / "new")
    assert code == 0, said
    assert concordat("migrate", "--check", data=tmp_path / "new")[0] == 0
