"""Since your last meeting: what a board must know, and that worse and better do not look alike."""

from __future__ import annotations

from datetime import date

from contracts.events.decisions import EffectRefused
from contracts.events.projects import MilestoneReforecast
from contracts.events.risks import RiskReassessed
from domain.wording.cells import Cell, Tone
from services.reporting.pack import PackContent
from services.reporting.pack.document import Paragraph, Table
from services.reporting.pack.news import Direction
from services.reporting.pack.sections.since import MOST
from tests.domain.history import History
from tests.reporting.pack.story import content, story
from tests.reporting.pack.test_sections import row, section, table


def captions(made: PackContent) -> list[str]:
    return [each.caption for each in section(made, "3").blocks if isinstance(each, Table)]


def test_what_got_worse_stands_before_what_changed_and_what_got_better() -> None:
    assert captions(content(story())) == ["What got worse", "What changed, for better or worse", "What got better"]


def test_each_is_told_with_word_and_shape_how_it_moved_and_why() -> None:
    worse = row(table(content(story()), "3", "What got worse"), "P01 Shared catalogue")
    assert worse["Direction"] == Cell("Worse", tone=Tone.BAD)
    assert worse["How it moved"].text.replace("\u00a0", " ") == (
        "Schedule red, before green; delivery confidence amber, before green; "
        "re-forecast M02 First ten services live (+42 days); baseline set for 1 milestone by LAP-D01"
    )
    assert worse["Why"].text == "Ten services are live."
    better = table(content(story()), "3", "What got better")
    assert {each[1] for each in better.rows} == {Cell("Better", tone=Tone.GOOD)}


def test_a_decision_that_failed_comes_first_of_what_got_worse() -> None:
    history = story().told("2014-09-01", EffectRefused(decision="LAP-D02", reason="It is stopped"))
    first = table(content(history), "3", "What got worse").rows[0]
    assert (first[0].text, first[3].text) == ("LAP-D02", "It is stopped")


def test_a_project_tells_the_milestones_that_moved_it_whatever_their_direction() -> None:
    history = story().told(
        "2014-09-01", MilestoneReforecast(milestone="LAP-P01-M03", forecast=date(2015, 3, 20), reason="Helpers")
    )
    assert (
        "M03 Handed over (−7\u00a0days)"
        in row(table(content(history), "3", "What got worse"), "P01")["How it moved"].text
    )


def test_a_risk_that_falls_from_high_got_better_and_one_that_was_low_stays_in_annex_a() -> None:
    made = content(story().told("2014-09-01", RiskReassessed(risk="LAP-R01", likelihood=1, impact=3, reason="Calm")))
    assert not [each for each in captions(made) if row_of(made, each, "LAP-R01")]
    assert row(table(made, "A", "Risks"), "LAP-R01")["What changed"].text == "Falling"


def row_of(made: PackContent, caption: str, start: str) -> bool:
    return any(each[0].text.startswith(start) for each in table(made, "3", caption).rows)


def test_what_does_not_fit_is_counted_and_stands_in_annex_a() -> None:
    history = History(*(f"P{number:02d}" for number in range(40)))
    history.agreed("C1", {"kind": "attestation"})
    history.meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    blocks = section(content(history), "3").blocks
    [worse] = [each for each in blocks if isinstance(each, Table) and each.caption == "What got worse"]
    assert len(worse.rows) == MOST[Direction.WORSE]
    assert [each.text for each in blocks if isinstance(each, Paragraph)][-1].endswith("more, in annex A.")
