"""Every command that a document names can be given as it is written there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, insert

from contracts.envelope import with_chain
from services.cli.arguments import parser as arguments_of_concordat
from services.reporting.signing import SigningKey
from services.runtime.messaging import blocked_partitions, dead_letters
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore, Stored
from tests.benchmarks import arguments as arguments_of_bench
from tests.cli.command import SMALL, Running, concordat
from tests.parts.child import free_port
from tests.parts.nats import NatsServer
from tests.parts.waiting import until_now
from tests.tooling.repository import ROOT, files, text_of

_BEGINS = r"(?:\.venv/bin/)?(?:concordat|make|python)"
_INLINE = re.compile(rf"(?<!`)`({_BEGINS}(?: [^`]+)?)`")
_BLOCK = re.compile(rf"^(?: {{4}}|\$ )({_BEGINS}(?: .+)?)$", re.MULTILINE)
_OF_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ARGS")
TOKEN = "only-for-tests"

AT_REST = {
    "concordat versions",
    "concordat sign-out --address ada@brent.example",
    "concordat sign-out --everybody",
    "concordat sign-in-link --set-up --address office@archives.example",
    "concordat check FILE",
    ".venv/bin/concordat check examples/london.yaml",
    ".venv/bin/concordat pack examples/london.yaml --meeting LAP-B02 --out packs/",
    "concordat pack london.yaml --meeting LAP-B02 --out packs/",
    "concordat verify",
    "concordat verify DIR --key FILE",
    "concordat verify FOLDER --key KEY.pem",
    "concordat republish",
    "concordat republish --partnership LAP",
    "concordat rebuild",
    "concordat rebuild notifications",
    "concordat backup backups/2026-11-26",
    "concordat restore --check backups/2026-11-25",
    "concordat restored all",
    "concordat restored programme",
    "concordat restored reporting",
    "concordat streams apply",
    "concordat streams apply --numbered",
    "concordat make-secrets secrets",
    "concordat migrate",
    "concordat migrate --contract",
    "concordat migrate --check",
    'python -c "import yaml, pydantic"',
}
"""Run to their end in a folder with the data of a deployment that does not run."""

WHILE_SERVED = {
    "concordat import FILE",
    "concordat dead-letters list",
    "concordat dead-letters retry notifications/3",
    "concordat dead-letters discard notifications/3",
    "concordat blocked-partnerships list",
    "concordat blocked-partnerships retry reporting/LAP",
}
"""Run to their end beside a deployment that runs."""

SERVING = {"concordat serve all", "concordat serve programme", "concordat serve access"}
"""Run until they are ready, and told to stop."""

MAKING = {
    "make",
    "make audit",
    "make bench",
    "make containers",
    "make bench ARGS=--short",
    "make bench ARGS=growth",
    'make bench ARGS="many replicas --partnerships 1000"',
    "make bench ARGS=starting",
    'make bench ARGS="commands --rounds 3 --seconds 3"',
    "make demo",
    "make demo ARGS=--once",
    "make faults",
    "make guide",
    "make image",
    'make image ARGS="--build-arg BASE=…"',
    "make soak",
    "make test",
}
"""``make`` says what it would run; whoever reads the arguments behind that reads them."""

CHECKING = {"make check", "make format", "make requirements"}
"""``make`` says what it would run: tools that are installed."""

DEVELOPING = {
    ".venv/bin/python -m pytest tests/domain/test_silence.py -k secretary",
    ".venv/bin/python -m pytest tests/reporting --numprocesses 2 --dist worksteal",
    ".venv/bin/python -m pdb -m services.cli check examples/london.yaml",
    ".venv/bin/python -m tests.simulation --seed 42 --years 10",
}
"""Begun: pytest finds tests, a debugger is told to quit, the others say what they take."""

GENERATING = {"python -m tools.schemas", "python -m tools.settings_page", "python -m tools.access_page"}
"""Run in a copy of the repository, in which they change nothing."""

ONLY_NAMES = {
    "concordat",
    "concordat backup",
    "concordat blocked-partnerships",
    "concordat check",
    "concordat compare",
    "concordat demo",
    "concordat import --wait",
    "concordat make-secrets",
    "concordat make-secrets --compose HOST",
    "concordat pack",
    "concordat pack --edition S1",
    "concordat pack --out",
    "concordat restore",
    "concordat restored",
    "concordat serve",
    "concordat import",
    "concordat sign-in-link",
    "concordat token add",
    "concordat token list",
    "concordat token revoke",
    "concordat sign-in-link --set-up",
    "concordat sign-out",
}
"""A command named without what it needs; the words after it are read by the same parser as those of the others."""


def commands_in(text: str) -> set[str]:
    """Return the commands that a document names, in code within a line and in indented lines."""
    found = _INLINE.findall(text) + _BLOCK.findall(text)
    return {re.sub(r"\s+", " ", command.partition("  #")[0]).strip() for command in found}


ELSEWHERE = {
    "concordat clock confirm",
    "concordat compare packs/LAP-B04-PACK packs/LAP-B05-PACK",
    "concordat pack FILE --meeting B01 --edition S1 --out DIR",
    "concordat restore backups/2026-11-25 --lost-at 2026-11-26T14:05:00Z",
    "concordat token add LAP --name Grants --until 2027-03-31",
    "concordat token list LAP",
    "concordat token revoke LAP 0a1b2c3d4e5f",
}
"""Run where a clock is questioned, a supplement due, there are two packs, everything lost, a day to come
(tests/recovery, tests/cli); here they are read as written.
"""

DOCUMENTED = {
    command
    for file in files()
    if file.suffix == ".md" and file.parts[0] != "tests"
    for command in commands_in(text_of(file) or "")
}


def test_how_each_is_run_is_known() -> None:
    known = AT_REST | WHILE_SERVED | SERVING | MAKING | CHECKING | DEVELOPING | GENERATING | ONLY_NAMES | ELSEWHERE
    assert DOCUMENTED - known == set(), "say above how each of these is run"
    assert known - DOCUMENTED == set(), "no document names these any more"


@pytest.mark.parametrize("command", sorted(ONLY_NAMES))
def test_what_is_only_named_is_there(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments_of_concordat().parse_args([*(word for word in command.split()[1:] if word[0] != "-"), "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert all(word in told for word in command.split())


@pytest.mark.parametrize("command", sorted(ELSEWHERE))
def test_what_is_run_elsewhere_is_read_as_written(command: str) -> None:
    assert arguments_of_concordat().parse_args(command.split()[1:]).module == command.split()[1]


# -- concordat ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example and its kin beside the data of a deployment that has issued a pack of LAP."""
    place = tmp_path_factory.mktemp("place")
    small = SMALL.read_text().replace("code: NFA", "code: LAP")
    (place / "small.yaml").write_text(small)
    done = concordat("demo", "--once", "--data", place / "demo", "--file", place / "small.yaml")
    assert done.returncode == 0, done.stderr
    (place / "examples").symlink_to(ROOT / "examples")
    (place / ".venv" / "bin").mkdir(parents=True)
    (place / ".venv" / "bin" / "concordat").symlink_to(Path(sys.executable).with_name("concordat"))
    shutil.copy(ROOT / "examples" / "london.yaml", place / "london.yaml")
    [pack, *_] = sorted((place / "demo" / "packs").iterdir())
    for name in ("DIR", "FOLDER"):
        shutil.copytree(pack, place / name)
    lately = {"CONCORDAT_DATA_DIR": str(place / "demo" / "services")}
    assert concordat("backup", place / "backups" / "2026-11-25", environment=lately).returncode == 0
    (place / "KEY.pem").write_bytes(SigningKey.kept_in(place / "demo" / "services" / "signing-key.pem").public.pem)
    return place


