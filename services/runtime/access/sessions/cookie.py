"""The cookies that a browser shows: its session, and that it asked for a link to sign in with."""

from __future__ import annotations

from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from services.runtime.base.settings import Settings


class HostCookie:
    """A cookie of this very host, sent to no script and with nothing that another site has a browser change.

    Over HTTPS its name begins with ``__Host-``, so that no other host can set it. Browsers take such a one over HTTPS
    alone, some from this very machine too; so a deployment at an http address has a plain name.
    """

    def __init__(self, settings: Settings, name: str, seconds: int) -> None:
        """``seconds`` is for how long a browser keeps it."""
        self._is_secure = settings.public_url.startswith("https://")
        self._seconds = seconds
        self.name = f"__Host-{name}" if self._is_secure else name
        self._in_header = self.name.encode() + b"="

    def token_in(self, scope: Scope) -> str:
        """Return the token that a request shows; nothing where it shows none."""
        for name, value in scope["headers"]:
            if name == b"cookie" and self._in_header in value:
                return cookie_parser(str(value, "latin-1")).get(self.name, "")
        return ""

    def give(self, response: Response, token: str) -> None:
        """Have the browser keep a token."""
        response.set_cookie(
            self.name, token, max_age=self._seconds, path="/", secure=self._is_secure, httponly=True, samesite="lax"
        )

    def take_back(self, response: Response) -> None:
        """Have the browser forget its token."""
        response.delete_cookie(self.name, path="/", secure=self._is_secure, httponly=True, samesite="lax")


class SessionCookie(HostCookie):
    """The cookie that a browser shows a session with. It forgets it with the session's last day."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, "concordat-session", int(settings.session_hours * 3600))
