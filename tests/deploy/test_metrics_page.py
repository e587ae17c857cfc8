"""The page for operators lists every metric, and names follow the conventions of Prometheus."""

from __future__ import annotations

import re

from services.runtime.base.telemetry import REGISTRY
from tests.deploy.watching import PAGE, families

_UNITS = ("milliseconds", "ms", "minutes", "hours", "megabytes", "mb", "percent")
_OURS = "concordat_"


def test_the_page_lists_every_metric_of_ours_and_no_other() -> None:
    table = PAGE.read_text().partition("| Metric | What it tells |\n| --- | --- |\n")[2].partition("\n\n")[0]
    listed = [re.findall(r"^\| `(concordat_\w+)`", row)[0] for row in table.splitlines()]
    assert listed == sorted(name for name in families() if name.startswith(_OURS))


def test_a_metric_is_named_with_its_base_unit_and_a_counter_with_total() -> None:
    ours = {name: kind for name, kind in families().items() if name.startswith(_OURS)}
    assert [name for name in ours if name.endswith(_UNITS)] == []
    assert [name for name, kind in ours.items() if (kind == "counter") != name.endswith("_total")] == []
    timed = [name for name, kind in ours.items() if kind == "histogram"]
    assert [name for name in timed if not name.endswith(("_seconds", "_bytes"))] == []


def test_a_metric_says_in_a_sentence_what_it_tells() -> None:
    families_of_ours = [family for family in REGISTRY.collect() if family.name.startswith(_OURS)]
    assert [family.name for family in families_of_ours if not family.documentation.endswith(".")] == []
