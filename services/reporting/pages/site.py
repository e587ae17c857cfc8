"""How a view at a partnership becomes an answer: a page within the shell, or JSON, each with its entity tag."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from services.reporting.pack import wording
from services.reporting.pack.document import Cell, Tone
from services.reporting.pages.addresses import Addresses
from services.reporting.pages.queries import Queries, View
from services.runtime.web.etags import quoted_tag, unchanged
from services.runtime.web.pages import Pages

_ANSWERS_KEPT = 64
_TONES: Mapping[Tone | None, str] = {
    Tone.GOOD: "good",
    Tone.CAUTION: "caution",
    Tone.BAD: "bad",
    Tone.NEUTRAL: "none",
    None: "none",
}


class Site:
    """The pages of reporting."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries
        self._pages = Pages(Path(__file__).parent / "templates")
        self._pages.environment.globals.update(wording=wording, tone_of=tone_of)
        self._kept = _Kept()

    def page(
        self,
        request: Request,
        template: str,
        partnership: str,
        content: Callable[[View], Mapping[str, Any]],
        as_at: str = "",
        *,
        also_depends_on: object = "",
    ) -> Response:
        """Answer with a page about a partnership. ``content`` gives what its template shows beyond the view itself.

        ``also_depends_on`` is whatever else the page shows that can change.
        """

        def made(view: View, tag: str) -> Response:
            shown = {
                "view": view,
                "partnership": {"name": view.name, "vision": view.vision},
                "to": Addresses(view.code, as_at),
                **content(view),
            }
            return self._pages.render(request, template, shown, as_at=view.at, headers={"ETag": tag})

        return self.queries.view(partnership, lambda view: self._answer(request, view, also_depends_on, made), as_at)

    def plain_page(self, request: Request, template: str, content: Mapping[str, Any]) -> Response:
        """Answer with a page about no partnership in particular."""
        return self._pages.render(request, template, content)

    def data(
        self,
        request: Request,
        partnership: str,
        content: Callable[[View], Any],
        as_at: str = "",
        *,
        also_depends_on: object = "",
    ) -> Response:
        """Answer with JSON about a partnership."""

        def made(view: View, tag: str) -> Response:
            return JSONResponse(content(view), headers={"ETag": tag})

        return self.queries.view(partnership, lambda view: self._answer(request, view, also_depends_on, made), as_at)

    def _answer(
        self, request: Request, view: View, also_depends_on: object, made: Callable[[View, str], Response]
    ) -> Response:
        """Answer as before where nothing has changed since."""
        tag = _tag(request, view, also_depends_on)
        return unchanged(request, tag) or self._kept.answer((str(request.url), tag), lambda: made(view, tag))


class _Kept:
    """The answers that were given last, by address and entity tag; the same for everybody."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str], Response] = OrderedDict()
        self._lock = Lock()

    def answer(self, key: tuple[str, str], make: Callable[[], Response]) -> Response:
        with self._lock:
            kept = self._answers.get(key)
        if kept is None:
            kept = make()
            with self._lock:
                self._answers[key] = kept
                while len(self._answers) > _ANSWERS_KEPT:
                    self._answers.popitem(last=False)
        # An answer is changed on its way out: each request gets one of its own.
        return Response(kept.body, kept.status_code, dict(kept.headers))


def tone_of(cell: Cell) -> str:
    """Return the name that the style sheet has for the tone of a cell."""
    return _TONES[cell.tone]


def _tag(request: Request, view: View, also_depends_on: object) -> str:
    parts = (request.app.version, view.version_tag, str(also_depends_on))
    return quoted_tag("-".join(part for part in parts if part))
