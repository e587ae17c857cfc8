"""Projects: all of them at a glance, and one with its workplan, its history and all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from contracts.references import full, number_of
from domain.charts.projects import milestone_chart
from domain.figures.overview import Figures
from domain.figures.projects import ProjectFigures
from domain.figures.risks import risks_of
from domain.register import Register
from domain.register.decisions import ACTIONS, DECISIONS, Decision
from domain.register.projects import PROJECTS
from domain.wording.projects import milestone_status
from domain.wording.risks import score_cell
from services.programme.board.changes import requesting
from services.programme.pages.changing import offered, reader_in, routes_of
from services.programme.pages.happened import History
from services.programme.pages.room import Room
from services.programme.projects.changes import of_milestones, of_projects
from services.programme.projects.changes.places import MILESTONE, ONE, PROJECT, of_the_milestone, of_the_project
from services.programme.projects.changes.proposing import PROGRAMME, PROPOSING
from services.programme.projects.changes.telling import TELLING
from services.programme.projects.filtering import Filter
from services.runtime.web.partnership.questions import AsAt
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined
from services.runtime.web.sorting import Sorting

_TELLING = requesting.with_requests(TELLING)
_WORST_FIRST = {"red": 0, "amber": 1, "green": 2, "none": 3}


def routes(room: Room) -> APIRouter:
    """Return the routes of the projects, of one project, and of what can be changed about it."""
    router, site = page_routes(), room.site

    @router.get("/projects/{partnership}")
    def projects(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)

        def content(view: View) -> dict[str, Any]:
            changes = offered(view, PROGRAMME, view.register, PROPOSING, reader)
            return {**_everything(request, view), "changes": changes}

        return site.page(request, "projects.html", partnership, content, as_at, beside=reader)

    @router.get(ONE)
    def one_project(request: Request, partnership: str, project: str, as_at: AsAt = "") -> Response:
        reader = "" if as_at else reader_in(request, partnership)
        history = History.of(room.dispatcher, partnership, full(partnership, project), _TELLING)

        def content(view: View) -> dict[str, Any]:
            found = view.find(PROJECTS, project)
            return {
                **_content(view.figures(), found.reference),
                "changes": of_the_project(view, found, reader),
                "requests": offered(view, PROJECT, found, requesting.OF_PROJECT, reader),
                "changes_of": {each: of_the_milestone(view, each, reader) for each in found.milestones},
                **history.shown(view, request.query_params, reader),
            }

        return site.page(request, "project.html", partnership, content, as_at, beside=reader)

    return joined(
        routes_of(room, PROGRAMME, PROPOSING),
        router,
        routes_of(room, PROJECT, (*of_projects.CHANGES, *requesting.OF_PROJECT)),
        routes_of(room, MILESTONE, of_milestones.CHANGES),
    )


def _everything(request: Request, view: View) -> dict[str, Any]:
    figures = view.figures()

    def slip(its: ProjectFigures) -> int | None:
        coming = its.next_milestone if its.is_open else None
        return None if coming is None else coming.milestone.slip_days

    sorting = Sorting(
        request.query_params,
        {
            "project": lambda its: number_of(its.project.reference),
            "lead": lambda its: figures.partner_name(its.lead),
            "stage": lambda its: its.project.stage.value,
            "confidence": lambda its: None if its.shown is None else _WORST_FIRST[its.shown.value],
            "schedule": lambda its: _WORST_FIRST[its.schedule.value],
            "slip": slip,
        },
        "project",
    )
    asked = Filter.of(request.query_params, figures)
    return {
        "figures": figures,
        "sorting": sorting,
        "filter": asked,
        "projects": sorting.sorted(filter(asked.lets_through, figures.projects)),
    }


def _content(figures: Figures, reference: str) -> dict[str, Any]:
    its = next(each for each in figures.projects if each.project.reference == reference)
    register = figures.register
    belonging = {reference, *its.project.milestones}
    chart = (
        milestone_chart(its.workplan, figures.on, chart_id="workplan", on_is="as at", shows_dependencies=True)
        if its.workplan
        else ""
    )
    decisions = [each for each in figures.by_number(DECISIONS) if not belonging.isdisjoint(_about(register, each))]
    decided = {(each.meeting, each.item) for each in decisions}
    taken = {each.reference for each in decisions}
    return {
        "figures": figures,
        "its": its,
        "chart": Markup(chart),  # noqa: S704 - every text in a chart is escaped there
        "milestone_status": milestone_status,
        "risks": risks_of(figures, its),
        "score": score_cell,
        "items": [
            (meeting, item)
            for meeting in register.meetings.values()
            for item in meeting.items.values()
            if item.about in belonging and (meeting.reference, item.number) not in decided
        ],
        "decisions": decisions,
        "actions": [each for each in figures.by_number(ACTIONS) if each.decision in taken],
    }


def _about(register: Register, decision: Decision) -> Iterator[str]:
    """Yield what a decision is about: what its item is about, and what its effect changes."""
    if decision.meeting is not None and decision.item in (items := register.meetings[decision.meeting].items):
        yield items[decision.item].about or ""
    content = None if decision.effect is None else decision.effect.content
    yield from (getattr(content, name, "") for name in ("project", "milestone"))
