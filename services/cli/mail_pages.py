"""The e-mails that the demonstration's mail catcher has taken, as pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from starlette.responses import Response

from services.cli.mail_catcher import letter, letters_in
from services.runtime.access.table import Beyond, Row
from services.runtime.base.health import Check
from services.runtime.base.problems import Problem
from services.runtime.process.lifecycle import Foundation
from services.runtime.web.pages import Pages

_SHOWN = 200


class MailPages:
    """Shows a folder of e-mails below ``/mail/``; a service like any other to the host."""

    name = "mail"
    checks: Sequence[Check] = ()
    rows = (
        Row(
            what="The demonstration’s mailbox",
            why="It is a demonstration; `concordat serve` has no such page.",
            seen_by=Beyond.EVERYBODY,
            at=("/mail",),
        ),
    )

    def __init__(self, foundation: Foundation, folder: Path) -> None:
        self._folder = folder
        self._pages = Pages(Path(__file__).parent / "templates")
        self.router: APIRouter | None = APIRouter(include_in_schema=False)
        self.router.add_api_route("/mail/", self._list, response_class=HTMLResponse)
        self.router.add_api_route("/mail/{number}", self._letter, response_class=HTMLResponse)
        self.router.add_api_route("/mail/{number}/source", self._source, response_class=FileResponse)

    async def start(self) -> None:
        """Begin nothing: the folder is looked at when somebody asks."""

    async def stop(self) -> None:
        """End nothing."""

    def _list(self, request: Request) -> Response:
        paths = letters_in(self._folder)
        shown = [(path.name.split(" ")[0], letter(path)) for path in reversed(paths[-_SHOWN:])]
        return self._pages.render(request, "mailbox.html", {"letters": shown, "count": len(paths)})

    def _letter(self, request: Request, number: str) -> Response:
        message = letter(self._path(number))
        body = message.get_body(("plain", "html"))
        context = {
            "number": number,
            "letter": message,
            "text": body.get_content() if body is not None else "",
            "attachments": [part.get_filename() or part.get_content_type() for part in message.iter_attachments()],
        }
        return self._pages.render(request, "letter.html", context)

    def _source(self, number: str) -> Response:
        path = self._path(number)
        return FileResponse(path, media_type="message/rfc822", filename=f"{number}.eml")

    def _path(self, number: str) -> Path:
        found = next((path for path in letters_in(self._folder) if path.name.startswith(f"{number} ")), None)
        if found is None:
            raise Problem(404, f"There is no e-mail {number}.")
        return found
