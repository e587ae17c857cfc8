"""``concordat compare``: what changed between two packs, from their files alone."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from domain import wording
from domain.wording.safe_text import printable
from services.cli import folders
from services.cli.errors import CommandError
from services.reporting.comparing import Change, Comparison, Figure, NotComparable, Reported, compare, read

_FIGURES = "pack.json"
_WIDEST_WAY = len("changed")


def run(options: argparse.Namespace) -> int:
    """Say what changed between two packs."""
    try:
        comparison = compare(_reported(options.one), _reported(options.other))
    except NotComparable as reason:
        raise CommandError(f"these cannot be compared: {reason}") from None
    for line in told(comparison):
        print(line)
    return 0


def told(comparison: Comparison) -> Iterator[str]:
    """Yield the lines that say what changed."""
    yield f"From {_edition(comparison.earlier)}\n  to {_edition(comparison.later)}"
    yield comparison.says
    yield "\nFigures"
    widest = max(len(figure.name) for figure in comparison.figures)
    for figure in comparison.figures:
        yield f"  {figure.name.ljust(widest)}  {_figure(figure)}"
    for group in comparison.groups:
        yield f"\n{group.title}"
        for change in group.changes:
            yield f"  {change.way.words.ljust(_WIDEST_WAY)}  {_in_one_line(_change(change))}"


def _reported(path: Path) -> Reported:
    folder = folders.folder_of(path)
    content = folders.read_as_issued(folder, folders.read_manifest(folder), _FIGURES)
    return read(content, str(folder / _FIGURES))


def _edition(pack: Reported) -> str:
    state = "" if pack.state == "issued" else f", {pack.state}"
    return f"{pack.pack}{state}: {pack.quarter}, recorded up to {wording.instant(pack.as_at)}"


def _figure(figure: Figure) -> str:
    if figure.was == figure.now:
        return f"{figure.now}, as before"
    way = "" if figure.way is None else f", {figure.way.words}"
    return f"{figure.was} → {figure.now} ({figure.difference}{way})"


def _change(change: Change) -> str:
    named = change.name if change.name == change.code else f"{change.name} ({change.code})"
    return f"{named}: {change.what}: {change.was} → {change.now}"


def _in_one_line(text: str) -> str:
    return " ".join(printable(text).split())
