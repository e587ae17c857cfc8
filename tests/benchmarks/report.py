"""What was measured, for people and for machines."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import OURS, PEER, Comparison, Figure, Result, Spread


def table(results: Sequence[Result]) -> str:
    """Return a table in Markdown: each ratio with its spread, and what it is a ratio of."""
    rows = [("", "unit", "Concordat", "bare", "eventsourcing", "ratio", "goal", "")]
    return rows_as_table(
        [*rows, *(_comparison(each) if isinstance(each, Comparison) else _figure(each) for each in results)]
    )


def rows_as_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows, of which the first has the headings, as a table in Markdown."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def write(file: Path, results: Sequence[Result], more: dict[str, Any]) -> None:
    """Write everything that was measured as JSON."""
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processors": cpu_count(), "python": platform.python_version()},
        "results": [each.as_json() for each in results],
        **more,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _comparison(each: Comparison) -> tuple[str, ...]:
    spreads = {name: Spread.of(samples) for name, samples in each.samples.items()}
    shown = [number(spreads[name].median) if name in spreads else "" for name in (OURS, each.base, PEER)]
    ratio = f"{each.ratio.median:.2f} ({each.ratio.low:.2f}–{each.ratio.high:.2f})"
    return (each.name, each.unit, *shown, ratio, str(each.goal or ""), _verdict(each))


def _figure(each: Figure) -> tuple[str, ...]:
    return (each.name, each.unit, number(each.value), "", "", "", str(each.goal or ""), _verdict(each))


def _verdict(each: Result) -> str:
    return {None: "", True: "met", False: "missed"}[each.is_met]


def number(value: float) -> str:
    """Write a number with about three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
