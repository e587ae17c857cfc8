"""The units of ``deploy/systemd``: read by systemd itself, and held against our rules."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from services.runtime.base.settings import load_settings, unknown_variables
from services.runtime.base.weak_settings import weaknesses
from tests.deploy.pods import pods_of
from tests.parts.kubectl import built
from tests.parts.systemd import analysed, read_unit
from tests.tooling.repository import ROOT

pytestmark = pytest.mark.systemd

UNITS = ROOT / "deploy" / "systemd"
DATABASE = "postgresql://db.example/one?sslmode=verify-full"
HIDDEN = "f00d" * 16
APART = ("programme", "reporting", "notifications", "access")
INSTANCES = (*APART, "all")
EXPOSURE = 15
"""The most that systemd's own rating may come to, of a hundred."""


@pytest.fixture(params=INSTANCES)
def instance(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def said_of(instance: str) -> dict[str, list[str]]:
    return read_unit(UNITS / "concordat@.service", UNITS / f"concordat@{instance}.service.d" / "service.conf")


def installed(folder: Path, *changed: tuple[str, str]) -> Path:
    """Return a folder with the units as they are installed, but for a command that is on this machine."""
    for file in UNITS.rglob("*"):
        if file.is_file():
            text = file.read_text()
            for before, after in (("/opt/concordat/bin/", f"{Path(sys.executable).parent}/"), *changed):
                text = text.replace(before, after)
            (folder / file.relative_to(UNITS)).parent.mkdir(exist_ok=True)
            (folder / file.relative_to(UNITS)).write_text(text)
    return folder


def variables(instance: str, credentials: Path) -> dict[str, str]:
    """Return the environment that systemd gives to an instance, its credentials in a folder of ours."""
    said = said_of(instance)
    listed = [each for line in said["Environment"] for each in shlex.split(line)]
    for file in said["EnvironmentFile"]:
        own = UNITS / Path(file).name
        listed += [
            each for line in own.read_text().splitlines() if not line.startswith("#") for each in shlex.split(line)
        ]
    given = dict(each.split("=", 1) for each in listed)
    assert len(given) == len(listed), "a file would override what the unit sets"
    return {name: value.replace("%d", str(credentials)).replace("%S", "/var/lib") for name, value in given.items()}


def credentials_of(instance: str) -> set[str]:
    return {each.split(":")[0] for each in said_of(instance)["LoadCredential"]}


def test_systemd_takes_every_unit(instance: str, tmp_path: Path) -> None:
    assert analysed(installed(tmp_path), "verify", "--man=no", f"concordat@{instance}.service") == (0, "")


def test_a_unit_with_a_misspelt_line_is_told_of(tmp_path: Path) -> None:
    units = installed(tmp_path, ("NoNewPrivileges", "NoNewPriviledges"))
    assert "NoNewPriviledges" in analysed(units, "verify", "--man=no", "concordat@all.service")[1]


def test_systemd_finds_little_that_a_service_could_reach(instance: str, tmp_path: Path) -> None:
    rating = ("security", "--offline=true", f"--threshold={EXPOSURE}", f"concordat@{instance}.service")
    code, said = analysed(installed(tmp_path), *rating)
    assert code == 0, said


@pytest.mark.parametrize("line", ["SystemCallFilter=@system-service\n", "CapabilityBoundingSet=\n"])
def test_a_unit_that_holds_less_back_is_rated_worse(line: str, tmp_path: Path) -> None:
    units = installed(tmp_path, (line, ""))
    assert analysed(units, "security", "--offline=true", f"--threshold={EXPOSURE}", "concordat@all.service")[0] != 0


def test_every_service_starts_with_what_it_is_given(
    instance: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in credentials_of(instance):
        (tmp_path / name).write_text(DATABASE if name.endswith("_url") else HIDDEN)
    for name, value in variables(instance, tmp_path).items():
        monkeypatch.setenv(name, value)
    assert unknown_variables() == []
    settings = load_settings()
    assert weaknesses(settings) == []
    named = [value for value in settings.model_dump().values() if isinstance(value, Path)]
    assert [path for path in named if tmp_path in path.parents and not path.exists()] == []
    assert settings.data_dir == Path("/var/lib/concordat")


@pytest.mark.kubectl
@pytest.mark.parametrize("name", APART)
def test_a_service_is_given_the_same_secrets_as_in_a_cluster(name: str) -> None:
    (pod,) = [each for each in pods_of(built("cluster")) if each.name == name]
    assert credentials_of(name) == {file for file, needed in pod.files.items() if needed} - {"nats-ca.pem"}


def test_no_secret_is_in_the_environment(instance: str) -> None:
    assert all("SetCredential" not in key for key in said_of(instance))
    secrets = {each.upper() for each in credentials_of(instance) if each.startswith("concordat_")}
    assert not secrets & set(variables(instance, Path("/run")))


def test_services_of_one_machine_listen_apart_and_ask_each_other_where_they_do() -> None:
    given = {name: variables(name, Path("/run")) for name in APART}
    ports = {name: each["CONCORDAT_PORT"] for name, each in given.items()}
    assert len(set(ports.values())) == len(APART)
    for asked in ("programme", "reporting"):
        assert given["notifications"][f"CONCORDAT_{asked.upper()}_URL"] == f"http://127.0.0.1:{ports[asked]}"


def test_stopping_has_its_time_and_tells_the_process_alone(instance: str) -> None:
    said = said_of(instance)
    assert int(said["TimeoutStopSec"][0].removesuffix("s")) > 10
    assert said["KillMode"] == ["mixed"], "its embedded NATS server is to be stopped by it, last"
