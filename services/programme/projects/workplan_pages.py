"""The pages on which a project's workplan goes out as a spreadsheet and comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from contracts.references import full, short
from domain.register import Register
from domain.register.projects import PROJECTS
from domain.wording.dates import plain_date
from services.programme.api.access import Partnership, ReferenceInPath
from services.programme.core import lookup
from services.programme.core.dispatcher import Dispatcher
from services.programme.pages.file_forms import (
    GONE,
    UploadInPath,
    answered,
    attachment,
    file_refused,
    reader,
    see,
    sender,
)
from services.programme.projects.workplan_sheet.changes import FieldChange
from services.programme.projects.workplan_sheet.desk import Decided, LookedAt, WorkplanDesk, WorkplanOf
from services.programme.projects.workplan_sheet.layout import FIELDS, shown
from services.programme.sheets.cells import FileRefused
from services.programme.sheets.kept_uploads import UploadGone
from services.runtime.store.database import Database
from services.runtime.web.forms import Form, submitted
from services.runtime.web.pages import Pages, Visit
from services.runtime.web.uploads import uploaded
from services.runtime.web.visits import visit_of

_CHOOSE = "Say what is to hold."
_NONE_CHOSEN = "Choose the workplan that you filled in."
_KEEP, _TAKE = "now", "file"


def routes(dispatcher: Dispatcher, database: Database) -> APIRouter:
    """Return the routes of workplans as files."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    site = WorkplanPages(dispatcher, WorkplanDesk(dispatcher, database))
    one = "/projects/{partnership}/{project}/workplan"
    router.get(f"{one}.xlsx")(site.download)
    router.get(one)(site.front)
    router.post(f"{one}/upload")(site.upload)
    router.get(f"{one}/{{upload}}")(site.look)
    router.post(f"{one}/{{upload}}")(site.record)
    return router


