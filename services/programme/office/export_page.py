"""The whole partnership as a programme file, for its secretary to take along."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from services.programme.api.access import answered_in_problems
from services.programme.file.writing import written_file
from services.programme.pages.room import Room
from services.runtime.web.partnership.view import View

_YAML = "application/yaml; charset=utf-8"


def routes(room: Room) -> APIRouter:
    """Return the routes of the page that says what is in the file, and of the file."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/office/{partnership}/export")
    def export(request: Request, partnership: str) -> Response:
        def content(view: View) -> dict[str, Any]:
            return {"events": view.register.position.version}

        return room.site.form_page(request, "export.html", partnership, content)

    @router.get("/office/{partnership}/export/file")
    def file(request: Request, partnership: str) -> Response:
        with answered_in_problems():
            events = room.dispatcher.events_sync(partnership)
        written = written_file(events, room.directory.entries_sync(partnership))
        headers = {
            "Content-Disposition": f'attachment; filename="{partnership}.yaml"',
            "Cache-Control": "no-store",
        }
        return Response(written.text, media_type=_YAML, headers=headers)

    return router
