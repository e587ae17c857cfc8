"""The charts: pure drawings, the same everywhere, that colour alone never explains."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from domain.charts.capacity import load_chart
from domain.charts.commitments import trend_chart
from domain.charts.lettering import fitted, width
from domain.charts.projects import milestone_chart
from domain.charts.svg import marker, number
from domain.figures.compliance import Counts
from domain.figures.load import Load, LoadFlag
from domain.figures.overview import figures
from domain.wording.cells import Tone
from services.reporting.pack import PackContent
from services.reporting.pack.document import Chart
from tests.reporting.pack.story import SECOND, content, notice, story

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def made() -> PackContent:
    return content(story())


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_chart_is_well_formed_and_its_ids_are_its_own(made: PackContent) -> None:
    charts = [block for section in made.sections for block in section.blocks if isinstance(block, Chart)]
    ids = [each.get("id") for chart in charts for each in ET.fromstring(chart.svg).iter() if each.get("id")]
    assert len(charts) == 4
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0"), (-0.001, "0"), (1.0, "1"), (1.005, "1"), (2.5, "2.5"), (1e6, "1000000"), (1 / 3, "0.33"), (12, "12")],
)
def test_numbers_are_written_in_one_way(value: float, written: str) -> None:
    assert number(value) == written


def test_every_tone_has_a_shape_of_its_own() -> None:
    shapes = {marker(tone, 10, 10).split(" ")[0] + str("stroke=" in marker(tone, 10, 10)) for tone in Tone}
    assert len(shapes) == len(Tone)


def test_the_milestone_chart_has_a_row_for_each_milestone_and_the_cut_off() -> None:
    cut_off = notice(SECOND).timetable
    found = figures(story().register(cut_off.cut_off), cut_off.quarter, cut_off.cut_off)
    words = texts(milestone_chart(found.projects[0].milestones, date(2014, 10, 3), chart_id="c"))
    assert "M02  First ten services live" in words
    assert "30\u00a0Jan\u00a02015" in words
    assert "cut-off 3\u00a0Oct\u00a02014" in words


def test_the_trend_says_none_due_where_nothing_was_due() -> None:
    words = texts(trend_chart([("2014-15 Q1", Counts()), ("2014-15 Q2", Counts(met=2, not_met=1))], chart_id="c"))
    assert "none due" in words
    assert "67\u00a0%" in words
    assert "2 of 3" in words


def test_the_load_chart_says_in_words_who_carries_more_or_gives_less() -> None:
    loads = [
        Load("BRE", Decimal(6), Decimal(1), Decimal("0.10"), (LoadFlag.UNDER_ITS_PLEDGE,)),
        Load("LMA", Decimal(6), Decimal(20), Decimal("3.00"), (LoadFlag.CARRYING_MORE_THAN_ITS_SHARE,)),
    ]
    words = texts(load_chart(loads, loads, chart_id="c"))
    assert "1.00 of 6.00 – under its pledge" in words
    assert "20.00 of 6.00 – more than its share" in words


def test_a_label_is_shortened_to_the_room_there_is() -> None:
    shortened = fitted("A milestone with a title that is far too long for its place", 12, 100)
    assert shortened.endswith("…")
    assert width(shortened, 12) <= 100
    assert fitted("Short", 12, 100) == "Short"