class WorkplanPages:
    """Answers the requests of these pages."""

    def __init__(self, dispatcher: Dispatcher, desk: WorkplanDesk) -> None:
        self._dispatcher = dispatcher
        self._desk = desk
        self._pages = Pages(Path(__file__).parent / "templates")

    async def download(self, partnership: Partnership, project: ReferenceInPath) -> Response:
        """Hand out the workplan as it is now."""
        with answered("project"):
            content = await self._desk.file(partnership, project)
        return attachment(content, f"{full(partnership, project)}-workplan.xlsx")

    async def front(
        self,
        request: Request,
        partnership: Partnership,
        project: ReferenceInPath,
        recorded: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        """Show what to download and where to upload; ``recorded`` is how many changes were just recorded."""
        with answered("project"):
            return await self._front(request, partnership, full(partnership, project), Form(), recorded=recorded)

    async def upload(self, request: Request, partnership: Partnership, project: ReferenceInPath) -> Response:
        """Keep a file, and lead to what it would change."""
        form, file = await uploaded(request)
        reference = full(partnership, project)
        with answered("project"):
            of = WorkplanOf(partnership, reference, sender(request, form, partnership))
            if file is None:
                return await self._front(request, partnership, reference, file_refused(_NONE_CHOSEN))
            try:
                upload = await self._desk.keep(of, file)
            except FileRefused as refused:
                return await self._front(request, partnership, reference, file_refused(str(refused)))
        return see(f"{_place(of)}/{upload}")

    async def look(
        self, request: Request, partnership: Partnership, project: ReferenceInPath, upload: UploadInPath
    ) -> Response:
        """Show what a file would change."""
        with answered("project"):
            of = WorkplanOf(partnership, full(partnership, project), reader(request, partnership))
            try:
                looked_at = await self._desk.look(of, upload, Decided())
            except (UploadGone, FileRefused) as gone:
                return await self._gone(request, of, gone)
            return await self._changes(request, of, upload, looked_at, Form())

    async def record(
        self, request: Request, partnership: Partnership, project: ReferenceInPath, upload: UploadInPath
    ) -> Response:
        """Record what a file changes, or show again what is in its way."""
        form = await submitted(request)
        with answered("project"):
            of = WorkplanOf(partnership, full(partnership, project), sender(request, form, partnership))
            decided = Decided(
                kept={key for key, (value, *_) in form.typed.items() if value == _KEEP},
                taken={key for key, (value, *_) in form.typed.items() if value == _TAKE},
            )
            try:
                looked_at = await self._desk.record(of, upload, decided)
            except (UploadGone, FileRefused) as gone:
                return await self._gone(request, of, gone)
            if not looked_at.can_be_recorded:
                form = Form(form.typed, {clash.key: _CHOOSE for clash in looked_at.changes.clashes})
                return await self._changes(request, of, upload, looked_at, form, HTTPStatus.CONFLICT)
        return see(f"{_place(of)}?recorded={_count(looked_at)}")

    async def _front(
        self, request: Request, partnership: str, reference: str, form: Form, *, recorded: int = 0
    ) -> Response:
        def content(register: Register) -> tuple[Visit, dict[str, Any]]:
            project = lookup.find(PROJECTS, register, reference)
            lead = register.partners[project.participation.lead_on(self._today(register))]
            return visit_of(request, register, self._today(register)), {"title": project.title, "lead": lead.name}

        visit, shown_of = await self._dispatcher.view(partnership, content)
        return self._pages.render(
            request,
            "workplan_file.html",
            {**shown_of, **_places(partnership, reference), "form": form, "recorded": recorded},
            visit=visit,
            status=422 if form.faults else 200,
        )

    async def _changes(
        self,
        request: Request,
        of: WorkplanOf,
        upload: str,
        looked_at: LookedAt,
        form: Form,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        def content(register: Register) -> tuple[Visit, dict[str, Any]]:
            return visit_of(request, register, self._today(register)), {
                "title": register.projects[of.project].title,
                "changes": [_in_words(register, of.project, change) for change in looked_at.changes.changes],
                "added": [step for step in looked_at.changes.steps if step.command.do == "add_milestone"],
                "dropped": [
                    (short(of.project, each), register.milestones[each].title) for each in looked_at.changes.dropped
                ],
                "owners": {code: partner.name for code, partner in register.partners.items()},
            }

        visit, shown_of = await self._dispatcher.view(of.partnership, content)
        said = {
            **shown_of,
            **_places(of.partnership, of.project),
            "looked_at": looked_at,
            "form": form,
            "upload": upload,
        }
        return self._pages.render(request, "workplan_changes.html", said, visit=visit, status=status)

    async def _gone(self, request: Request, of: WorkplanOf, reason: Exception) -> Response:
        sentence = str(reason) or GONE
        return await self._front(request, of.partnership, of.project, file_refused(sentence))

    def _today(self, register: Register) -> date:
        return register.calendar.local_date(self._dispatcher.now())


def _in_words(register: Register, project: str, change: FieldChange) -> Mapping[str, Any]:
    words = {
        name: _said(register, project, change.field, getattr(change, name)) for name in ("was", "is_now", "will_be")
    }
    milestone = register.milestones[change.reference]
    return {
        **words,
        "key": change.key,
        "clashes": change.clashes,
        "what": FIELDS[change.field],
        "milestone": milestone.title,
        "code": short(project, change.reference),
        "place": change.place,
    }


def _said(register: Register, project: str, field: str, value: Any) -> str:
    if not value:
        return "–"
    match field:
        case "forecast" | "done_on":
            return plain_date(value)
        case "owner":
            return register.partners[value].name
        case "depends_on":
            return ", ".join(shown(register.code, project, each) for each in value)
    return str(value)


def _count(looked_at: LookedAt) -> int:
    changes = looked_at.changes
    return len(changes.changes) + len(changes.added) + len(changes.dropped)


def _place(of: WorkplanOf) -> str:
    return f"/projects/{of.partnership}/{of.project}/workplan"


def _places(partnership: str, project: str) -> Mapping[str, str | Sequence[str]]:
    place = f"/projects/{partnership}/{project}"
    return {"reference": project, "project_place": place, "place": f"{place}/workplan"}
