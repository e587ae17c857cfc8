"""Pages: templates of a service within the frame that all services share.

A service makes one ``Pages`` for its own template folder. Its templates extend ``layout.html`` and may use the macros
of ``parts.html`` and ``forms.html``; what stands in the frame comes from the application that serves the request (the
rooms of its menu, its version) and from the ``Visit`` that a route renders a page for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.runtime.access.elsewhere import elsewhere_of
from services.runtime.access.identity import session_of
from services.runtime.access.sessions.session import Session
from services.runtime.web.compiled_templates import CompiledTemplates
from services.runtime.web.dates import HOME_ZONE, appointment, moment, weekday
from services.runtime.web.static import static_url

_TEMPLATES = Path(__file__).parent / "templates"
_COMPILED = CompiledTemplates()


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the menu or a breadcrumb.

    In the menu, an address with ``{partnership}`` in it, such as ``/projects/{partnership}``, is a room that every
    partnership has. It is shown where a page is about one. ``also`` are the
    room's other addresses. A room that is ``for_secretary`` is not shown to whoever is signed in as somebody else.
    """

    text: str
    href: str
    also: tuple[str, ...] = ()
    for_secretary: bool = False

    @property
    def is_of_a_partnership(self) -> bool:
        """Say whether every partnership has a room like this."""
        return "{partnership}" in self.href

    def within(self, partnership: str) -> Link:
        """Return the room of this partnership."""
        href, *also = (each.replace("{partnership}", partnership) for each in (self.href, *self.also))
        return replace(self, href=href, also=tuple(also))

    def depth(self, path: str) -> int:
        """Return how many characters of ``path`` the address of this room covers; 0 where the path lies elsewhere."""
        return max(
            (len(each) for each in (self.href, *self.also) if path == each or path.startswith(each.rstrip("/") + "/")),
            default=0,
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """About which partnership a page is, and as what it is read, as far as either is known.

    ``partnerships`` are the names, by code, of those that the reader can go to: this one among them. ``role`` is in
    the reader's words: "Lead for Brent"; ``visits`` says it of whoever is signed in. ``reader`` is their name: without
    one a page shows the name, or the address, of who is signed in. ``is_secretary`` says whether they are the
    partnership's secretary. In ``zone`` are the times of its pages, to which templates refer by this name.
    """

    partnership: str = ""
    partnerships: Mapping[str, str] = field(default_factory=dict)
    reader: str = ""
    role: str = ""
    is_secretary: bool = False
    zone: str = HOME_ZONE


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page of an application shows around its own content."""

    navigation: tuple[Link, ...] = ()
    version: str = ""
    product: str = "Concordat"

    def menu(self, path: str, partnership: str = "") -> list[Link]:
        """Return the rooms to go to from the page at ``path``, which is about ``partnership``.

        A page about none has the rooms that belong to none, the first, where a partnership is chosen, and the room that
        it lies in itself.
        """
        if partnership:
            return [link.within(partnership) for link in self.navigation]
        return [
            replace(link, href=path, also=())
            if link.is_of_a_partnership and link.within("").depth(path)
            else link.within("")
            for link in self.navigation
            if link == self.navigation[0] or not link.is_of_a_partnership or link.within("").depth(path)
        ]

    def elsewhere(self, visit: Visit) -> list[Link]:
        """Return the first room of each other partnership that the reader can go to."""
        home = next((link for link in self.navigation if link.is_of_a_partnership), None)
        if home is None:
            return []
        others = {code: name for code, name in visit.partnerships.items() if code != visit.partnership}
        return [Link(name, home.within(code).href) for code, name in others.items()]


def current_room(menu: Iterable[Link], path: str) -> str | None:
    """Return the address of the room that ``path`` lies in: the one whose address is the longest that fits."""
    room = max(menu, key=lambda link: link.depth(path), default=None)
    return room.href if room is not None and room.depth(path) else None


NOBODY = Visit()
_CSRF: ContextVar[str] = ContextVar("the token in the forms of the page that is being rendered", default="")
"""Macros see no variable of the page that calls them; each page is rendered in one go, so that this one is its own."""


class Pages:
    """Renders the templates of one folder within the frame."""

    def __init__(self, *folders: Path) -> None:
        self.environment = Environment(
            loader=FileSystemLoader([*folders, _TEMPLATES]),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_COMPILED,
        )
        self.environment.globals.update(static_url=static_url, csrf_token=_CSRF.get)
        self.environment.filters.update(appointment=appointment, moment=moment, weekday=weekday)

    def render(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        visit: Visit = NOBODY,
        as_at: datetime | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """Answer with a page. ``as_at`` is the instant for which its figures hold; its foot says so.

        A ``form`` in the context (see ``forms``) that has faults is summed up above the content, and in the title.
        """
        text = self.text(request, template, context, visit=visit, as_at=as_at)
        return HTMLResponse(text, status_code=status, headers=dict(headers or {}))

    def text(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        visit: Visit = NOBODY,
        as_at: datetime | None = None,
    ) -> str:
        """Return the HTML of a page as text."""
        shell: Shell = request.app.state.shell
        path = request.scope["path"]
        session = session_of(request)
        is_limited = session is not None and session.limited_to is not None
        if not visit.partnerships:
            visit = replace(visit, partnerships=dict(elsewhere_of(request)))
        menu = [
            room
            for room in ([] if is_limited else shell.menu(path, visit.partnership))
            if session is None or visit.is_secretary or not room.for_secretary
        ]
        current = current_room(menu, path)
        frame = {
            "shell": shell,
            "visit": visit,
            "session": session,
            "reader": visit.reader or _name_of(session, visit.partnership),
            "menu": menu,
            "current": current,
            "elsewhere": shell.elsewhere(visit),
            "as_at": as_at,
            "zone": visit.zone,
            "form": None,
        }
        filled_in = _CSRF.set("" if session is None else session.csrf)
        try:
            return self.environment.get_template(template).render({**frame, **context})
        finally:
            _CSRF.reset(filled_in)


def _name_of(session: Session | None, partnership: str) -> str:
    """Return the name of who is signed in, in a partnership or else wherever they have one; the address without one."""
    if session is None:
        return ""
    names = [each.name for each in (*session.people_in(partnership), *session.people) if each.name]
    return names[0] if names else session.address
