"""What happened to a project, in sentences; what just happened, with the way to put it right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from contracts.envelope import Recorded
from contracts.events.projects import (
    ConfidenceStated,
    HighlightWritten,
    LeadChanged,
    MilestoneAdded,
    MilestoneAmended,
    MilestoneCompleted,
    MilestoneReforecast,
    MilestoneReopened,
    ProjectAmended,
    ProjectJoined,
    ProjectLeft,
)
from contracts.references import short
from domain.figures.dependents import dependents_of
from domain.register.projects import Project
from domain.wording.happened.projects import happened
from domain.wording.numbers import days
from services.programme.api.access import answered_in_problems
from services.programme.core.dispatcher import Dispatcher
from services.programme.projects.changes import of_milestones, of_projects
from services.runtime.web.partnership.view import View

_MOST = 40
_VERSIONS = re.compile(r"(\d{1,12})-(\d{1,12})", re.ASCII)
_PUT_RIGHT = {
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
"""By fact, the last segment of the address of the change that puts it right, and the words of the link there."""


@dataclass(frozen=True, slots=True)
class Link:
    """A change that whoever reads may make."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. ``put_right`` leads to where that is put right, if whoever reads may.

    ``so`` says what follows from it for others: each in a sentence, with the way to do something about it.
    """

    sentence: str
    at: datetime
    put_right: Link | None = None
    so: Sequence[tuple[str, Link | None]] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The last events about a project, the latest first."""

    events: Sequence[Recorded]

    @classmethod
    def of(cls, dispatcher: Dispatcher, partnership: str, project: str) -> Self:
        """Read what the log has of a project. Raises Problem 404 where there is no such partnership."""
        with answered_in_problems():
            return cls(dispatcher.history_sync(partnership, project, _MOST))

    def until(self, view: View) -> list[Happening]:
        """Return what had happened by the instant of a view."""
        named = view.figures().name
        known = (each for each in self.events if each.version <= view.register.position.version)
        said = ((happened(each.fact, named), each.recorded_at) for each in known)
        return [Happening(sentence, at) for sentence, at in said if sentence]

    def just(self, view: View, project: Project, versions: str, reader: str) -> list[Happening]:
        """Return what happened with the events of these versions (``117-118``), and how to put it right."""
        asked = _VERSIONS.fullmatch(versions)
        if asked is None:
            return []
        first, last = int(asked[1]), int(asked[2])
        named = view.figures().name
        these = (each for each in reversed(self.events) if first <= each.version <= last)
        return [
            Happening(
                sentence, each.recorded_at, _put_right(view, project, each, reader), _too_early(view, each, reader)
            )
            for each in these
            if (sentence := happened(each.fact, named))
        ]


def offered(view: View, project: Project, reader: str) -> Mapping[str, Any]:
    """Return the changes that whoever reads may make of a project, and of each of its milestones by its reference."""
    return {
        "changes": _of_the_project(view, project, reader),
        "changes_of": {reference: _of_the_milestone(view, reference, reader) for reference in project.milestones},
    }


def _of_the_project(view: View, project: Project, reader: str) -> list[Link]:
    return [
        Link(each.words, _address(view, project.reference, each.segment))
        for each in of_projects.CHANGES
        if reader and each.is_open_to(view, project, reader)
    ]


def _of_the_milestone(view: View, reference: str, reader: str) -> list[Link]:
    milestone = view.register.milestones[reference]
    return [
        Link(each.words, _address(view, reference, each.segment))
        for each in of_milestones.CHANGES
        if reader and each.is_open_to(view, milestone, reader)
    ]


def _put_right(view: View, project: Project, event: Recorded, reader: str) -> Link | None:
    segment, words = _PUT_RIGHT.get(type(event.fact), ("", ""))
    reference = event.fact.subject(view.code)
    links = (
        _of_the_milestone(view, reference, reader)
        if reference in view.register.milestones
        else _of_the_project(view, project, reader)
    )
    wanted = _address(view, reference, segment)
    return next((Link(words, each.href) for each in links if each.href == wanted), None)


def _too_early(view: View, event: Recorded, reader: str) -> list[tuple[str, Link | None]]:
    """Return what depends on a milestone that was re-forecast, and is forecast before it could be reached."""
    milestone = view.register.milestones.get(event.fact.subject(view.code))
    if milestone is None or not isinstance(event.fact, MilestoneReforecast):
        return []
    depending = dependents_of(view.register, milestone, milestone.forecast, view.calendar.local_date(view.at))
    return [
        (
            f"“{each.milestone.title}” needs it, and is forecast {days(each.days_short)} too early.",
            _link_to(view, each.milestone.reference, "re-forecast", reader),
        )
        for each in depending
        if each.days_short
    ]


def _link_to(view: View, milestone: str, segment: str, reader: str) -> Link | None:
    wanted = _address(view, milestone, segment)
    return next((each for each in _of_the_milestone(view, milestone, reader) if each.href == wanted), None)


def _address(view: View, reference: str, segment: str) -> str:
    milestone = view.register.milestones.get(reference)
    project = reference if milestone is None else milestone.project
    below = () if milestone is None else (short(project, reference),)
    return "/".join(("", "projects", view.code, short(view.code, project), *below, segment))
