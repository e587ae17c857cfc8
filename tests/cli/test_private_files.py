"""What a deployment keeps is its owner's alone, and what was erased from it lies nowhere in it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from services.cli.databases import is_there
from services.cli.errors import CommandError
from services.runtime.base.restoring import check_whole
from services.runtime.base.settings import load_settings
from tests.cli.command import PATIENCE_SECONDS, SMALL, Running, all_below, concordat
from tests.parts.child import free_port
from tests.parts.nats import NatsServer
from tests.parts.permissions import give_up_the_right_to_any_file
from tests.parts.seals import key_file
from tests.parts.smtp import SmtpServer
from tests.parts.tokens import Software
from tests.parts.waiting import until_now

TOKEN = "only-for-tests"
NOBODY = 65_534
COMMANDS = "/api/v1/partnerships/NFA/commands"


@contextmanager
def served(folder: Path, *, umask: int = -1, **settings: str) -> Iterator[httpx.Client]:
    """Serve everything from a folder; yield a client of the office."""
    url = f"http://127.0.0.1:{free_port()}"
    software = Software(load_settings(data_dir=folder, api_token=TOKEN))
    environment = {
        "CONCORDAT_DATA_DIR": str(folder),
        "CONCORDAT_PORT": url.rpartition(":")[2],
        "CONCORDAT_PUBLIC_URL": url,
        "CONCORDAT_API_TOKEN": TOKEN,
        **settings,
    }
    with (
        Running(("serve", "all"), environment, umask=umask) as running,
        httpx.Client(base_url=url, auth=software, timeout=PATIENCE_SECONDS) as client,
    ):
        until_now(lambda: answers(client))
        yield client
        assert running.interrupt()[0] == 0


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def open_to_others(folder: Path) -> list[str]:
    """Return what is not its owner's alone among a folder and all below it."""
    found = []
    for each in (folder, *all_below(folder)):
        with suppress(FileNotFoundError):  # a running server makes and removes files
            mode = each.lstat().st_mode
            if mode & 0o077:
                found.append(f"{stat.filemode(mode)} {each}")
    return found


