"""Who is signed in: found before a route is, as what it answers, or what was kept of it, depends on that."""

from __future__ import annotations

from starlette.types import Scope

from services.runtime.access.identity import SESSION
from services.runtime.access.sessions.cookie import SessionCookie
from services.runtime.access.sessions.reader import Sessions
from services.runtime.base.problems import Problem
from services.runtime.base.settings import Settings
from services.runtime.store.database import Overloaded, Unavailable
from services.runtime.web.request_headers import header_in


class SignedIn:
    """Finds the session that a request shows and puts it into the scope, under ``SESSION``."""

    def __init__(self, settings: Settings, sessions: Sessions | None) -> None:
        self._cookie = SessionCookie(settings)
        self._sessions = sessions

    async def refusal(self, scope: Scope) -> Problem | None:
        """Find the session of a request. Return what it is refused with where that cannot be found out, else None."""
        token = self._cookie.token_in(scope)
        if not token or self._sessions is None or header_in(scope, b"authorization"):
            return None
        try:
            session = await self._sessions.find(token)
        except (Overloaded, Unavailable):
            return Problem(
                503,
                "Whether you are signed in cannot be looked up at present. Nothing was changed; try again in a moment.",
                headers={"Retry-After": "5"},
            )
        if session is not None:
            scope[SESSION] = session
            # What a browser has from before it was signed in may have the same tag, and shows nobody's name.
            scope["headers"] = [each for each in scope["headers"] if each[0] != b"if-none-match"]
        return None
