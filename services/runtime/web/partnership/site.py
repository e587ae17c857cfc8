"""How a view at a partnership becomes an answer: a page within the frame, or JSON, each with its entity tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from domain import wording
from domain.figures.compliance import Obligation, Status
from domain.register.decisions import ACTIONS, DECISIONS
from domain.wording.cells import Cell, Tone
from services.runtime.access.identity import session_of
from services.runtime.web.etags import quoted_tag
from services.runtime.web.kept_answers import MadeOnce, given_before, keep_for_its_tag
from services.runtime.web.lists.answers import content_of, list_answer
from services.runtime.web.lists.pages import Key, List, ListQuery
from services.runtime.web.pages import Pages
from services.runtime.web.partnership.addresses import Addresses
from services.runtime.web.partnership.view import View
from services.runtime.web.partnership.views import Views
from services.runtime.web.visits import visit_of

_TEMPLATES = Path(__file__).parent / "templates"
_TONES: Mapping[Tone | None, str] = {
    Tone.GOOD: "good",
    Tone.CAUTION: "caution",
    Tone.BAD: "bad",
    Tone.NEUTRAL: "none",
    None: "none",
}

Made = Callable[[View, str], Response]
"""Makes an answer from a view and its entity tag."""


def page_routes() -> APIRouter:
    """Return a router for pages: each is made once for all who ask for it at the same time."""
    return APIRouter(include_in_schema=False, default_response_class=HTMLResponse, route_class=MadeOnce)


class Site:
    """The pages of one service about partnerships. ``folders`` have its templates, made from ``partnership.html``."""

    def __init__(self, views: Views, *folders: Path) -> None:
        self.views = views
        self._pages = Pages(*folders, _TEMPLATES)
        self._pages.environment.globals.update(
            wording=wording,
            tone_of=tone_of,
            count_not_yet_due=count_not_yet_due,
            ACTIONS=ACTIONS,
            DECISIONS=DECISIONS,
        )

    def page(
        self,
        request: Request,
        template: str,
        partnership: str,
        content: Callable[[View], Mapping[str, Any]],
        as_at: str = "",
        *,
        beside: str = "",
    ) -> Response:
        """Answer with a page about a partnership. ``content`` gives what its template shows beyond the view itself.

        ``beside`` tells what it shows that is not in the view from what it showed before.
        """

        def made(view: View, tag: str) -> Response:
            return self._rendered(request, template, view, content(view), as_at, headers={"ETag": tag})

        return self._answer(request, partnership, made, as_at, beside)

    def form_page(
        self,
        request: Request,
        template: str,
        partnership: str,
        content: Callable[[View], Mapping[str, Any]],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Answer with a page whose form is for one reader alone, so that no browser keeps it."""
        not_kept = {**(headers or {}), "Cache-Control": "no-store"}
        return self.views.view(
            partnership,
            lambda view: self._rendered(request, template, view, content(view), status=status, headers=not_kept),
        )

    def plain_page(self, request: Request, template: str, content: Mapping[str, Any], *, status: int = 200) -> Response:
        """Answer with a page about no partnership in particular."""
        return self._pages.render(request, template, content, status=status)

    def data(
        self,
        request: Request,
        partnership: str,
        content: Callable[[View], Any],
        as_at: str = "",
        *,
        beside: str = "",
    ) -> Response:
        """Answer with JSON about a partnership."""

        def made(view: View, tag: str) -> Response:
            return JSONResponse(content(view), headers={"ETag": tag})

        return self._answer(request, partnership, made, as_at, beside)

    def rows(
        self,
        request: Request,
        partnership: str,
        listing: List[BaseModel],
        rows: Callable[[View], Iterable[tuple[Key, BaseModel]]],
        wanted: ListQuery,
        as_at: str = "",
        *,
        beside: str = "",
    ) -> Response:
        """Answer with a page of a list about a partnership. ``rows`` yields all of them, each with its key."""

        def made(view: View, tag: str) -> Response:
            page = listing.page(rows(view), lambda row: row, wanted)
            content = content_of(page, listing.shape, wanted)
            saved_as = f"{view.code}-{listing.name}"
            return list_answer(request, content, wanted, cursor=page.cursor, tag=tag.strip('"'), saved_as=saved_as)

        return self._answer(request, partnership, made, as_at, beside)

    def _rendered(
        self,
        request: Request,
        template: str,
        view: View,
        content: Mapping[str, Any],
        as_at: str = "",
        *,
        status: int = 200,
        headers: Mapping[str, str],
    ) -> Response:
        shown = {
            "view": view,
            "partnership": {"name": view.name, "vision": view.vision},
            "to": Addresses(view.code, as_at),
            **content,
        }
        visit = visit_of(request, view.register, view.calendar.local_date(view.at))
        return self._pages.render(request, template, shown, visit=visit, as_at=view.at, status=status, headers=headers)

    def _answer(self, request: Request, partnership: str, made: Made, as_at: str, beside: str) -> Response:
        """Answer as before where nothing has changed since, nor is it another build that answers."""

        def answer(view: View) -> Response:
            told_apart = request.app.state.build, view.version_tag, beside, _of_session(request)
            tag = quoted_tag("-".join(filter(None, told_apart)))
            return given_before(request, tag) or made(view, tag)

        keep_for_its_tag(request)
        return self.views.view(partnership, answer, as_at)


def count_not_yet_due(obligations: Iterable[Obligation]) -> int:
    """Return how many of a quarter's obligations are not due yet."""
    return sum(each.status is Status.NOT_YET_DUE for each in obligations)


def _of_session(request: Request) -> str:
    """Return what tells the pages of one session from all others: they name the reader, and have forms of their own."""
    session = session_of(request)
    return "" if session is None else sha256(session.csrf.encode()).hexdigest()[:16]


def tone_of(cell: Cell) -> str:
    """Return the name that the style sheet has for the tone of a cell."""
    return _TONES[cell.tone]
