"""Every command of docker-compose that a document names is one, for services that its file has."""

from __future__ import annotations

import argparse
import re
import shlex
from typing import Any, NoReturn

import pytest
import yaml

from services.cli.arguments import parser as arguments_of_concordat
from tests.tooling.repository import ROOT, files, text_of

_BEGINS = r"docker-compose(?: --file \S+)?"
_INLINE = re.compile(rf"(?<!`)`({_BEGINS} [^`]+)`")
_BLOCK = re.compile(rf"^ {{4}}({_BEGINS} (?:[^\n]*\\\n)*[^\n]*)$", re.MULTILINE)


class _Strict(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def _parser() -> argparse.ArgumentParser:
    """Return what reads of docker-compose's options those that the documents use; 1.29 and Compose 2 have them all."""
    parser = _Strict(prog="docker-compose", exit_on_error=False)
    parser.add_argument("--file", default="compose.yaml")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Strict)
    up = commands.add_parser("up")
    up.add_argument("-d", "--detach", action="store_true", required=True)
    up.add_argument("--no-deps", action="store_true")
    up.add_argument("services", nargs="*")
    run = commands.add_parser("run")
    run.add_argument("--rm", action="store_true", required=True)
    run.add_argument("-T", dest="no_terminal", action="store_true")
    run.add_argument("--no-deps", action="store_true")
    execute = commands.add_parser("exec")
    execute.add_argument("-T", dest="no_terminal", action="store_true")
    for each in (run, execute):
        each.add_argument("services", nargs=1)
        each.add_argument("words", nargs=argparse.REMAINDER)
    for name in ("restart", "stop", "logs"):
        commands.add_parser(name).add_argument("services", nargs="+")
    remove = commands.add_parser("rm")
    remove.add_argument("--stop", action="store_true", required=True)
    remove.add_argument("--force", action="store_true", required=True)
    remove.add_argument("services", nargs="+")
    commands.add_parser("down").set_defaults(services=[])
    return parser


def commands_in(text: str) -> set[str]:
    """Return the commands of docker-compose that a document names, each on one line and without what it is fed."""
    found = _INLINE.findall(text) + _BLOCK.findall(text)
    lines = (re.sub(r"\s+", " ", each.replace("\\\n", " ")) for each in found)
    return {line.partition(" < ")[0].strip() for line in lines}


DOCUMENTED = sorted(
    {
        command
        for file in files()
        if file.suffix == ".md" and file.parts[0] != "tests"
        for command in commands_in(text_of(file) or "")
    }
)


def _services(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / name).read_text())["services"]
    return found


def test_the_commands_of_an_upgrade_and_of_both_forms_are_among_them() -> None:
    assert {
        "docker-compose run --rm --no-deps migrate",
        "docker-compose up -d --no-deps programme-1",
        "docker-compose up --detach",
        "docker-compose --file compose.small.yaml up --detach",
    } <= set(DOCUMENTED)


@pytest.mark.parametrize("command", DOCUMENTED)
def test_it_takes_these_words_and_its_file_has_the_services(command: str) -> None:
    given = _parser().parse_args(shlex.split(command)[1:])
    services = _services(given.file)
    assert set(given.services) <= services.keys()
    match getattr(given, "words", []):
        case []:
            pass
        case ["concordat", *words]:
            arguments_of_concordat().parse_args(words)
        case words if "concordat" in services[given.services[0]]["image"]:
            arguments_of_concordat().parse_args(words)
