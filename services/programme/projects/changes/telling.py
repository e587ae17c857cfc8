"""How what happened to a project is told, and what follows from it for others."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.projects import (
    ConfidenceStated,
    HighlightWritten,
    LeadChanged,
    MilestoneAdded,
    MilestoneAmended,
    MilestoneCompleted,
    MilestoneDropped,
    MilestoneReforecast,
    MilestoneReopened,
    MilestonesBaselined,
    ProjectAmended,
    ProjectJoined,
    ProjectLeft,
    ProjectMoved,
    ProjectProposed,
)
from domain.figures.dependents import dependents_of
from domain.wording.happened.projects import happened
from domain.wording.numbers import days
from services.programme.pages.changing import Link
from services.programme.pages.happened import BY_DECISION, Telling, by_kind
from services.programme.projects.changes.places import of_the_milestone, of_the_project
from services.runtime.web.partnership.view import View

_PUT_RIGHT: dict[type[Fact], tuple[str, str]] = {
    ProjectProposed: ("amend", "Correct this"),
    ProjectAmended: ("amend", "Correct this"),
    ConfidenceStated: ("confidence", "Correct this"),
    HighlightWritten: ("highlight", "Correct this"),
    LeadChanged: ("lead", "Correct this"),
    ProjectJoined: ("leave", "Undo"),
    ProjectLeft: ("join", "Undo"),
    MilestoneAdded: ("amend", "Correct this"),
    MilestoneAmended: ("amend", "Correct this"),
    MilestoneReforecast: ("re-forecast", "Correct this"),
    MilestoneCompleted: ("reopen", "Undo"),
    MilestoneReopened: ("done", "Undo"),
}


def _links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    reference = event.fact.subject(view.code)
    if reference in view.register.milestones:
        return of_the_milestone(view, reference, reader)
    return of_the_project(view, view.register.projects[reference], reader)


def _too_early(view: View, event: Recorded, reader: str) -> Sequence[tuple[str, Link | None]]:
    """Return what depends on a milestone that was re-forecast, and is forecast before it could be reached."""
    milestone = view.register.milestones.get(event.fact.subject(view.code))
    if milestone is None or not isinstance(event.fact, MilestoneReforecast):
        return ()
    depending = dependents_of(view.register, milestone, milestone.forecast, view.calendar.local_date(view.at))
    return [
        (
            f"“{each.milestone.title}” needs it, and is forecast {days(each.days_short)} too early.",
            _reforecast(view, each.milestone.reference, reader),
        )
        for each in depending
        if each.days_short
    ]


def _reforecast(view: View, milestone: str, reader: str) -> Link | None:
    links = of_the_milestone(view, milestone, reader)
    return next((each for each in links if each.segment == "re-forecast"), None)


_STAYS: dict[type[Fact], str] = {
    ProjectMoved: "A project goes on from the stage that it is at: move it on, or have the board decide.",
    MilestonesBaselined: BY_DECISION,
    MilestoneDropped: "A dropped milestone is not taken up again. Add it anew, under another code.",
}
TELLING = Telling(happened, by_kind(_PUT_RIGHT), _links, _too_early, _STAYS)
