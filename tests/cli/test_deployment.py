"""A deployment from the command line: served, imported into, verified, republished, rebuilt."""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.access.return_openings import NotOpened, Opening, ReturnOpenings
from services.access.session_store import SessionStore
from services.access.token_store import TokenStore
from services.cli import main
from services.reporting.signing import SigningKey
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.return_links import ReturnLink
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.sessions.session import new_token
from services.runtime.base.settings import load_settings
from services.runtime.store.database import Database
from tests.cli.command import SMALL, Running, concordat, files_in
from tests.parts.child import free_port
from tests.parts.sessions import BROWSER, signed_in_with
from tests.parts.tokens import by_system
from tests.parts.waiting import until_now

TOKEN = "only-for-tests"


@dataclass(frozen=True)
class Deployment:
    """A deployment that ran once, had the small example imported and was stopped."""

    folder: Path
    imported: str
    imported_again: str
    exit_code: int

    @property
    def environment(self) -> dict[str, str]:
        return {"CONCORDAT_DATA_DIR": str(self.folder)}


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    folder = tmp_path_factory.mktemp("deployment")
    url = f"http://127.0.0.1:{free_port()}"
    environment = {
        "CONCORDAT_DATA_DIR": str(folder),
        "CONCORDAT_PORT": url.rpartition(":")[2],
        "CONCORDAT_PUBLIC_URL": url,
        "CONCORDAT_API_TOKEN": TOKEN,
    }
    with Running(("serve", "all"), environment) as running:
        first = concordat("import", SMALL, "--wait", "300", environment=environment)  # it has only just been started
        token_file = folder / "token"
        token_file.write_text(f"{TOKEN}\n")
        second = concordat("import", SMALL, "--url", url, "--token-file", token_file)
        wrong = concordat("import", SMALL, "--url", url, environment={"CONCORDAT_API_TOKEN": "wrong"})
        assert "is not the one of this deployment" in wrong.stderr
        assert (
            httpx.get(
                f"{url}/home/NFA", headers=by_system(load_settings(data_dir=folder), "NFA"), timeout=60
            ).status_code
            == 200
        )
        none = concordat("dead-letters", "list", "--url", url, "--token-file", token_file)
        assert none.stdout == "There are no dead letters.\n"
        beside = concordat("republish", "--from", "39", "--log", "programme", environment=environment)
        assert (beside.stderr, beside.stdout[:12]) == ("", "Sent again: ")
        until_now(lambda: min(taken_in(folder)) == 40, lambda: taken_in(folder), what="all that was imported, taken in")
        exit_code, _ = running.interrupt(signal.SIGTERM)
    assert first.returncode == 0, first.stderr
    assert second.returncode == 1
    return Deployment(folder, first.stdout, second.stderr, exit_code)


def taken_in(folder: Path) -> tuple[int, int]:
    """Return how many events reporting's journal has, and how many notifications has taken in."""
    [(journal,)] = _rows(folder / "reporting.db", "SELECT count(*) FROM journal")
    query = "SELECT coalesce(max(version), 0) FROM positions WHERE consumer = 'notifications-programme'"
    [(handled,)] = _rows(folder / "notifications.db", query)
    return int(str(journal)), int(str(handled))


@pytest.fixture
def copied(deployment: Deployment, tmp_path: Path) -> Deployment:
    """The same deployment, to be spoilt."""
    shutil.copytree(deployment.folder, tmp_path / "copy")
    return Deployment(tmp_path / "copy", "", "", 0)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration, which has issued a pack."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    assert concordat("demo", "--once", "--data", folder, "--file", SMALL).returncode == 0
    return folder


