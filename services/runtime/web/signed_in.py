"""Who is signed in: found before a route is, as what it answers, or what was kept of it, depends on that."""

from __future__ import annotations

from starlette.datastructures import QueryParams
from starlette.types import Scope

from contracts.paths import CALENDAR
from services.runtime.access.identity import API_TOKEN, SESSION
from services.runtime.access.sessions.api_token import PREFIX, ApiToken
from services.runtime.access.sessions.cookie import SessionCookie
from services.runtime.access.sessions.reader import Sessions
from services.runtime.base.problems import Problem
from services.runtime.base.settings import Settings
from services.runtime.store.database import Overloaded, Unavailable
from services.runtime.web.request_headers import header_in


class SignedIn:
    """Finds the session, or the token of a person or a system, that a request shows and puts it into the scope."""

    def __init__(self, settings: Settings, sessions: Sessions | None) -> None:
        self._cookie = SessionCookie(settings)
        self._sessions = sessions

    async def refusal(self, scope: Scope) -> Problem | None:
        """Find the session of a request. Return what it is refused with where that cannot be found out, else None."""
        if self._sessions is None:
            return None
        authorization = header_in(scope, b"authorization")
        try:
            if authorization:
                await self._find_api_token(self._sessions, scope, authorization)
            elif scope["path"].endswith(CALENDAR) and (key := _key_in(scope)) is not None:
                await self._find_key(self._sessions, scope, key)
            elif token := self._cookie.token_in(scope):
                await self._find_session(self._sessions, scope, token)
        except (Overloaded, Unavailable):
            return Problem(
                503,
                "Whether you are signed in cannot be looked up at present. Nothing was changed; try again in a moment.",
                headers={"Retry-After": "5"},
            )
        return None

    async def _find_session(self, sessions: Sessions, scope: Scope, token: str) -> None:
        session = await sessions.find(token)
        if session is not None and session.covers(scope["path"]):
            scope[SESSION] = session
            # What a browser has from before it was signed in may have the same tag, and shows nobody's name.
            scope["headers"] = [each for each in scope["headers"] if each[0] != b"if-none-match"]

    async def _find_api_token(self, sessions: Sessions, scope: Scope, authorization: str) -> None:
        token = authorization.rpartition(" ")[2]
        if token.startswith(PREFIX):
            found = await sessions.find_api_token(token)
            scope[API_TOKEN] = found if found is not None and found.covers(scope["path"]) else None

    async def _find_key(self, sessions: Sessions, scope: Scope, key: str) -> None:
        """Find the token that a calendar's address holds: only one that opens nothing else is taken from there."""
        found = await sessions.find_api_token(key)
        scope[API_TOKEN] = found if isinstance(found, ApiToken) and found.limited_to == scope["path"] else None


def _key_in(scope: Scope) -> str | None:
    return QueryParams(scope["query_string"]).get("key")
