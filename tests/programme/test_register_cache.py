"""The version of an object is that of the last event that changed what is shown of it."""

from __future__ import annotations

import pickle
from datetime import date

from contracts.events import Fact
from contracts.events.decisions import DecisionRecorded, Outcome
from contracts.events.projects import (
    MilestoneAdded,
    MilestoneReforecast,
    MilestonesBaselined,
    ProjectProposed,
    Stage,
)
from services.programme.core.register_cache import CachedRegister
from tests.domain.history import History

FIRST, SECOND, THIRD = (
    MilestoneAdded(milestone=f"LAP-P01-M0{number}", title="Done", owner="BRE", forecast=date(2014, 9, 1))
    for number in (1, 2, 3)
)


def at_work() -> History:
    history = History("BRE").meeting("2014-04-01", "B01", "2014-07-17")
    proposed = ProjectProposed(
        project="LAP-P01", title="Catalogue", purpose="", lead="BRE", stage=Stage.PROPOSED, tolerance_days=14
    )
    return history.told("2014-04-02", proposed, FIRST, SECOND, THIRD)


def raised_by(history: History, *facts: Fact) -> set[str]:
    """Return the objects of which the last of these facts alone gives the version, as it is the last event."""
    cached = CachedRegister("LAP")
    cached.take(history.told("2014-04-04", *facts).events)
    known = ("LAP-P01", "LAP-P01-M01", "LAP-P01-M02", "LAP-P01-M03", "LAP-D01", "LAP-D02")
    return {each for each in known if cached.version_of(each) == cached.version}


def decision(reference: str, supersedes: str | None = None) -> DecisionRecorded:
    return DecisionRecorded(
        decision=reference, procedure="LAP-W01", outcome=Outcome.NOTED, text="Seen", quorate=True, supersedes=supersedes
    )


def test_a_copy_is_made_once_for_all_who_ask_until_something_happens() -> None:
    # given
    *before, last = at_work().events
    cached = CachedRegister("LAP")
    cached.take(before)
    first = cached.copy()
    assert cached.copy() is first
    # when
    cached.take([last])
    # then
    assert [pickle.loads(each).position.version for each in (first, cached.copy())] == [last.version - 1, last.version]


def test_a_milestone_is_shown_with_its_project() -> None:
    moved = MilestoneReforecast(milestone="LAP-P01-M02", forecast=date(2014, 10, 1), reason="Late")
    decided = (decision("LAP-D01"), decision("LAP-D02"))
    assert raised_by(at_work(), *decided, moved) == {"LAP-P01", "LAP-P01-M02"}


def test_baselines_change_the_project_and_each_milestone_that_gets_one() -> None:
    baselines = {"LAP-P01-M01": date(2014, 9, 1), "LAP-P01-M03": date(2014, 9, 1)}
    set_now = MilestonesBaselined(project="LAP-P01", baselines=baselines)
    decided = (decision("LAP-D01"), decision("LAP-D02"))
    assert raised_by(at_work(), *decided, set_now) == {"LAP-P01", "LAP-P01-M01", "LAP-P01-M03"}


def test_a_decision_that_supersedes_another_changes_both() -> None:
    assert raised_by(at_work(), decision("LAP-D01"), decision("LAP-D02", "LAP-D01")) == {"LAP-D01", "LAP-D02"}
    assert raised_by(at_work(), decision("LAP-D01"), decision("LAP-D02")) == {"LAP-D02"}
