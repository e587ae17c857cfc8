"""Setting a partnership up on the pages: from a programme file, of which one sees what will be before it is so.

Whoever runs the deployment gives somebody leave for it, with a link (``concordat sign-in-link --set-up``): nobody acts
in a partnership that is yet to be, and no role in another one gives it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from services.programme.core.dispatcher import Dispatcher
from services.programme.file.faults import FaultyFile
from services.programme.file.importing import bring_in, look_at
from services.programme.office import set_up_draft
from services.programme.office.set_up_entrance import (
    ADDRESS,
    admit_to_set_up,
    check_sender,
    files_of,
    has_set_up,
    proof_of,
)
from services.programme.office.set_up_preview import preview_of
from services.programme.pages.file_forms import GONE, UploadInPath, file_refused, see
from services.programme.pages.room import Room
from services.programme.sheets import kept_uploads
from services.programme.sheets.kept_uploads import UploadGone
from services.runtime.access.sessions.session import Session
from services.runtime.store.database import Database
from services.runtime.web.chosen_file import ChosenFile
from services.runtime.web.forms import Form, submitted
from services.runtime.web.partnership.site import Site
from services.runtime.web.uploads import uploaded

_NONE_CHOSEN = "Choose the programme file."
_MOST_SHOWN = 100
"""So many faults of a file are shown at once; who mends these uploads it again."""


def routes(room: Room) -> APIRouter:
    """Return the routes of setting up."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    pages = _SetUpPages(room)
    router.get(ADDRESS)(pages.front)
    router.post(f"{ADDRESS}/upload")(pages.upload)
    router.get(f"{ADDRESS}/{{upload}}")(pages.look)
    router.post(f"{ADDRESS}/{{upload}}")(pages.bring_in)
    return router


class _SetUpPages:
    def __init__(self, room: Room) -> None:
        self._dispatcher: Dispatcher = room.dispatcher
        self._database: Database = room.database
        self._site: Site = room.site

    async def front(self, request: Request, done: str = "", proof: str = "") -> Response:
        """Ask for the file; or say what this very session set up: it is told of no other partnership."""
        if not has_set_up(admit_to_set_up(request), done, proof):
            return self._front(request, Form())
        name = await self._dispatcher.view(done, lambda register: register.partnership.name)
        return self._front(request, Form(), done={"code": done, "name": name})

    async def upload(self, request: Request) -> Response:
        """Keep a file, and lead to what is in it; or say what is wrong with it."""
        session = admit_to_set_up(request)
        form, file = await uploaded(request)
        check_sender(request, form)
        if file is None:
            return self._front(request, file_refused(_NONE_CHOSEN))
        try:
            await look_at(self._dispatcher, file.content, file.name)
        except FaultyFile as faulty:
            return self._faults(request, faulty)
        upload = await self._database.write(
            lambda connection: kept_uploads.keep(connection, files_of(session), file, self._dispatcher.now())
        )
        return see(f"{ADDRESS}/{upload}")

    async def look(self, request: Request, upload: UploadInPath) -> Response:
        """Show what will be."""
        try:
            file = await self._kept(admit_to_set_up(request), upload)
            found = await look_at(self._dispatcher, file.content, file.name)
        except UploadGone:
            return self._front(request, file_refused(GONE))
        except FaultyFile as faulty:
            return self._faults(request, faulty)
        shown = await run_in_threadpool(preview_of, found, self._dispatcher.now())
        return self._site.plain_page(request, "set_up_preview.html", {"file": file.name, "shown": shown})

    async def bring_in(self, request: Request, upload: UploadInPath) -> Response:
        """Set the partnership up, all of it or nothing, once."""
        session = admit_to_set_up(request)
        check_sender(request, await submitted(request))
        try:
            file = await self._kept(session, upload)
            spend = partial(kept_uploads.spend, of=files_of(session), upload=upload)
            outcome = await bring_in(self._dispatcher, file.content, file.name, spend)
        except UploadGone:
            return self._front(request, file_refused(GONE))
        except FaultyFile as faulty:
            return self._faults(request, faulty)
        await self._database.write(
            lambda connection: set_up_draft.drop_of(connection, session.address, outcome.partnership)
        )
        return see(f"{ADDRESS}?done={outcome.partnership}&proof={proof_of(session, outcome.partnership)}")

    async def _kept(self, session: Session, upload: str) -> ChosenFile:
        return await self._database.read(lambda connection: kept_uploads.read(connection, files_of(session), upload))

    def _front(self, request: Request, form: Form, done: dict[str, Any] | None = None) -> Response:
        return self._site.plain_page(
            request, "set_up.html", {"form": form, "done": done, "faults": ()}, status=422 if form.faults else 200
        )

    def _faults(self, request: Request, faulty: FaultyFile) -> Response:
        counted = "one fault" if faulty.count == 1 else f"{faulty.count:,} faults"
        content = {
            "form": file_refused(f"“{faulty.file}” has {counted}. Nothing was set up."),
            "faults": faulty.faults[:_MOST_SHOWN],
            "left_out": faulty.count - min(faulty.count, _MOST_SHOWN),
            "done": None,
        }
        return self._site.plain_page(request, "set_up.html", content, status=422)
