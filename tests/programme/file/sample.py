"""A small programme file without a fault, and what comes of changing it."""

from __future__ import annotations

from pathlib import Path

from services.programme.file.checking import ProgrammeFile, checked
from services.programme.file.faults import FaultyFile, FileFault

SMALL = (Path(__file__).parents[3] / "examples" / "small" / "northern-fire.yaml").read_text()


def changed(*changes: tuple[str, str]) -> str:
    """Return the small file with each first text replaced by the second; every one must occur once."""
    text = SMALL
    for before, after in changes:
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in the file"
        text = text.replace(before, after)
    return text


def line_of(words: str, text: str = SMALL) -> int:
    """Return the line on which ``words`` stand for the first time."""
    return text[: text.index(words)].count("\n") + 1


def check(text: str | bytes) -> ProgrammeFile:
    return checked(text if isinstance(text, bytes) else text.encode(), "small.yaml")


def faults_in(text: str | bytes) -> list[FileFault]:
    """Return the faults of a file, in order; none where it is right."""
    try:
        check(text)
    except FaultyFile as faulty:
        return list(faulty.faults)
    return []
