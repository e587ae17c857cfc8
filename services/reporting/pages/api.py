"""The same figures as JSON, for other software. Names and orders are those of pack.json."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from contracts.events.partnership import Role
from contracts.events.reporting import PackFile
from domain.figures.outlook import outlook
from domain.register import Register
from domain.register.board import MEETINGS
from services.reporting.editions import Issued
from services.reporting.pack.commitments.data import compliance_data
from services.reporting.pack.projects.data import milestone_data, project_data
from services.reporting.pages import comparing_api, figure_lists
from services.reporting.pages.issued_packs import IssuedPacks, PackLine
from services.reporting.pages.site import Site
from services.reporting.supplements import NoSupplement, Supplements
from services.runtime.access.identity import Writer, refuse_all_but_the_secretary
from services.runtime.base.problems import Problem
from services.runtime.web.etags import TAGGED, digest
from services.runtime.web.kept_answers import MadeOnce
from services.runtime.web.lists.answers import content_of, list_answer, list_responses
from services.runtime.web.lists.pages import Key, List, ListQuery
from services.runtime.web.openapi import problems
from services.runtime.web.partnership.questions import AsAt, QuarterWanted
from services.runtime.web.partnership.view import View

PREFIX = "/reporting/api/v1/partnerships"
Json = dict[str, Any]


class PartnershipShape(BaseModel):
    """A partnership by its code, and its name today."""

    code: str
    name: str


class EditionShape(BaseModel):
    """A pack or a supplement as it was issued; ``chain`` is the value of the log that it was made from."""

    pack: str
    supplement: int
    path: str
    issued_at: datetime
    cut_off: datetime
    taken_in_at: datetime
    events_taken_in: int
    chain: str
    compared_with: str | None
    template: str
    files: list[PackFile]


class PackShape(BaseModel):
    """The pack of a meeting: when it is due, and what was issued."""

    meeting: str
    meeting_on: date
    meeting_time: Annotated[str, Field(examples=["14:00"])]
    place: str | None
    state: str
    quarter: str
    cut_off: datetime
    issue_at: datetime
    issued: EditionShape | None
    supplements: list[EditionShape]


def routes(site: Site) -> APIRouter:
    """Return the routes that answer with JSON."""
    router = APIRouter(prefix=PREFIX, tags=["figures"], responses={**TAGGED, **problems(404)}, route_class=MadeOnce)
    _add_partnerships(router, site)

    @router.get("/{partnership}", summary="What lies ahead of a partnership", operation_id="show_outlook")
    def overview(request: Request, partnership: str) -> Response:
        return site.data_with_packs(request, partnership, _overview)

    @router.get(
        "/{partnership}/compliance",
        summary="Compliance, now or as at an earlier instant",
        responses=problems(422),
        operation_id="show_compliance",
    )
    def compliance(request: Request, partnership: str, as_at: AsAt = "", quarter: QuarterWanted = "") -> Response:
        def content(view: View) -> Json:
            figures = view.figures(view.quarter(quarter))
            return _head(view) | {"quarter": figures.quarter.label} | compliance_data(figures)

        return site.kept_data(request, partnership, content, as_at)

    @router.get(
        "/{partnership}/programme",
        summary="Projects and milestones",
        responses=problems(422),
        operation_id="show_programme",
    )
    def programme(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        def content(view: View) -> Json:
            figures = view.figures()
            return _head(view) | {
                "projects": [project_data(each) for each in figures.projects],
                "milestones": [milestone_data(each) for project in figures.projects for each in project.milestones],
            }

        return site.kept_data(request, partnership, content, as_at)

    _add_packs(router, site)
    figure_lists.add_routes(router, site)
    comparing_api.add_routes(router, site)

    @router.get(
        "/{partnership}/packs/{meeting}",
        response_model=PackShape,
        summary="One board pack, its files and their SHA-256",
        operation_id="show_pack",
    )
    def pack(request: Request, partnership: str, meeting: str) -> Response:
        return site.data_with_packs(
            request, partnership, lambda view, packs: _pack(view, packs, packs.line(view, meeting))
        )

    return router


def _add_partnerships(router: APIRouter, site: Site) -> None:
    listing: List[str] = List.of("partnerships", PartnershipShape)
    queries = site.queries

    async def partnerships(request: Request, wanted: ListQuery) -> Response:
        known = await run_in_threadpool(queries.formed_partnerships)
        own = await request.app.state.doors.partnerships_for(request, known)
        return await run_in_threadpool(listed, request, wanted, own)

    def listed(request: Request, wanted: ListQuery, codes: Sequence[str]) -> Response:
        def shown(code: str) -> PartnershipShape:
            return queries.view(code, lambda view: PartnershipShape(code=view.code, name=view.name))

        page = listing.page((((code,), code) for code in codes), shown, wanted)
        content = content_of(page, PartnershipShape, wanted)
        return list_answer(request, content, wanted, cursor=page.cursor, tag=digest(content), saved_as=listing.name)

    partnerships.__annotations__["wanted"] = Annotated[listing.query, Query()]
    router.add_api_route(
        "",
        partnerships,
        response_model=list[PartnershipShape],
        responses=list_responses(),
        summary="The partnerships that have figures",
        operation_id="list_partnerships_with_figures",
    )


def _add_packs(router: APIRouter, site: Site) -> None:
    listing: List[BaseModel] = List.of("packs", PackShape, latest_first=True)

    def packs(request: Request, partnership: str, wanted: ListQuery) -> Response:
        def rows(view: View, packs: IssuedPacks) -> Iterator[tuple[Key, BaseModel]]:
            for line in packs.lines(view):
                shown = PackShape.model_validate(_pack(view, packs, line))
                yield (line.meeting_on.isoformat(), line.meeting_time.isoformat(), line.meeting), shown

        return site.rows_with_packs(request, partnership, listing, rows, wanted)

    packs.__annotations__["wanted"] = Annotated[listing.query, Query()]
    router.add_api_route(
        "/{partnership}/packs",
        packs,
        response_model=list[PackShape],
        responses=list_responses(404),
        summary="The board packs, the latest meeting first",
        operation_id="list_packs",
    )


def commands(site: Site, supplements: Supplements) -> APIRouter:
    """Return the routes that change something."""
    router = APIRouter(prefix=PREFIX, tags=["packs"], responses=problems(404))

    @router.post(
        "/{partnership}/packs/{meeting}/supplements",
        status_code=201,
        response_model=EditionShape,
        summary="Issue the next supplement to an issued pack",
        operation_id="issue_supplement",
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