@pytest.fixture
def spoilt(demo: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    shutil.copytree(demo, tmp_path / "demo")
    return tmp_path / "demo"


def verify(*arguments: str | Path, folder: Path) -> tuple[int, str]:
    ended = concordat("verify", *arguments, environment={"CONCORDAT_DATA_DIR": str(folder)})
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("arguments", [("migrate", "--check"), ("migrate",), ("verify",), ("token", "list", "NFA")])
def test_a_database_that_cannot_be_opened_is_told_of_in_its_own_words(
    copied: Deployment, arguments: tuple[str, ...]
) -> None:
    # given
    for beside in copied.folder.glob("programme.db-*"):
        beside.unlink()
    (copied.folder / "programme.db-wal").mkdir()
    # when
    ended = concordat(*arguments, environment=copied.environment)
    # then
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.endswith("(unable to open database file)\n")
    assert "Error" not in ended.stderr


def test_an_import_is_told_with_its_events(deployment: Deployment) -> None:
    assert "NFA is in http://127.0.0.1:" in deployment.imported
    assert "40 events" in deployment.imported


def test_a_partnership_that_is_there_already_is_not_imported_twice(deployment: Deployment) -> None:
    assert "imported nothing" in deployment.imported_again
    assert "partnership.code: there is a partnership NFA already: Northern Fire Alliance" in deployment.imported_again


def test_a_deployment_told_to_stop_ends_well(deployment: Deployment) -> None:
    assert deployment.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--url", "http://127.0.0.1:1", "--token-file", "-"], "cannot be reached"),
        (["--url", "http://127.0.0.1:1", "--token-file", "-", "--wait", "1"], "cannot be reached"),
        (["--url", "concordat", "--token-file", "-", "--wait", "600"], "is not a web address"),
        (["--url", "http://127.0.0.1:1", "--token-file", "/nowhere"], "no API token can be read from /nowhere"),
        (["--url", "http://127.0.0.1:1", "--token-file", str(SMALL)], "does not hold an API token"),
        (["--url", "http://127.0.0.1:1"], "importing needs the deployment's API token"),
    ],
)
def test_an_import_that_cannot_be_sent_says_why(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONCORDAT_API_TOKEN", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n"))

    assert main(["import", str(SMALL), *arguments]) == 1
    assert words in capsys.readouterr().err


def test_a_faulty_file_is_not_sent_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(SMALL.read_text().replace("likelihood: 3", "likelihood: 9"))

    assert main(["import", str(file), "--url", "http://127.0.0.1:1"]) == 1
    assert "risks[0].likelihood" in capsys.readouterr().out


def test_republish_sends_both_logs_again(deployment: Deployment) -> None:
    ended = concordat("republish", environment=deployment.environment)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"Sent again: 40 events of programme and \d+ events? of reporting\.\n", ended.stdout)


def test_republish_sends_a_part_of_one_log(deployment: Deployment) -> None:
    part = ("--log", "programme", "--partnership", "NFA", "--from", "30")
    ended = concordat("republish", *part, environment=deployment.environment)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "Sent again: 11 events of programme.\n", "")


def test_republish_of_nobody_says_who_there_is(deployment: Deployment) -> None:
    ended = concordat("republish", "--partnership", "XYZ", environment=deployment.environment)

    assert ended.returncode == 1
    assert "there is no partnership XYZ in this database; there are NFA" in ended.stderr


def test_rebuild_makes_the_journal_anew_and_leaves_packs_alone(spoilt: Path) -> None:
    database = spoilt / "services" / "reporting.db"
    before = _rows(database, "SELECT * FROM journal ORDER BY version")
    packs = _rows(database, "SELECT * FROM edition_files ORDER BY name")
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM journal WHERE version > 20")

    ended = concordat("rebuild", environment={"CONCORDAT_DATA_DIR": str(spoilt / "services")})

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "NFA" in ended.stdout
    assert _rows(database, "SELECT * FROM journal ORDER BY version") == before
    assert _rows(database, "SELECT * FROM edition_files ORDER BY name") == packs


def test_streams_are_declared(tmp_path: Path) -> None:
    ended = concordat("streams", "apply", environment={"CONCORDAT_DATA_DIR": str(tmp_path)})

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "PROGRAMME and REPORTING" in ended.stdout


def test_logs_and_packs_that_nobody_touched_hold(demo: Path) -> None:
    code, said = verify(folder=demo / "services")

    assert code == 0
    assert "NFA: the log holds: 40 events, chain " in said
    assert "NFA: reporting's own log holds" in said
    assert "NFA-B01-PACK: made again from 30 events, every byte is the same" in said
    assert "NFA: reporting's journal holds the log, byte for byte" in said
    assert "NFA: notifications-programme has taken in 40 of 40 events of programme's log" in said
    assert "NFA: programme-reporting has taken in" in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("SET body = CAST(replace(body, 'Durham', 'Dorset') AS BLOB) WHERE version = 4", "does not hold at event 4"),
        (
            "SET body = replace(body, 'Durham', 'Dorset') WHERE version = 4",
            "an event in it is no longer what was stored",
        ),
        ("SET chain = replace(chain, '1', '2') WHERE version = 9", "does not hold at event 9"),
    ],
)
def test_an_event_that_was_altered_is_found(copied: Deployment, change: str, words: str) -> None:
    with sqlite3.connect(copied.folder / "programme.db") as connection:
        connection.execute(f"UPDATE programme_events {change}")

    code, said = verify("--partnership", "NFA", folder=copied.folder)

    assert code == 1
    assert "NFA: the log was altered: " in said
    assert words in said