@pytest.fixture
def deployment(place: Path, tmp_path: Path) -> dict[str, str]:
    """The settings of a deployment whose data nobody else uses; what runs at it finds the small example under FILE."""
    shutil.copytree(place / "demo" / "services", tmp_path / "data")
    port = free_port()
    return {
        "CONCORDAT_DATA_DIR": str(tmp_path / "data"),
        "CONCORDAT_PORT": str(port),
        "CONCORDAT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CONCORDAT_API_TOKEN": TOKEN,
        "CONCORDAT_CLOCK_JUMP_HOURS": "0",  # the example ends in 2014, and nobody is here to say that it is later now
    }


def given(command: str, place: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command as it is written, with ``concordat`` on the path."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        shlex.split(command),
        cwd=place,
        env={**inherited, "PATH": path, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", sorted(AT_REST))
def test_a_command_for_a_deployment_at_rest_or_for_none_ends_well(
    command: str, place: Path, deployment: dict[str, str]
) -> None:
    (place / "FILE").unlink(missing_ok=True)
    (place / "FILE").symlink_to(place / ("KEY.pem" if "--key" in command else "london.yaml"))
    done = given(command, place, deployment)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def serving(what: str, settings: dict[str, str]) -> Iterator[Running]:
    with Running(tuple(what.split()[1:]), settings) as running:
        until_now(lambda: _is_ready(settings["CONCORDAT_PUBLIC_URL"]), what=f"readiness of {what}")
        yield running


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", trust_env=False, timeout=30).status_code == 200
    except httpx.TransportError:
        return False


def test_commands_for_a_deployment_that_runs_end_well(place: Path, deployment: dict[str, str]) -> None:
    (place / "FILE").unlink(missing_ok=True)
    (place / "FILE").write_text(SMALL.read_text().replace("code: NFA", "code: NEW"))
    with serving("concordat serve all", deployment):
        for command in sorted(WHILE_SERVED):
            _bury(Path(deployment["CONCORDAT_DATA_DIR"]))
            _block(Path(deployment["CONCORDAT_DATA_DIR"]))
            done = given(command, place, deployment)
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def _bury(data: Path) -> None:
    """Leave three dead letters behind: events that mean nothing to notifications, so that each can be tried again."""
    log, place = Database(f"sqlite:///{data / 'programme.db'}"), Database(f"sqlite:///{data / 'notifications.db'}")

    def read(connection: Connection) -> list[Stored]:
        stored = EventStore("programme").read_stored(connection, "LAP")
        return [event for event in stored if b"commitment-agreed" in event.body][:3]

    def bury(connection: Connection, events: Sequence[Stored]) -> None:
        for letter in dead_letters.oldest(connection, 10):
            dead_letters.remove(connection, letter)
        for event in events:
            dead_letters.bury(
                connection,
                *("notifications-programme", "LAP", event.version),
                subject="programme.LAP.commitment-agreed",
                wire=with_chain(event.body, event.chain),
                reason="its effect failed 8 times",
            )

    events = log.read_sync(read)
    place.write_sync(lambda connection: bury(connection, events))
    log.close()
    place.close()


def _block(data: Path) -> None:
    """Leave a note that a partnership is blocked, which another replica overcame without striking it out."""
    place = Database(f"sqlite:///{data / 'reporting.db'}")
    note = {"consumer": "reporting", "partnership": "LAP", "seen": 3, "reason": "event 3 is missing"}

    def block(connection: Connection) -> None:
        blocked_partitions.forget(connection, note["consumer"])
        connection.execute(insert(blocked_partitions.blocked_partitions), note)

    place.write_sync(block)
    place.close()


@pytest.mark.parametrize("command", sorted(SERVING))
def test_what_serves_is_ready_and_ends_when_told_to(
    command: str, deployment: dict[str, str], own_nats_server: NatsServer
) -> None:
    if command != "concordat serve all":
        deployment["CONCORDAT_NATS_URL"] = own_nats_server.url
    with serving(command, deployment) as running:
        assert running.interrupt()[0] == 0


# -- make, and what is generated ---------------------------------------------------------------------------------------


def _made(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run ``make`` as a person would, though ``make test`` runs this: what that one tells its children is left out."""
    own = {name: value for name, value in os.environ.items() if name not in _OF_MAKE}
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", sorted(MAKING))
def test_what_make_would_run_takes_its_arguments(command: str, tmp_path: Path) -> None:
    would_run = _made([*shlex.split(command), "--dry-run"])
    assert would_run.returncode == 0, would_run.stderr
    last = would_run.stdout.strip().splitlines()[-1]
    if command == "make":
        assert _made(["make"]).stdout.count("make ") > 5
        return
    words = [word for word in shlex.split(last) if "=" not in word]
    match words:
        case [_, "-m", "tests.benchmarks", *given]:
            parts = [word for word in given if word in arguments_of_bench.PARTS]
            assert arguments_of_bench.parser().parse_args(given).parts == parts
        case [_, "-m", "tests.benchmarks.soak" | "tools.guide_pictures" | "tools.image" as module, *given]:
            told = _run_by_python("-m", module, *given, "--help")
            assert told.returncode == 0, told.stderr
        case [_, "-m", "pytest", *given]:
            nothing = ("--collect-only", "--numprocesses", "0", "--ignore-glob", "*/test_*")
            told = _run_by_python("-m", "pytest", *given, *nothing)
            assert told.returncode == 5, told.stdout + told.stderr  # it understood, and there is nothing to collect
        case [tool, *_, asked_about] if tool.endswith("/pip-audit"):
            pinned = (ROOT / "requirements" / "audit.txt").read_text()
            assert ((ROOT / asked_about).exists(), "\npip-audit==" in pinned) == (True, True)
        case [_, *given]:
            assert words[0].endswith("concordat")
            assert arguments_of_concordat().parse_args(given).module == "demo"


@pytest.mark.parametrize("command", sorted(CHECKING))
def test_what_make_checks_with_is_installed(command: str) -> None:
    would_run = _made([*shlex.split(command), "--dry-run"])
    assert would_run.returncode == 0, would_run.stderr
    tools = [Path(line.lstrip("@").split()[0]) for line in would_run.stdout.splitlines() if line.startswith(".venv/")]
    assert tools
    assert [tool.name for tool in tools if not Path(sys.executable).with_name(tool.name).exists()] == []


@pytest.mark.parametrize("command", sorted(DEVELOPING))
def test_what_a_developer_runs_begins_as_written(command: str) -> None:
    match shlex.split(command):
        case [_, "-m", "pytest", *given]:
            found = _run_by_python("-m", "pytest", *given, "--collect-only", "--numprocesses", "0", "--quiet")
            assert "::test_" in found.stdout
        case [_, "-m", "pdb", *given]:
            found = _run_by_python("-m", "pdb", *given, told="quit\n")
            assert "(Pdb)" in found.stdout
        case [_, *given]:
            found = _run_by_python(*given, "--help")
    assert found.returncode == 0, found.stdout + found.stderr


def _run_by_python(*arguments: str, told: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, input=told, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", sorted(GENERATING))
def test_what_is_generated_is_as_it_is_kept(command: str, tmp_path: Path) -> None:
    for file in files():
        if file.parts[0] in {"contracts", "domain", "services", "tools", "docs"}:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, tmp_path / file)
    done = subprocess.run(
        [sys.executable, *shlex.split(command)[1:]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kept = [file for file in files() if file.parts[0] in {"contracts", "domain", "services", "tools", "docs"}]
    assert [str(file) for file in kept if (tmp_path / file).read_bytes() != (ROOT / file).read_bytes()] == []
