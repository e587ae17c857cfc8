"""The figures that pages and packs show, as lists for other software: now, or as they were known at an earlier instant.

Each figure is made by the function that makes it for the pack.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from contracts.events.projects import Confidence, Stage
from domain.figures.compliance import Status
from domain.figures.load import LoadFlag
from domain.figures.overview import Figures
from domain.figures.schedule import MilestoneStatus, ScheduleStatus
from services.reporting.pages.site import Site
from services.runtime.web.kept_answers import keep_while
from services.runtime.web.lists.answers import list_responses
from services.runtime.web.lists.pages import Key, List, ListQuery
from services.runtime.web.partnership.view import View

Rows = Iterator[tuple[Key, BaseModel]]


class FiguresQuery(ListQuery):
    """What a list of figures can be asked for beside its filters."""

    as_at: Annotated[
        str,
        Field(
            max_length=40,
            description="Local date and time for which the figures hold, or a date, for its end; without it: now.",
            examples=["2014-10-03T17:00"],
        ),
    ] = ""
    quarter: Annotated[
        str,
        Field(
            max_length=12,
            description="The quarter to count; without it: the last that ended.",
            examples=["2014-15 Q2"],
        ),
    ] = ""


class Shape(BaseModel):
    """A row, made from the figures' own object."""

    model_config = ConfigDict(from_attributes=True)


class ObligationShape(Shape):
    """What one commitment asks of one partner in one period, and how that stands."""

    commitment: str
    partner: str
    period: str
    due: dt.datetime
    status: Status
    progress: str


class BreachShape(Shape):
    """A core commitment that a partner failed in two periods running, the earlier first."""

    commitment: str
    partner: str
    periods: tuple[str, ...]


class ProjectFiguresShape(Shape):
    """A project as it stands: confidence as stated and as shown after silence, schedule as computed."""

    project: str
    title: str
    lead: str
    taking_part: tuple[str, ...]
    stage: Stage
    stated: Confidence | None
    shown: Confidence | None
    silent_days: int | None
    schedule: ScheduleStatus
    next_milestone: str | None
    next_forecast: dt.date | None


class MilestoneFiguresShape(Shape):
    """A milestone as it stands against its baseline; ``slip_days`` is forecast less baseline."""

    milestone: str
    project: str
    title: str
    owner: str
    status: MilestoneStatus
    baseline: dt.date | None
    forecast: dt.date
    actual: dt.date | None
    slip_days: int | None
    is_done_late: bool
    silent_days: int | None


class LoadShape(Shape):
    """Days that a partner pledged and released in the quarter, and what its load is against that of all."""

    partner: str
    pledged: Decimal
    released: Decimal
    ratio: Decimal | None
    flags: tuple[LoadFlag, ...]


class SilenceShape(Shape):
    """For how many days nothing was recorded of a partner that is silent."""

    partner: str
    silent_days: Annotated[int, Field(description="Days since anything was recorded.")]


@dataclass(frozen=True, slots=True)
class FigureList:
    """A list of figures for a quarter: the name in its address, what it says, and how its rows are made."""

    name: str
    summary: str
    shape: type[Shape]
    of: Callable[[Figures], Rows]


def _obligations(figures: Figures) -> Rows:
    for each in (*figures.covered.obligations, *figures.running):
        shown = ObligationShape(
            commitment=each.commitment,
            partner=each.partner,
            period=each.period.label,
            due=each.due,
            status=each.status,
            progress=each.progress,
        )
        yield (each.commitment, each.partner, each.period.label), shown


def _breaches(figures: Figures) -> Rows:
    for each in figures.breaches:
        yield (each.commitment, each.partner), BreachShape.model_validate(each)


def _projects(figures: Figures) -> Rows:
    for each in figures.projects:
        following = each.next_milestone
        shown = ProjectFiguresShape(
            project=each.project.reference,
            title=each.project.title,
            lead=each.lead,
            taking_part=each.taking_part,
            stage=each.project.stage,
            stated=each.stated,
            shown=each.shown,
            silent_days=each.silent_days,
            schedule=each.schedule,
            next_milestone=following.milestone.reference if following else None,
            next_forecast=following.milestone.forecast if following else None,
        )
        yield (each.project.reference,), shown


def _milestones(figures: Figures) -> Rows:
    for each in (each for project in figures.projects for each in project.milestones):
        of = each.milestone
        shown = MilestoneFiguresShape(
            milestone=of.reference,
            project=of.project,
            title=of.title,
            owner=of.owner,
            status=each.status,
            baseline=of.baseline,
            forecast=of.forecast,
            actual=of.actual,
            slip_days=of.slip_days,
            is_done_late=each.is_done_late,
            silent_days=each.silent_days,
        )
        yield (of.reference,), shown


def _loads(figures: Figures) -> Rows:
    for each in figures.loads:
        yield (each.partner,), LoadShape.model_validate(each)


def _silences(figures: Figures) -> Rows:
    for partner, days in figures.silent.items():
        yield (partner,), SilenceShape(partner=partner, silent_days=days)


FIGURE_LISTS = (
    FigureList(
        "obligations",
        "What is asked of partners, and how that stands",
        ObligationShape,
        _obligations,
    ),
    FigureList("breaches", "Core commitments failed in two periods running", BreachShape, _breaches),
    FigureList("project-figures", "Projects with confidence, schedule and silence", ProjectFiguresShape, _projects),
    FigureList("milestone-figures", "Milestones with status and slip", MilestoneFiguresShape, _milestones),
    FigureList("loads", "Days pledged and released, by partner", LoadShape, _loads),
    FigureList("silences", "Partners of whom nothing was recorded", SilenceShape, _silences),
)


def add_routes(router: APIRouter, site: Site) -> None:
    """Add the route of each list of figures."""
    for each in FIGURE_LISTS:
        _add(router, site, each)


def _add(router: APIRouter, site: Site, of: FigureList) -> None:
    listing: List[BaseModel] = List.of(of.name, of.shape, FiguresQuery)

    def every(request: Request, partnership: str, wanted: FiguresQuery) -> Response:
        def rows(view: View) -> Iterable[tuple[Key, BaseModel]]:
            return of.of(view.figures(view.quarter(wanted.quarter)))

        keep_while(request, site.queries.watch(partnership, wanted.as_at))
        return site.rows(request, partnership, listing, rows, wanted, wanted.as_at)

    every.__annotations__["wanted"] = Annotated[listing.query, Query()]
    router.add_api_route(
        f"/{{partnership}}/{of.name}",
        every,
        methods=["GET"],
        response_model=list[of.shape],  # type: ignore[name-defined]
        responses=list_responses(404, 422),
        summary=of.summary,
        operation_id=f"list_{of.name.replace('-', '_')}",
    )