def test_the_folder_of_a_pack_holds_by_its_manifest_and_is_made_again(demo: Path) -> None:
    code, said = verify(demo / "packs" / "NFA-B01-PACK", folder=demo / "services")

    assert code == 0
    assert said.count("is as it was issued") == len(files_in(demo / "packs" / "NFA-B01-PACK")) - 2
    assert "manifest.json was signed with the key " in said
    assert "the manifest is the one that was issued" in said
    assert "every byte is the same" in said


def test_a_pack_can_be_verified_where_no_database_is(demo: Path, tmp_path: Path) -> None:
    code, said = verify(demo / "packs" / "NFA-B01-PACK" / "manifest.json", folder=tmp_path / "nowhere")

    assert code == 0
    assert "its files alone were compared" in said
    assert not (tmp_path / "nowhere").exists()


def test_a_pack_of_a_deployment_is_proved_by_its_key(demo: Path, tmp_path: Path) -> None:
    key = tmp_path / "concordat.pem"
    key.write_bytes(SigningKey.kept_in(demo / "services" / "signing-key.pem").public.pem)

    code, said = verify(demo / "packs" / "NFA-B01-PACK", "--key", key, folder=tmp_path / "nowhere")

    assert code == 0
    assert "was signed with this key" in said
    assert said.count("is as it was issued") == 4
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("database", "change", "words"),
    [
        (
            "reporting.db",
            "UPDATE journal SET body = CAST(replace(body, 'Durham', 'Dorset') AS BLOB) WHERE version = 4",
            "NFA: reporting's journal differs from the log at event 4",
        ),
        ("reporting.db", "DELETE FROM journal WHERE version = 5", "NFA: reporting's journal differs from the log at"),
        (
            "programme.db",
            """DELETE FROM programme_events WHERE version > 37;
            UPDATE programme_heads SET version = 37,
            chain = (SELECT chain FROM programme_events WHERE version = 37)""",
            "NFA: reporting's journal goes on behind event 37, with which the log ends",
        ),
        ("reporting.db", "INSERT INTO journal VALUES ('NFB', 1, 0, '', '')", "NFB: reporting's journal holds a partne"),
        (
            "notifications.db",
            "UPDATE positions SET chain = replace(chain, substr(chain, 1, 1), 'x') WHERE consumer LIKE '%programme'",
            "NFA: notifications-programme has taken in another event",
        ),
        (
            "notifications.db",
            "INSERT INTO positions VALUES ('notifications-reporting', 'NFA', 999, '', '')",
            "NFA: notifications-reporting has taken in event 999, and reporting's log ends with event 0",
        ),
    ],
)
def test_what_consumers_hold_is_compared_with_the_log(
    copied: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database: str,
    change: str,
    words: str,
) -> None:
    monkeypatch.setenv("CONCORDAT_DATA_DIR", str(copied.folder))
    with sqlite3.connect(copied.folder / database) as connection:
        connection.executescript(change)

    assert main(["verify"]) == 1

    assert words in capsys.readouterr().out


def test_a_file_of_a_pack_that_was_altered_is_found(spoilt: Path) -> None:
    pack = spoilt / "packs" / "NFA-B01-PACK"
    (pack / "pack.html").write_bytes((pack / "pack.html").read_bytes() + b" ")
    (pack / "pack.pdf").unlink()

    code, said = verify(pack, folder=spoilt / "services")

    assert code == 1
    assert f"{pack / 'pack.html'} is not as it was issued" in said
    assert f"{pack / 'pack.pdf'} is missing" in said


