"""Pages: templates of a service within the shell that all services share.

A service makes one ``Pages`` for its own template folder. Its templates extend ``layout.html`` and may use the macros
of ``parts.html``; what stands in the shell (navigation, version) comes from the application that serves the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.runtime.web.static import static_url

_SHELL_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation or a breadcrumb."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page shows around its own content."""

    navigation: tuple[Link, ...] = ()
    version: str = ""
    product: str = "Concordat"

    def current(self, path: str) -> str | None:
        """Return the address of the navigation link that ``path`` lies under: the longest that fits."""
        fitting = [
            link.href for link in self.navigation if path == link.href or path.startswith(link.href.rstrip("/") + "/")
        ]
        return max(fitting, key=len, default=None)


class Pages:
    """Renders the templates of one folder within the shell."""

    def __init__(self, *folders: Path) -> None:
        self.environment = Environment(
            loader=FileSystemLoader([*folders, _SHELL_TEMPLATES]),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals["static_url"] = static_url
        self.environment.filters.update(day=day, moment=moment)

    def render(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        as_at: datetime | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """Answer with a page. ``as_at`` is the instant for which its figures hold; the footer says it."""
        return HTMLResponse(
            self.text(request, template, context, as_at=as_at), status_code=status, headers=dict(headers or {})
        )

    def text(
        self, request: Request, template: str, context: Mapping[str, Any], *, as_at: datetime | None = None
    ) -> str:
        """Return the HTML of a page as text."""
        shell: Shell = request.app.state.shell
        return self.environment.get_template(template).render(
            {"shell": shell, "current": shell.current(request.url.path), "as_at": as_at, **context}
        )


def day(date: Any) -> str:
    """Write a date as people read it: 3 October 2014."""
    return f"{date.day} {date:%B %Y}"


def moment(instant: datetime, zone: str = "Europe/London") -> str:
    """Write an instant in local time: 3 October 2014, 17:00 BST."""
    local = instant.astimezone(ZoneInfo(zone) if zone else UTC)
    return f"{day(local)}, {local:%H:%M %Z}"
