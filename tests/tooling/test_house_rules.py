"""House rules that a machine can check, so that nobody has to remember them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.tooling.repository import files, lines_matching, text_of

THIS_FILE = Path("tests/tooling/test_house_rules.py")
LONGEST = 400
WRITTEN_BY_HAND = {".py", ".html", ".css", ".js", ".typ"}
PROSE = {".py", ".md", ".html", ".yaml", ".yml", ".typ", ".txt"}

# `behavior: merge` is a word of Kustomize.
AMERICAN = (
    r"behaviors?(?!: merge)|canceled|canceling|catalogs?|defense|favorites?|favors?|fulfill|honors?|labeled|labeling|"
    r"labor|modeled|modeling|neighbors?|offense|signaled|signaling|skeptical|traveled|traveling"
)
UNWANTED = r"tickets?|sprints?|programs?"


def written_in(*folders: str) -> tuple[Path, ...]:
    return tuple(file for file in files() if file.parts[0] in folders)


def prose() -> tuple[Path, ...]:
    return tuple(
        file for file in files() if file.suffix in PROSE and file.parts[0] != "requirements" and file != THIS_FILE
    )


@pytest.mark.parametrize("file", [Path("LICENSE"), Path("README.md"), Path("pyproject.toml")], ids=str)
def test_the_rules_look_at_the_files_of_the_repository(file: Path) -> None:
    assert file in files()
    assert text_of(file)


def test_no_file_names_a_host_of_a_package_registry() -> None:
    registries = r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|deb\.debian\.org"
    assert lines_matching(registries, among=files()) == []


def test_no_file_names_a_place_on_the_machine_of_its_author() -> None:
    home_of_someone = (
        r"(?<![\w.\]}*/-])/((work|root|Users)/|home/[a-z])"  # Home, the page, is followed by a code in capitals
    )
    assert lines_matching(home_of_someone, among=files()) == []


def test_no_file_of_the_product_is_longer_than_anyone_reads() -> None:
    lengths = {
        file: len((text_of(file) or "").splitlines())
        for file in written_in("contracts", "domain", "services", "tools")
        if file.suffix in WRITTEN_BY_HAND
    }
    assert {file: length for file, length in lengths.items() if length > LONGEST} == {}


def test_every_decision_record_has_a_number_of_its_own_and_a_line_in_the_list() -> None:
    records = [each for each in files() if each.parts[:2] == ("docs", "decisions") and each.name != "README.md"]
    listed = text_of(Path("docs/decisions/README.md")) or ""
    assert len({each.name[:4] for each in records}) == len(records)
    assert [each.name for each in records if f"]({each.name})" not in listed] == []


@pytest.mark.parametrize("document", [each for each in files() if each.suffix == ".md"], ids=str)
def test_a_file_that_a_document_names_is_there(document: Path) -> None:
    named = re.findall(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|html|css|conf|yaml|toml))`", text_of(document) or "")
    there = [f"/{each.as_posix()}" for each in files()]
    assert [name for name in named if not any(each.endswith(f"/{name}") for each in there)] == []


def test_words_are_spelt_as_in_britain() -> None:
    assert lines_matching(rf"\b({AMERICAN})\b", among=prose(), flags=re.IGNORECASE) == []


def test_words_that_the_partnership_does_not_use_are_not_used() -> None:
    assert lines_matching(rf"\b({UNWANTED})\b", among=prose(), flags=re.IGNORECASE) == []


def test_nothing_is_left_for_later() -> None:
    left = (
        r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|mark\.(skip|skipif|xfail)|pytest\.(skip|xfail|importorskip)\("
    )
    among = tuple(file for file in prose() if file.suffix != ".md")
    assert lines_matching(left, among=among) == []


def test_every_request_of_a_test_says_how_long_it_waits() -> None:
    """On its own httpx gives up after five seconds, which a busy machine takes. What never leaves the process waits."""
    asking = {"Client", "AsyncClient", "get", "post", "put", "request", "stream"}
    unsaid = [
        f"{file}:{call.lineno}"
        for file in written_in("tests")
        if file.suffix == ".py"
        for call in ast.walk(ast.parse(text_of(file) or ""))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) == "httpx"
        and call.func.attr in asking
        and not {"timeout", "transport"} & {each.arg for each in call.keywords}
    ]
    assert unsaid == []


def test_nothing_needs_node() -> None:
    assert [file for file in files() if file.name in {"package.json", "package-lock.json", "yarn.lock"}] == []
