"""``concordat check`` and what holds of every command: help, exit codes, sentences in place of traces."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.cli import main
from tests.cli.command import ROOT, SMALL, Running

COMMANDS = ["demo", "pack", "compare", "check", "import", "serve", "republish", "verify", "rebuild", "streams"]


def test_a_right_file_is_one_line_of_counts(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", str(SMALL)])

    assert code == 0
    assert capsys.readouterr().out == (
        f"{SMALL} is right: NFA, Northern Fire Alliance: 3 partners, 4 commitments, 2 projects, 3 milestones,"
        " 2 meetings, 1 decision, 33 entries, 40 events\n"
    )


def test_the_example_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT / "examples" / "london.yaml")]) == 0
    assert "LAP, London Archives Partnership" in capsys.readouterr().out


def test_every_fault_is_a_line_on_standard_output_and_the_exit_code_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(SMALL.read_text().replace("likelihood: 3", "likelihood: 9").replace("days: 4.50", "days: x"))

    code = main(["check", str(file)])

    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert code == 1
    assert [line.split(": ")[:2] for line in lines] == [
        [f"{file}:{line}", path]
        for line, path in (
            (_line(file, "likelihood: 9"), "risks[0].likelihood"),
            (_line(file, "days: x"), "history[3].days"),
        )
    ]
    assert said.err == f"concordat: {file} has 2 faults\n"


def test_an_address_that_could_not_be_sent_to_is_a_fault_with_its_line_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(SMALL.read_text().replace("lead@durham.example", "jo..e@durham.example"))

    code = main(["check", str(file)])

    said = capsys.readouterr().out
    assert code == 1
    assert said.startswith(f"{file}:{_line(file, 'jo..e')}: people[")
    assert "“jo..e@durham.example” is not an e-mail address: two dots stand side by side before its @." in said
    assert "Write one such as lead@brent.example." in said


@pytest.mark.parametrize(
    ("name", "words"),
    [("absent.yaml", "there is no file"), (".", "is a folder"), ("notes.pdf", "this is not a text file")],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    tmp_path: Path, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.7\x00\xff")

    code = main(["check", str(tmp_path / name)])

    said = capsys.readouterr()
    assert code == 1
    assert words in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_a_file_named_by_a_dash_is_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with SMALL.open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert main(["check", "-"]) == 0
    assert "-" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"concordat {command}" in said.split("examples:")[1]
    assert max(len(line) for line in said.splitlines()) <= 110


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["check"],
        ["pack", "x.yaml"],
        ["serve", "nothing"],
        ["demo", "--port", "x"],
        ["republish", "--from", "0"],
    ],
    ids=" ".join,
)
def test_a_command_that_is_not_written_as_it_must_be_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "usage: concordat" in capsys.readouterr().err


def test_output_that_nobody_reads_to_its_end_is_no_fault() -> None:
    with Running(("check", SMALL)) as running:
        assert running.process.stdout is not None
        running.process.stdout.close()
        code = running.process.wait()
        running.process.stdout = None
        assert (code, running.complaints) == (0, "")


def test_a_command_does_its_work_where_nobody_can_hear_it() -> None:
    closed = subprocess.run(
        ["sh", "-c", '"$0" -m services.cli check "$1" >&- 2>&-', sys.executable, SMALL], check=False
    )

    assert closed.returncode == 0


def _line(file: Path, words: str) -> int:
    text = file.read_text()
    return text[: text.index(words)].count("\n") + 1
