"""The page about security speaks of what is there, and of every requirement that it says it goes through."""

from __future__ import annotations

import re
from collections import Counter

from services.runtime.base.security_log import SecurityEvent
from tests.tooling.repository import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = [row.strip("| ").split(" | ") for row in PAGE.splitlines() if re.match(r"\| \d+\.\d+\.\d+ \|", row)]
STATES = ["met", "**not met**", "does not apply"]
SECTIONS = """
1.1 2, 1.2 9, 1.3 11, 1.4 3, 1.5 2, 2.1 3, 2.2 3, 2.3 4, 2.4 1, 3.2 2, 3.3 4, 3.4 6, 3.5 5, 3.7 2, 4.1 3, 4.2 1, 4.3 2,
4.4 4, 5.1 1, 5.2 3, 5.3 2, 5.4 3, 6.1 3, 6.2 12, 6.3 4, 6.4 4, 6.5 5, 6.6 3, 6.8 4, 7.1 3, 7.2 4, 7.3 2, 7.4 5, 7.5 2,
7.6 2, 8.1 2, 8.2 3, 8.3 1, 8.4 1, 9.1 3, 9.2 4, 10.1 2, 10.2 2, 10.3 4, 10.4 11, 10.5 5, 10.6 2, 10.7 3, 11.1 2,
11.2 3, 11.3 3, 11.4 4, 11.5 1, 11.6 1, 12.1 3, 12.2 2, 12.3 4, 13.1 1, 13.2 5, 13.3 2, 13.4 5, 14.1 2, 14.2 4, 14.3 3,
15.1 3, 15.2 3, 15.3 7, 16.1 1, 16.2 5, 16.3 4, 16.4 3, 16.5 3, 17.1 1, 17.2 4, 17.3 2
"""
"""Of each section of ASVS 5.0.0, how many requirements are of level 1 or 2: they come first in it."""


def wanted() -> list[str]:
    counts = (each.split() for each in SECTIONS.split(","))
    return [f"{section}.{number}" for section, most in counts for number in range(1, int(most) + 1)]


def test_every_path_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.\w+)`", PAGE))
    assert len(named) > 100
    assert sorted(each for each in named if not (ROOT / each).exists()) == []


def test_every_requirement_of_levels_1_and_2_has_one_row() -> None:
    assert [row[0] for row in ROWS] == wanted()
    assert len(ROWS) == 253


def test_every_row_says_whether_it_is_met_and_where_or_why_not() -> None:
    assert [row for row in ROWS if len(row) != 4 or row[2] not in STATES or not row[3].strip()] == []


def test_the_page_counts_its_rows() -> None:
    counted = Counter(row[2] for row in ROWS)
    met, not_met, beside = (counted[state] for state in STATES)
    assert f"Of {len(ROWS)} requirements {met} are met, {not_met} are not, {beside} do not apply." in PAGE


def test_every_event_of_the_security_log_is_told() -> None:
    assert [event for event in SecurityEvent if f"*{event.value}*" not in PAGE] == []
