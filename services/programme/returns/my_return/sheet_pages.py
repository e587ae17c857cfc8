"""The pages on which a return goes out as a spreadsheet and comes back into its draft."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from services.programme.api.access import Partnership
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
from services.programme.returns.my_return import words
from services.programme.returns.my_return.desk import Opened, ReturnDesk
from services.programme.returns.my_return.pages import PartnerInPath
from services.programme.returns.my_return.places import Places, Quarter, quarter_in
from services.programme.returns.my_return.sheet_desk import ReturnSheetDesk
from services.programme.sheets.cells import FileRefused
from services.programme.sheets.kept_uploads import UploadGone
from services.runtime.access.directory import Directory
from services.runtime.base.problems import Problem
from services.runtime.store.database import Database
from services.runtime.web.forms import Form, submitted
from services.runtime.web.pages import Pages
from services.runtime.web.uploads import uploaded
from services.runtime.web.visits import visit_of

_NONE_CHOSEN = "Choose the return that you filled in."
_PRIVATE = {"Cache-Control": "no-store"}


def routes(dispatcher: Dispatcher, database: Database, directory: Directory) -> APIRouter:
    """Return the routes of returns as spreadsheets."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    site = ReturnSheetPages(dispatcher, database, ReturnDesk(dispatcher, database, directory))
    sheet = "/return/{partnership}/{quarter}/{partner}/sheet"
    router.get("/return/{partnership}/returns.xlsx")(site.download_all)
    router.get(f"{sheet}.xlsx")(site.download)
    router.get(sheet)(site.front)
    router.post(f"{sheet}/upload")(site.upload)
    router.get(f"{sheet}/{{upload}}")(site.look)
    router.post(f"{sheet}/{{upload}}")(site.take)
    return router


class ReturnSheetPages:
    """Answers the requests of these pages."""

    def __init__(self, dispatcher: Dispatcher, database: Database, desk: ReturnDesk) -> None:
        self._dispatcher = dispatcher
        self._desk = desk
        self._sheets = ReturnSheetDesk(dispatcher, database, desk)
        self._pages = Pages(Path(__file__).parent / "templates")
        self._pages.environment.globals.update(words=words)

    async def download_all(self, request: Request, partnership: Partnership) -> Response:
        """Hand out one file with all returns that the reader can fill in now."""
        with answered():
            content = await self._sheets.files(partnership, reader(request, partnership))
        if content is None:
            raise Problem(404, "You fill in no return. Leads and contributors of a partner do.")
        return attachment(content, f"{partnership}-returns.xlsx")

    async def download(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath
    ) -> Response:
        """Hand out a return with what its draft says."""
        opened = await self._open(Places(partnership, quarter_in(quarter), partner), reader(request, partnership))
        return attachment(await self._sheets.file(opened), f"{partnership}-{quarter}-{partner}.xlsx")

    async def front(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath
    ) -> Response:
        """Show what to download and where to upload."""
        opened = await self._open(Places(partnership, quarter_in(quarter), partner), reader(request, partnership))
        return await self._front(request, opened, Form())

    async def upload(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath
    ) -> Response:
        """Keep a file, and lead to what is in it."""
        form, file = await uploaded(request)
        places = Places(partnership, quarter_in(quarter), partner)
        opened = await self._open(places, sender(request, form, partnership))
        if opened.form.is_submitted:
            return see(places.form)
        if file is None:
            return await self._front(request, opened, file_refused(_NONE_CHOSEN))
        try:
            upload = await self._sheets.keep(opened, file)
        except FileRefused as refused:
            return await self._front(request, opened, file_refused(str(refused)))
        return see(f"{places.form}/sheet/{upload}")

    async def look(
        self,
        request: Request,
        partnership: Partnership,
        quarter: Quarter,
        partner: PartnerInPath,
        upload: UploadInPath,
    ) -> Response:
        """Show what a file has for the draft, line by line."""
        opened = await self._open(Places(partnership, quarter_in(quarter), partner), reader(request, partnership))
        try:
            looked_at = await self._sheets.look(opened, upload)
        except (UploadGone, FileRefused) as gone:
            return await self._front(request, opened, file_refused(str(gone) or GONE))
        return await self._render(request, "return_sheet_answers.html", opened, looked_at=looked_at, upload=upload)

    async def take(
        self,
        request: Request,
        partnership: Partnership,
        quarter: Quarter,
        partner: PartnerInPath,
        upload: UploadInPath,
    ) -> Response:
        """Take what a file has into the draft, and lead to the check of it."""
        form = await submitted(request)
        places = Places(partnership, quarter_in(quarter), partner)
        opened = await self._open(places, sender(request, form, partnership))
        if opened.form.is_submitted:
            return see(places.form)
        try:
            await self._sheets.take(opened, upload)
        except (UploadGone, FileRefused) as gone:
            return await self._front(request, opened, file_refused(str(gone) or GONE))
        return see(places.check)

    async def _open(self, places: Places, actor: str) -> Opened:
        with answered("quarter", "partner"):
            return await self._desk.open(places.partnership, places.quarter, places.partner, actor)

    async def _front(self, request: Request, opened: Opened, form: Form) -> Response:
        status = 422 if form.faults else 200
        return await self._render(request, "return_sheet.html", opened, status=status, form=form)

    async def _render(
        self, request: Request, template: str, opened: Opened, *, status: int = 200, **said: Any
    ) -> Response:
        visit = await self._dispatcher.view(
            opened.of.partnership, lambda register: visit_of(request, register, opened.today)
        )
        places = Places(opened.of.partnership, opened.of.quarter, opened.of.partner)
        context = {"opened": opened, "places": places, "place": f"{places.form}/sheet", "it": opened.form, **said}
        return self._pages.render(request, template, context, visit=visit, status=status, headers=_PRIVATE)
