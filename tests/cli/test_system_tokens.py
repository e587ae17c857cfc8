"""``concordat token``: whoever runs the deployment makes, lists and ends the tokens of systems on its machine."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.cli import main
from services.programme.service import ProgrammeService
from services.runtime.access.sessions.reader import FRESH_SECONDS
from services.runtime.access.systems import Systems
from services.runtime.base.settings import load_settings
from services.runtime.process.lifecycle import Host
from services.runtime.store.database import Database
from tests.cli.command import SMALL, concordat
from tests.parts.tokens import by_operator
from tests.parts.waiting import until

TOKEN = "only-for-tests"
TODAY = datetime.now(UTC).date()
SOON = str(TODAY + timedelta(days=30))
RISK = {"code": "R77", "title": "A risk", "likelihood": 2, "impact": 3, "owner": "DUR"}


@pytest.fixture(scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deployment in which the partnership NFA is; nothing runs."""
    folder: Path = tmp_path_factory.mktemp("tokens")
    settings = load_settings(data_dir=folder, port=0, api_token=TOKEN, log_level="error")
    async with Host(settings, [ProgrammeService]) as host, httpx.AsyncClient(base_url=host.url, timeout=60) as client:
        headers = {"Content-Type": "application/yaml", **by_operator(settings)}
        assert (await client.post("/api/v1/imports", content=SMALL.read_bytes(), headers=headers)).status_code == 201
    return folder


@pytest.fixture
def deployment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONCORDAT_DATA_DIR", str(folder))
    return folder


def test_a_token_is_printed_once_listed_without_it_and_ended(
    deployment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    assert main(["token", "add", "NFA", "--name", "Loader", "--until", SOON, "--write"]) == 0
    made = capsys.readouterr().out
    assert main(["token", "list", "NFA"]) == 0
    listed = capsys.readouterr().out
    # then
    token = made.splitlines()[0]
    assert token.startswith("concordat_system_")
    assert "“Loader” reads NFA and writes in it, as NFA-U001" in made
    assert "Nobody is shown this token again." in made
    assert token not in listed
    assert re.fullmatch(
        r"[0-9a-f]{12}  Loader  reads and writes  by the operator, for NFA-U001  never used  good until .* \d{4}\n",
        listed,
    )
    # when
    assert main(["token", "add", "NFA", "--name", "Loader", "--until", SOON]) == 1
    assert "--name Loader: a system of NFA has it; revoke its token or choose another" in capsys.readouterr().err
    # when
    assert main(["token", "revoke", "NFA", listed[:12]]) == 0
    assert capsys.readouterr().out == "The token of “Loader” opens nothing any more.\n"
    assert main(["token", "list", "NFA"]) == 0
    assert capsys.readouterr().out == "No system of NFA has a token.\n"


async def test_what_it_makes_works_beside_running_services_and_ends_within_a_second(folder: Path) -> None:
    settings = load_settings(data_dir=folder, port=0, api_token=TOKEN, log_level="error")
    environment = {"CONCORDAT_DATA_DIR": str(folder)}
    async with Host(settings, [ProgrammeService]) as host, httpx.AsyncClient(base_url=host.url, timeout=60) as client:
        printed = concordat("token", "add", "NFA", "--name", "Reader", "--until", SOON, environment=environment)
        client.headers["Authorization"] = f"Bearer {printed.stdout.splitlines()[0]}"
        assert (await client.get("/api/v1/partnerships/NFA/risks")).status_code == 200
        refused = await client.post("/api/v1/partnerships/NFA/commands/raise-risk", json=RISK)
        assert refused.json()["type"] == "urn:concordat:problem:token-only-reads"
        with closing(Database(settings.access_database_url)) as database:
            [system] = Systems(database).of_sync("NFA")
        ended = concordat("token", "revoke", "NFA", system.id[:6], environment=environment)
        assert (ended.returncode, ended.stderr) == (0, "")

        async def is_over() -> bool:
            return (await client.get("/api/v1/partnerships/NFA/risks")).status_code == 401

        await until(is_over, what=f"its end, at most {FRESH_SECONDS} s after it")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "XYZ", "--name", "A", "--until", SOON), "there is no partnership XYZ; there are NFA"),
        (("list", "XYZ"), "there is no partnership XYZ"),
        (("revoke", "NFA", "123456"), "'123456' is the id of no one system of NFA; concordat token list NFA shows"),
        (("revoke", "NFA", ""), "is the id of no one system"),
        (("add", "NFA", "--name", " ", "--until", SOON), "--name says what the system is called"),
        (("add", "NFA", "--name", "A" * 101, "--until", SOON), "in 1 to 100 characters"),
        (("add", "NFA", "--name", "A", "--until", "2014-04-01"), "does not last to that day. Enter a day from today"),
        (("add", "NFA", "--name", "A", "--until", str(TODAY + timedelta(days=400))), "does not last to that day"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    deployment: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert main(["token", *arguments]) == 1
    found = capsys.readouterr()
    assert (found.out, said in found.err) == ("", True), found.err


def test_a_day_that_is_none_is_said_to_be(deployment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["token", "add", "NFA", "--name", "A", "--until", "31 March"])
    assert "'31 March' is not a date; write one such as 2027-03-31" in capsys.readouterr().err
