"""The charts: pure drawings, the same everywhere, that colour alone never explains."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from domain.charts.axis import Axis
from domain.charts.capacity import load_bar
from domain.charts.commitments import trend_chart
from domain.charts.lettering import width, wrapped
from domain.charts.projects import milestone_chart
from domain.charts.svg import marker, number
from domain.charts.timeline import Timeline
from domain.figures.compliance import Counts
from domain.figures.load import Load, LoadFlag
from domain.figures.overview import figures
from domain.wording.cells import Tone
from services.reporting.pack import PackContent
from services.reporting.pack.document import Chart, Drawn, Table
from tests.reporting.pack.story import SECOND, content, notice, story

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def made() -> PackContent:
    return content(story())


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_chart_is_well_formed_and_its_ids_are_its_own(made: PackContent) -> None:
    blocks = [block for section in made.sections for block in section.blocks]
    tables = [each for each in blocks if isinstance(each, Table)]
    drawn = [cell.svg for each in tables for row in each.rows for cell in row if isinstance(cell, Drawn)]
    scales = [column.svg for each in tables if each.rows for column in each.columns if column.svg]
    charts = [each.svg for each in blocks if isinstance(each, Chart)]
    ids = [each.get("id") for svg in (*charts, *drawn, *scales) for each in ET.fromstring(svg).iter() if each.get("id")]
    assert (len(charts), len(drawn), len(scales)) == (2, 9, 2)
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


def test_the_bar_of_a_load_is_drawn_to_the_scale_of_all_and_hatched_where_it_is_more_than_its_share() -> None:
    less = Load("BRE", Decimal(6), Decimal(1), Decimal("0.10"), (LoadFlag.UNDER_ITS_PLEDGE,))
    more = Load("LMA", Decimal(6), Decimal(20), Decimal("3.00"), (LoadFlag.CARRYING_MORE_THAN_ITS_SHARE,))
    widths = [
        [float(each.get("width", 0)) for each in ET.fromstring(svg).iter(f"{SVG}rect")]
        for svg in (load_bar(each, (less, more), chart_id="c", across=104) for each in (less, more))
    ]
    assert widths == [[5, 30], [100, 100, 30]]
    assert "url(#c-over)" in load_bar(more, (less, more), chart_id="c", across=104)


def test_a_timeline_marks_baseline_slip_and_forecast_and_leaves_out_what_was_reached_before_it_begins() -> None:
    cut_off = notice(SECOND).timetable
    found = figures(story().register(cut_off.cut_off), cut_off.quarter, cut_off.cut_off).projects[0].milestones
    whole = Axis(date(2014, 7, 1), date(2015, 4, 1), 0, 200)
    later = Axis(date(2014, 9, 1), date(2015, 4, 1), 0, 200)
    drawn = [Timeline(axis, date(2014, 10, 3), 200).strip(found, chart_id="c") for axis in (whole, later)]
    assert [each.count('r="6.2"') for each in drawn] == [1, 0]
    assert f'x1="{number(whole.x(date(2014, 12, 19)))}"' in drawn[0]
    assert drawn[0].count(marker(Tone.BAD, whole.x(date(2015, 1, 30)), 9)) == 1


def test_a_day_beyond_an_axis_lies_at_its_end() -> None:
    axis = Axis(date(2014, 7, 1), date(2015, 4, 1), 10, 200)
    assert (axis.x(date(1900, 1, 1)), axis.x(date.max)) == (10, 200)


def test_a_label_takes_the_lines_that_it_needs_and_is_never_cut() -> None:
    title = "M01  Newcastle-under-Lyme/Stratford-upon-Avon go live together"

    lines = wrapped(title, 12, 130)

    assert " ".join(lines).replace("- ", "-").replace("/ ", "/").split() == title.split()
    assert max(width(line, 12) for line in lines) <= 130
    assert wrapped("Short", 12, 100) == ["Short"]
    assert wrapped("", 12, 100) == [""]


def test_only_a_word_that_is_wider_than_its_place_is_parted() -> None:
    assert wrapped("Newcastle-under-Lyme", 12, 60) == ["Newcastle-", "under-", "Lyme"]
    assert "".join(wrapped("W" * 50, 12, 60)) == "W" * 50


def test_no_row_of_a_chart_runs_into_the_next() -> None:
    cut_off = notice(SECOND).timetable
    long = "A long title that takes three lines of the chart at the least, and is followed by two that take one"
    found = figures(story(title=long).register(cut_off.cut_off), cut_off.quarter, cut_off.cut_off)
    milestones = found.projects[0].milestones
    chart = milestone_chart(milestones, date(2014, 10, 3), chart_id="c")

    labels = [float(y) for y in re.findall(r'<text x="0" y="([\d.]+)" font-size="12.5"', chart)]
    assert len(labels) == len(milestones) + 2
    assert all(below - above >= 14 for above, below in pairwise(labels))
