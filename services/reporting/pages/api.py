"""The same figures as JSON, for other software. Names and orders are those of pack.json."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from contracts.events.partnership import Role
from domain.register import Register
from domain.register.board import MEETINGS
from services.reporting.editions import Issued
from services.reporting.pack.commitments.data import compliance_data
from services.reporting.pack.projects.data import milestone_data, project_data
from services.reporting.pages.issued_packs import IssuedPacks, PackLine
from services.reporting.pages.outlook import outlook
from services.reporting.pages.site import Site
from services.reporting.supplements import NoSupplement, Supplements
from services.runtime.access.identity import Writer, refuse_all_but_the_secretary
from services.runtime.base.problems import Problem
from services.runtime.web.kept_answers import MadeOnce
from services.runtime.web.openapi import problems
from services.runtime.web.partnership.questions import AsAt, QuarterWanted
from services.runtime.web.partnership.view import View

PREFIX = "/reporting/api/v1/partnerships"
Json = dict[str, Any]


def routes(site: Site) -> APIRouter:
    """Return the routes that answer with JSON."""
    router = APIRouter(prefix=PREFIX, tags=["reporting"], responses=problems(404), route_class=MadeOnce)
    queries = site.queries

    @router.get("", summary="The partnerships that reporting knows")
    def partnerships() -> list[dict[str, str]]:
        return [
            queries.view(code, lambda view: {"code": view.code, "name": view.name})
            for code in queries.formed_partnerships()
        ]

    @router.get("/{partnership}", summary="What lies ahead of a partnership")
    def overview(request: Request, partnership: str) -> Response:
        return site.data_with_packs(request, partnership, _overview)

    @router.get(
        "/{partnership}/compliance", summary="Compliance, now or as at an earlier instant", responses=problems(422)
    )
    def compliance(request: Request, partnership: str, as_at: AsAt = "", quarter: QuarterWanted = "") -> Response:
        def content(view: View) -> Json:
            figures = view.figures(view.quarter(quarter))
            return _head(view) | {"quarter": figures.quarter.label} | compliance_data(figures)

        return site.kept_data(request, partnership, content, as_at)

    @router.get("/{partnership}/programme", summary="Projects and milestones", responses=problems(422))
    def programme(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        def content(view: View) -> Json:
            figures = view.figures()
            return _head(view) | {
                "projects": [project_data(each) for each in figures.projects],
                "milestones": [milestone_data(each) for project in figures.projects for each in project.milestones],
            }

        return site.kept_data(request, partnership, content, as_at)

    @router.get("/{partnership}/packs", summary="The board packs, the latest meeting first")
    def packs(request: Request, partnership: str) -> Response:
        return site.data_with_packs(
            request, partnership, lambda view, packs: [_pack(view, packs, line) for line in packs.lines(view)]
        )

    @router.get("/{partnership}/packs/{meeting}", summary="One board pack, its files and their SHA-256")
    def pack(request: Request, partnership: str, meeting: str) -> Response:
        return site.data_with_packs(
            request, partnership, lambda view, packs: _pack(view, packs, packs.line(view, meeting))
        )

    return router


def commands(site: Site, supplements: Supplements) -> APIRouter:
    """Return the routes that change something."""
    router = APIRouter(prefix=PREFIX, tags=["reporting"], responses=problems(404))

    @router.post(
        "/{partnership}/packs/{meeting}/supplements",
        status_code=201,
        summary="Issue the next supplement to an issued pack",
        description="It takes in what has come onto the meeting's agenda since the last edition. For the secretary.",
        responses=problems(409),
    )
    async def issue_supplement(partnership: str, meeting: str, writer: Writer) -> Response:
        def allowed(view: View) -> str:
            reference = view.find(MEETINGS, meeting).reference
            today = view.calendar.local_date(view.at)
            refuse_all_but_the_secretary(
                writer, view.code, lambda person: roles_of(view.register, person, today), "issue a supplement"
            )
            return reference

        reference = await run_in_threadpool(site.queries.view, partnership, allowed)
        try:
            issued = await supplements.issue(partnership, reference)
        except NoSupplement as reason:
            raise Problem(409, str(reason)) from None
        return JSONResponse(edition_data(issued), status_code=201, headers={"Location": issued.path})

    return router


def edition_data(edition: Issued) -> Json:
    """Return an issued edition as other software sees it."""
    return {
        "pack": edition.reference,
        "supplement": edition.supplement,
        "path": edition.path,
        "issued_at": edition.issued_at.isoformat(),
        "cut_off": edition.cut_off.isoformat(),
        "taken_in_at": edition.taken_in_at.isoformat(),
        "events_taken_in": edition.version,
        "chain": edition.chain,
        "compared_with": edition.previous_meeting,
        "template": edition.template,
        "files": [file.model_dump() for file in edition.files],
    }


def roles_of(register: Register, person: str, on: date) -> Collection[Role]:
    """Return the roles that somebody holds on a date, given by their full id; none for whom nobody knows."""
    return register.people[person].roles_on(on) if person in register.people else ()


def _head(view: View) -> Json:
    return {
        "partnership": view.code,
        "as_at": view.calendar.local(view.at).isoformat(timespec="seconds"),
        "version": view.register.position.version,
    }


def _overview(view: View, packs: IssuedPacks) -> Json:
    ahead = outlook(view.register, view.at, view.figures().returns, packs.issued_by(view.at))
    coming, returns = ahead.next_meeting, ahead.returns
    return _head(view) | {
        "name": view.name,
        "next_meeting": None if coming is None else _pack(view, packs, packs.line(view, coming.meeting.reference)),
        "returns": {
            "quarter": returns.quarter.label,
            "deadline": returns.deadline.isoformat(),
            "expected": list(returns.expected),
            "missing": list(returns.missing),
        },
        "dates": [{"at": each.at.isoformat(), "what": each.what} for each in ahead.dates],
    }


def _pack(view: View, packs: IssuedPacks, line: PackLine) -> Json:
    issued = packs.pack(line.meeting)
    return {
        "meeting": line.meeting,
        "meeting_on": line.meeting_on.isoformat(),
        "meeting_time": line.meeting_time.isoformat("minutes"),
        "place": line.place,
        "state": line.state.code,
        "quarter": line.timetable.quarter.label,
        "cut_off": view.calendar.local(line.timetable.cut_off).isoformat(),
        "issue_at": view.calendar.local(line.timetable.issue_at).isoformat(),
        "issued": None if issued is None else edition_data(issued),
        "supplements": [edition_data(each) for each in packs.supplements(line.meeting)],
    }