def test_a_manifest_that_fits_the_altered_files_is_found_by_the_database(spoilt: Path) -> None:
    manifest = spoilt / "packs" / "NFA-B01-PACK" / "manifest.json"
    altered = json.loads(manifest.read_bytes())
    altered["title"] = "Another title"
    manifest.write_text(json.dumps(altered))

    code, said = verify(manifest.parent, folder=spoilt / "services")

    assert code == 1
    assert "the manifest is not the one that was issued" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        ("[]", "is not the manifest"),
        ("[" * 100_000, "is not the manifest"),
        ('{"pack": "A", "files": [{"name": "../x", "sha256": ""}]}', "is not"),
    ],
)
def test_what_is_no_pack_is_said_to_be_none(tmp_path: Path, content: str | None, words: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)

    code, said = verify(tmp_path, folder=tmp_path)

    assert code == 1
    assert words in said


def test_verifying_where_nothing_is_says_so(tmp_path: Path) -> None:
    code, said = verify(folder=tmp_path / "nothing")

    assert code == 1
    assert "there is no database" in said


def _rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database) as connection:
        return connection.execute(query).fetchall()


def test_an_operator_has_a_link_printed_to_set_up_for_somebody_whom_nobody_knows_yet(copied: Deployment) -> None:
    printed = concordat(
        "sign-in-link", "--set-up", "--address", "office@archives.example", environment=copied.environment
    )
    assert printed.returncode == 0
    assert "signs in as office@archives.example and may set partnerships up, once." in printed.stdout


def test_an_operator_has_a_link_printed_for_whoever_the_directory_knows(copied: Deployment) -> None:
    with closing(sqlite3.connect(copied.folder / "directory.db")) as directory:
        [(known,)] = directory.execute("SELECT email FROM people WHERE email IS NOT NULL LIMIT 1").fetchall()
    printed = concordat("sign-in-link", "--address", known, environment=copied.environment)
    refused = concordat("sign-in-link", "--address", "nobody@elsewhere.example", environment=copied.environment)
    assert printed.stdout.startswith("http://127.0.0.1:8080/sign-in/link?key=")
    assert (printed.returncode, refused.returncode) == (0, 1)
    assert refused.stderr == (
        "concordat: nobody of any partnership has the address nobody@elsewhere.example; appoint them first, with it\n"
    )


@pytest.mark.parametrize("whose", [("--address", "ADA@brent.example"), ("--everybody",)])
async def test_an_operator_ends_all_with_which_somebody_comes_in(copied: Deployment, whose: tuple[str, ...]) -> None:
    # given: two browsers and a token of one person, and somebody else who is signed in
    settings = load_settings(data_dir=copied.folder)
    browsers = [await signed_in_with(settings, "ada@brent.example") for _ in range(2)]
    await signed_in_with(settings, "ben@brent.example")
    sessions = Sessions(settings)
    await sessions.directory.put("LAP", [DirectoryEntry("LAP-U901", None, "Ada", "ada@brent.example")])
    session = await sessions.find(browsers[0].token)
    assert session is not None
    await TokenStore(sessions.database).make(session, "A script", datetime(2200, 1, 1, tzinfo=UTC), may_write=True)
    await sessions.close()

    # when
    ended = concordat("sign-out", *whose, environment=copied.environment)

    # then
    others = [] if whose == ("--everybody",) else [("ben@brent.example",)]
    counted = "3 sessions" if whose == ("--everybody",) else "2 sessions"
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"Ended: {counted} and 1 token" in ended.stdout
    assert _rows(copied.folder / "access.db", "SELECT address FROM sessions") == others
    assert _rows(copied.folder / "access.db", "SELECT address FROM tokens") == []


async def test_after_everybody_was_signed_out_no_link_in_a_reminder_opens_anything(copied: Deployment) -> None:
    # given: somebody who got a link, and has neither a session nor a token
    link = ReturnLink("NFA", "2014-15 Q2", "DUR", "NFA-U002", datetime.now(UTC) - timedelta(seconds=1))
    settings = load_settings(data_dir=copied.folder)
    # when
    ended = concordat("sign-out", "--everybody", environment=copied.environment)
    # then
    assert "Links in reminders that were sent until now open nothing." in ended.stdout
    with closing(Database(settings.access_database_url)) as database:
        openings = ReturnOpenings(database, SessionStore(database, settings))
        with pytest.raises(NotOpened, match="taken back"):
            await openings.open(Opening(link, "key", "lead@durham.example"), new_token(), BROWSER)


def test_whose_sessions_are_to_be_ended_has_to_be_an_address(copied: Deployment) -> None:
    refused = concordat("sign-out", "--address", "ada", environment=copied.environment)
    assert refused.returncode == 1
    assert refused.stderr.startswith("concordat: ada is not an e-mail address")
