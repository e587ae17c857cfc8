"""What Prometheus is told to watch, what Grafana is told to show, and the metrics that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from services.cli.serve import SERVICES
from services.runtime.base.telemetry import REGISTRY
from tests.tooling.repository import ROOT

RULES = ROOT / "deploy" / "prometheus" / "concordat.rules.yaml"
DASHBOARD = ROOT / "deploy" / "grafana" / "concordat.json"
PAGE = ROOT / "docs" / "operations.md"

OF_PROMETHEUS = {"up"}
"""What Prometheus itself says of each scrape."""
_SAMPLES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
_WORDS = {"by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset", "le"}
_STRING, _BRACES, _BRACKETS = r'"(?:[^"\\]|\\.)*"', r"\{[^}]*\}", r"\[[^\]]*\]"
_LABELS = r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)"
_NAME = re.compile(r"(?<![\w:.$])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])")


@cache
def samples() -> dict[str, str]:
    """Return the name of every metric as it is queried, with the family that it stands in.

    To know the services is to import them, and each makes its metrics when it is imported.
    """
    assert SERVICES
    return {
        f"{family.name}{suffix}": family.name
        for family in REGISTRY.collect()
        for suffix in _SAMPLES.get(family.type, ("",))
    }


def families() -> dict[str, str]:
    """Return every metric as it is spoken of, a counter by its ``_total``, with its kind."""
    return {family.name + ("_total" if family.type == "counter" else ""): family.type for family in REGISTRY.collect()}


def rules() -> list[dict[str, Any]]:
    """Return every rule, of whichever group."""
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    """Return the rules that alert, by name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def recorded() -> set[str]:
    """Return the names of what is recorded."""
    return {rule["record"] for rule in rules() if "record" in rule}


def dashboard() -> dict[str, Any]:
    """Return the dashboard."""
    read: dict[str, Any] = json.loads(DASHBOARD.read_text())
    return read


def panels() -> Iterator[dict[str, Any]]:
    """Return every panel of the dashboard."""
    yield from dashboard()["panels"]


def metrics_in(query: str) -> set[str]:
    """Return the metrics that a query names: what is neither a function, a word of the language nor a label."""
    for left_out in (_STRING, _BRACES, _BRACKETS, _LABELS):
        query = re.sub(left_out, " ", query)
    return {name for name in _NAME.findall(query) if name not in _WORDS}


def anchors(page: str) -> set[str]:
    """Return what each heading of a page is led to by, as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
