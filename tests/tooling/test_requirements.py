"""The pinned requirements: whole, with hashes, and in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.cli.command import concordat
from tests.tooling.repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
KINDS = ["runtime", "image", "test", "bench"]
HASH = r"--hash=sha256:[0-9a-f]{64}"


def pinned(kind: str) -> dict[str, tuple[Requirement, str]]:
    """Return the requirements of ``kind`` by name, each with the hashes that follow it.

    A name can stand there more than once, under different markers; the last one is kept.
    """
    lines = (ROOT / "requirements" / f"{kind}.txt").read_text().replace("\\\n", " ").splitlines()
    requirements = [line.partition("--hash") for line in lines if line and not line.lstrip().startswith("#")]
    parsed = [(Requirement(text), mark + hashes) for text, mark, hashes in requirements]
    return {canonicalize_name(requirement.name): (requirement, hashes) for requirement, hashes in parsed}


def wanted(kind: str) -> list[Requirement]:
    groups = PROJECT["dependency-groups"]
    own = [entry for entry in groups["build" if kind == "runtime" else kind] if isinstance(entry, str)]
    return [Requirement(text) for text in [*PROJECT["project"]["dependencies"], *own]]


@pytest.mark.parametrize("kind", [*KINDS, "audit"])
def test_every_requirement_has_one_version_and_hashes(kind: str) -> None:
    loose = [
        str(requirement)
        for requirement, hashes in pinned(kind).values()
        if not re.fullmatch(r"==[^,*]+", str(requirement.specifier)) or not re.fullmatch(rf"({HASH}\s*)+", hashes)
    ]
    assert pinned(kind)
    assert loose == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_project_asks_for_is_pinned_within_its_bounds(kind: str) -> None:
    found = pinned(kind)
    unmet = [
        str(asked)
        for asked in wanted(kind)
        if (name := canonicalize_name(asked.name)) not in found
        or not asked.specifier.contains(str(found[name][0].specifier).removeprefix("=="), prereleases=True)
    ]
    assert unmet == [], "run `make requirements`"


@pytest.mark.parametrize("kind", ["image", "test", "bench"])
def test_what_is_tested_and_measured_are_the_versions_that_people_run(kind: str) -> None:
    runtime, others = pinned("runtime"), pinned(kind)
    assert {name: str(others[name][0]) for name in runtime} == {
        name: str(requirement) for name, (requirement, _) in runtime.items()
    }


def test_the_command_prints_the_versions_that_are_installed_as_they_are_pinned() -> None:
    printed = concordat("versions")
    lines = printed.stdout.splitlines()
    here = [each for each, _ in pinned("runtime").values() if each.marker is None or each.marker.evaluate()]

    assert printed.returncode == 0
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==\S+|# .+", line)] == []
    assert [each for each in here if f"{canonicalize_name(each.name)}{each.specifier}" not in lines] == []


@pytest.mark.parametrize("name", ["typst", "xlsxwriter", "manimgx-fonts", "manimgx-fonts-cjk"])
def test_what_gives_a_pack_its_bytes_is_asked_for_in_one_version(name: str) -> None:
    """With another one `concordat verify` would say of packs that were issued that they were altered."""
    asked = {canonicalize_name(each.name): str(each.specifier) for each in wanted("runtime")}
    assert asked[name] == str(pinned("runtime")[name][0].specifier)
