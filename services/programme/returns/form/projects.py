"""Projects that the partner leads: delivery confidence with its reason, and what the board reads of them."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events.projects import Confidence
from contracts.references import number_of, short
from domain.figures.silence import shown_confidence, silent_project_days
from domain.register.projects import Project
from domain.wording import projects as wording
from domain.wording.dates import plain_date
from services.programme.projects.commands import StateConfidence, WriteHighlight
from services.programme.returns.form.line import Field, FieldKind, Line, Option
from services.programme.returns.form.viewpoint import Viewpoint

KEEP, WRITE = "keep", "write"
_MEANING = {
    Confidence.GREEN: "Successful delivery is highly likely",
    Confidence.AMBER: "Feasible, but significant issues need attention",
    Confidence.RED: "Not achievable as it is",
}


def lines(view: Viewpoint) -> list[Line]:
    """Return two lines for each open project that the partner leads."""
    projects = sorted(view.register.projects.values(), key=lambda each: number_of(each.reference))
    return [line for project in projects for line in _lines(view, project)]


def _lines(view: Viewpoint, project: Project) -> Iterator[Line]:
    leads = project.is_open and project.participation.lead_on(view.today) == view.partner.code
    for line in (_confidence(view, project), _highlight(view, project)):
        if leads or line.key in view.chosen:
            yield line


def _confidence(view: Viewpoint, project: Project) -> Line:
    stated, code = project.confidence, short(view.register.code, project.reference)
    silent = silent_project_days(view.register, project.reference, view.quarter, view.today)
    judged = None if stated is None else stated.confidence
    was = "none stated" if judged is None else judged.value
    on = "" if stated is None else plain_date(view.register.calendar.local_date(stated.recorded_at))
    options = [Option(KEEP, "Nothing to say yet" if stated is None else f"No change: {was}")]
    for confidence, meaning in _MEANING.items():
        options.append(
            Option(
                confidence.value,
                confidence.value.capitalize(),
                StateConfidence,
                {"project": project.reference, "confidence": confidence.value},
                (Field("reason", "Why", ask="Enter the reason for your judgement.", hint=f"{meaning}."),),
                lambda command: f"{command.confidence.value}: {command.reason}",
            )
        )
    return Line(
        key=f"confidence-{code}",
        title=project.title,
        code=code,
        question="How confident are you that it will deliver?",
        options=tuple(options),
        was=was,
        base="" if stated is None else f"{was} {stated.recorded_at.isoformat()}",
        last_said="" if stated is None else f"On {on}: {stated.reason}",
        sees=wording.confidence(judged, shown_confidence(judged, silent), silent),
        unchanged=KEEP,
    )


def _highlight(view: Viewpoint, project: Project) -> Line:
    last, code = next(reversed(project.highlights), None), short(view.register.code, project.reference)
    on = "" if last is None else plain_date(view.register.calendar.local_date(last.recorded_at))
    was = "nothing written yet" if last is None else f"as you wrote on {on}"
    write = Option(
        WRITE,
        "Write it anew",
        WriteHighlight,
        {"project": project.reference},
        (
            Field("progress", "What was achieved", FieldKind.PARAGRAPH, ask="Enter what was achieved."),
            Field("next", "What comes next", FieldKind.PARAGRAPH, ask="Enter what comes next."),
            Field("help_needed", "Help needed (optional)", FieldKind.PARAGRAPH),
        ),
        _written,
    )
    return Line(
        key=f"highlight-{code}",
        title=f"{project.title}: progress",
        code=code,
        question="What should the board read about it?",
        options=(Option(KEEP, "Nothing to write yet" if last is None else f"No change: {was}"), write),
        was=was,
        base="" if last is None else last.recorded_at.isoformat(),
        last_said="" if last is None else f"On {on}: {last.progress} Next: {last.next}",
        unchanged=KEEP,
    )


def _written(command: WriteHighlight) -> str:
    help_needed = f" Help needed: {command.help_needed}" if command.help_needed else ""
    return f"{command.progress} Next: {command.next}{help_needed}"