def import_small(client: httpx.Client) -> None:
    answer = client.post("/api/v1/imports", content=SMALL.read_bytes(), headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_all_that_a_deployment_keeps_is_its_owners_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "above" / "data"

    with served(folder, umask=umask) as client:
        import_small(client)
        while_it_runs = open_to_others(tmp_path / "above")
        kept = {path.name for path in all_below(folder)}

    assert while_it_runs == []
    assert open_to_others(folder) == []
    assert {"programme.db", "programme.db-wal", "programme.db-shm", "directory.db", "nats-server.conf"} <= kept


def test_what_an_older_start_left_open_is_closed_at_the_next(tmp_path: Path) -> None:
    # given
    folder = tmp_path / "data"
    with served(folder):
        pass
    (folder / "nats" / "nats-server_1.ports").write_text("{}")
    for path in (folder, *all_below(folder)):
        path.chmod(0o755 if path.is_dir() else 0o644)

    # when
    with served(folder):
        pass

    assert open_to_others(folder) == []


if os.geteuid() == 0:  # who else could become another user, or give a folder to one

    def test_another_user_of_the_machine_reads_nothing() -> None:
        # given: a folder that others can walk up to
        above = Path(tempfile.mkdtemp(prefix="concordat-"))
        folder = above / "data"
        try:
            above.chmod(0o755)
            with served(folder, umask=0):
                listed = as_nobody("find", folder)
                read = as_nobody("cat", folder / "directory.db")
        finally:
            shutil.rmtree(above)

        assert (listed.stdout, read.stdout) == (f"{folder}\n", "")
        assert "Permission denied" in listed.stderr
        assert "Permission denied" in read.stderr

    def as_nobody(*command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    @pytest.mark.parametrize("command", [("serve", "all"), ("demo", "--once", "--data"), ("verify",)])
    def test_a_folder_or_a_database_of_somebody_else_is_refused_in_a_sentence(
        tmp_path: Path, command: tuple[str, ...]
    ) -> None:
        folder = tmp_path / "data"
        folder.mkdir()
        given: tuple[str | Path, ...] = (*command, folder) if command[-1] == "--data" else command
        if folder not in given:
            for name in ("programme.db", "reporting.db"):
                (folder / name).touch()
                os.chown(folder / name, NOBODY, NOBODY)
        os.chown(folder, NOBODY, NOBODY)

        ended = concordat(*given, environment={"CONCORDAT_DATA_DIR": str(folder)})

        assert ended.returncode == 1
        assert f"belongs to another user (uid {NOBODY}; Concordat runs as uid 0)" in ended.stderr
        assert len(ended.stderr.splitlines()) == 1

    def test_streams_are_declared_by_whoever_has_the_operator_s_keys_whosever_the_data_folder_is(
        tmp_path: Path, own_nats_server: NatsServer
    ) -> None:
        folder = tmp_path / "data"
        folder.mkdir()
        os.chown(folder, NOBODY, NOBODY)
        keys = {f"CONCORDAT_{service}_KEY_FILE": str(key_file()) for service in ("PROGRAMME", "REPORTING")}
        given = {"CONCORDAT_DATA_DIR": str(folder), "CONCORDAT_NATS_URL": own_nats_server.url, **keys}

        ended = concordat("streams", "apply", environment=given)

        assert (ended.returncode, ended.stderr) == (0, "")


def test_a_folder_that_is_closed_to_us_keeps_nobody_from_what_lies_elsewhere_and_is_told_to_who_needs_it(
    tmp_path: Path,
) -> None:
    closed = tmp_path / "data"
    closed.mkdir(mode=0)
    with ThreadPoolExecutor(1, initializer=give_up_the_right_to_any_file) as thread:
        thread.submit(check_whole, closed).result()
        with pytest.raises(
            CommandError, match=r"programme\.db lies in a folder that is closed to us .* give the command"
        ):
            thread.submit(is_there, f"sqlite:///{closed / 'programme.db'}").result()


def test_a_folder_that_holds_other_things_is_not_closed_to_those_who_use_it(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "report.txt").write_text("of others")
    (tmp_path / "shared").chmod(0o755)

    ended = concordat("serve", "all", environment={"CONCORDAT_DATA_DIR": str(tmp_path / "shared")})

    assert ended.returncode == 1
    assert "holds other things" in ended.stderr
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o755


def test_a_demonstration_is_closed_to_others_too(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with Running(("demo", "--once", "--data", folder, "--file", SMALL), umask=0) as running:
        running.until_said("What to try next")
        running.process.wait(PATIENCE_SECONDS)

    assert open_to_others(folder) == []
    assert list(folder.glob("mail/*.eml"))
    assert list(folder.glob("packs/*/pack.html"))


def test_a_pack_that_somebody_makes_is_theirs_under_their_own_umask(tmp_path: Path) -> None:
    with Running(("pack", SMALL, "--meeting", "B01", "--out", tmp_path / "pack"), umask=0o022) as running:
        running.until_said("NFA-B01-PACK")
        running.process.wait(PATIENCE_SECONDS)

    assert stat.S_IMODE((tmp_path / "pack" / "pack.html").stat().st_mode) == 0o644


@pytest.mark.parametrize("refused", [False, True], ids=["who got mail", "whose mail was refused with their name"])
def test_an_erased_name_and_address_are_in_no_file_of_the_deployment(
    tmp_path: Path, smtp_server: SmtpServer, refused: bool
) -> None:
    folder = tmp_path / "data"
    name, local = "Zebulon Quintessa", "zebulon.quintessa"
    address = f"{local}@unheard-of.example"
    if refused:
        reply = f"550 5.1.1 <{address}>: no mailbox {local.upper()} for {name} ({local} at unheard-of.example)"
        smtp_server.refuse(address, reply)
    mail = {"CONCORDAT_SMTP_HOST": smtp_server.host, "CONCORDAT_SMTP_PORT": str(smtp_server.port)}
    with served(folder, **mail) as client:
        # given: somebody to whom letters went
        import_small(client)
        appointed = client.post(
            f"{COMMANDS}/appoint-person",
            json={"key": "zebulon", "name": name, "email": address, "partner": "DUR", "roles": ["board_member"]},
            headers={"Idempotency-Key": "appoint-1"},
        )
        assert appointed.status_code == 200, appointed.text
        person = appointed.json()["references"][0]
        year = time.gmtime().tm_year + 1
        meeting = {"code": "B03", "date": f"{year}-06-17", "time": "14:00"}
        assert client.post(f"{COMMANDS}/schedule-meeting", json=meeting).status_code == 201

        wanted = "failed" if refused else "sent"

        def handled() -> bool:
            answer = client.get("/notifications/api/v1/NFA/deliveries")
            found = answer.json() if answer.status_code == 200 else []
            return any(each["person"] == person and each["state"] == wanted for each in found)

        until_now(handled)
        assert traces(folder, name, address) != []

        # when
        erased = client.delete(f"/api/v1/partnerships/NFA/people/{person}/directory-entry")
        assert erased.status_code == 204, erased.text

        # then they are overwritten, at once or as soon as nobody reads there any more
        until_now(lambda: not traces(folder, name, address, local, "Quintessa", "zebulon"), what="the erasure")
    assert traces(folder, name, address, local, "Quintessa", "zebulon") == []
    assert any(address in message.recipients for message in smtp_server.messages) is not refused


def traces(folder: Path, *words: str) -> list[str]:
    """Return where any of these words stand below a folder, however they are capitalised."""
    found = []
    for path in all_below(folder):
        with suppress(FileNotFoundError, IsADirectoryError):
            content = path.read_bytes().lower()
            found += [f"{word} in {path.name}" for word in words if word.lower().encode() in content]
    return found
