"""The pages on which a workplan that exists is brought in: from a file to a project, in one look or several."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from domain.register import Register
from services.programme.api.access import Partnership
from services.programme.core.dispatcher import Dispatcher
from services.programme.pages.file_forms import (
    GONE,
    UploadInPath,
    answered,
    file_refused,
    reader,
    see,
    sender,
)
from services.programme.projects.bring_in.desk import BringInDesk, BringingIn, BroughtIn
from services.programme.projects.bring_in.headings import SHOWN, ColumnRole
from services.programme.projects.bring_in.reading import Reading
from services.programme.sheets.cells import FileRefused
from services.programme.sheets.kept_uploads import UploadGone
from services.programme.sheets.values import DateOrder
from services.runtime.store.database import Database
from services.runtime.web.forms import Form, submitted
from services.runtime.web.pages import Pages
from services.runtime.web.uploads import uploaded
from services.runtime.web.visits import visit_of

_NONE_CHOSEN = "Choose the file that has the plan."
_ORDERS = {order.name.lower(): order for order in DateOrder}
_MOST_OWNERS = 1_000
_COLUMN = re.compile(r"[0-9]{1,4}")


def routes(dispatcher: Dispatcher, database: Database) -> APIRouter:
    """Return the routes of bringing in."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    site = BringInPages(dispatcher, BringInDesk(dispatcher, database))
    one = "/projects/{partnership}/bring-in"
    router.get(one)(site.front)
    router.post(f"{one}/upload")(site.upload)
    router.get(f"{one}/{{upload}}")(site.look)
    router.post(f"{one}/{{upload}}")(site.decide)
    return router


class BringInPages:
    """Answers the requests of these pages."""

    def __init__(self, dispatcher: Dispatcher, desk: BringInDesk) -> None:
        self._dispatcher = dispatcher
        self._desk = desk
        self._pages = Pages(Path(__file__).parent / "templates")

    async def front(self, request: Request, partnership: Partnership) -> Response:
        """Ask for the file."""
        with answered("project"):
            return await self._front(request, partnership, Form())

    async def upload(self, request: Request, partnership: Partnership) -> Response:
        """Keep a file, and lead to what is in it."""
        form, file = await uploaded(request)
        with answered("project"):
            actor = sender(request, form, partnership)
            if file is None:
                return await self._front(request, partnership, file_refused(_NONE_CHOSEN))
            try:
                upload = await self._desk.keep(partnership, actor, file)
            except FileRefused as refused:
                return await self._front(request, partnership, file_refused(str(refused)))
        return see(f"/projects/{partnership}/bring-in/{upload}")

    async def look(
        self,
        request: Request,
        partnership: Partnership,
        upload: UploadInPath,
        into: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """Show what is in a file and what would become of it."""
        with answered("project"):
            actor = reader(request, partnership)
            try:
                brought = await self._desk.look(partnership, actor, upload, BringingIn(into=into))
            except (UploadGone, FileRefused) as gone:
                return await self._front(request, partnership, file_refused(str(gone) or GONE))
            return await self._plan(request, partnership, upload, brought)

    async def decide(self, request: Request, partnership: Partnership, upload: UploadInPath) -> Response:
        """Look again by what was corrected, or record."""
        form = await submitted(request)
        with answered("project"):
            actor, said = sender(request, form, partnership), _said(form)
            try:
                if form.value("then") != "record":
                    brought = await self._desk.look(partnership, actor, upload, said)
                    return await self._plan(request, partnership, upload, brought)
                brought = await self._desk.record(partnership, actor, upload, said)
            except (UploadGone, FileRefused) as gone:
                return await self._front(request, partnership, file_refused(str(gone) or GONE))
            if not brought.can_be_recorded:
                return await self._plan(request, partnership, upload, brought, HTTPStatus.CONFLICT)
        return see(f"/projects/{partnership}/{brought.project}/workplan?recorded={len(brought.proposal.milestones)}")

    async def _front(self, request: Request, partnership: str, form: Form) -> Response:
        visit = await self._dispatcher.view(
            partnership, lambda register: visit_of(request, register, self._today(register))
        )
        status = 422 if form.faults else 200
        return self._pages.render(request, "bring_in.html", {"form": form}, visit=visit, status=status)

    async def _plan(
        self,
        request: Request,
        partnership: str,
        upload: str,
        brought: BroughtIn,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        def content(register: Register) -> tuple[Any, dict[str, Any]]:
            projects = register.projects.values()
            return visit_of(request, register, self._today(register)), {
                "partners": [(each.code, each.name) for each in register.partners.values()],
                "names": {each.code: each.name for each in register.partners.values()},
                "projects": [(each.reference, each.title) for each in projects if each.is_open],
            }

        visit, shown = await self._dispatcher.view(partnership, content)
        said = {
            **shown,
            "brought": brought,
            "upload": upload,
            "form": _form(brought),
            "roles": SHOWN,
            "orders": (
                ("", "As the file tells"),
                *((name, f"The {order.value.split()[0]}") for name, order in _ORDERS.items()),
            ),
        }
        return self._pages.render(request, "bring_in_plan.html", said, visit=visit, status=status)

    def _today(self, register: Register) -> Any:
        return register.calendar.local_date(self._dispatcher.now())


def _said(form: Form) -> BringingIn:
    """Return what a person says of a file on the page."""
    written = {role: form.value(f"column-{role.value}") for role in ColumnRole}
    columns = {role: int(number) for role, number in written.items() if _COLUMN.fullmatch(number)}
    owners = {
        form.value(f"owner-{number}-name"): form.value(f"owner-{number}")
        for number in range(_MOST_OWNERS)
        if f"owner-{number}-name" in form.typed
    }
    which = form.value("which")
    return BringingIn(
        reading=Reading(columns, _ORDERS.get(form.value("order"))),
        owners=owners,
        left_out=frozenset(form.values("left_out")),
        milestones_alone=None if not which else which == "milestones",
        into=form.value("into"),
        title=form.value("title").strip(),
        lead=form.value("lead"),
        purpose=form.value("purpose").strip(),
    )


def _form(brought: BroughtIn) -> Form:
    """Return the fields of the page as they stand."""
    said = brought.said
    values = {
        "into": said.into,
        "title": said.title,
        "lead": said.lead,
        "purpose": said.purpose,
        "which": "milestones" if said.milestones_alone else "all",
        "order": next((name for name, order in _ORDERS.items() if order is said.reading.order), ""),
    }
    for number, name in enumerate(brought.plan.owners):
        values[f"owner-{number}"] = brought.proposal.owners.get(name, "")
    if brought.table is not None:
        for role in ColumnRole:
            values[f"column-{role.value}"] = str((brought.table.columns.get(role) or (0,))[0])
    return Form({name: (value,) for name, value in values.items()} | {"left_out": tuple(said.left_out)})
