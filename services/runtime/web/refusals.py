"""Requests that were refused because of who sent them, for the log of what bears on security."""

from __future__ import annotations

from typing import Any

from starlette.types import Scope

from services.runtime.access.identity import API_TOKEN, SESSION
from services.runtime.access.sessions.api_token import ApiToken
from services.runtime.access.sessions.session import Session
from services.runtime.access.sessions.system_token import SystemToken
from services.runtime.base.networks import network_of
from services.runtime.base.security_log import SecurityEvent, note, shown
from services.runtime.web.request_headers import header_in

_STATUSES = frozenset({401, 403, 421, 429})


def note_refusal(scope: Scope, status: int) -> None:
    """Log a request that was answered so, if that was for who sent it, or how often."""
    if status in _STATUSES:
        client = scope.get("client") or ("", 0)
        where = {"method": scope["method"], "path": scope["path"], "network": network_of(client[0])}
        note(SecurityEvent.REFUSED, status=status, **where, **sender_of(scope))


def sender_of(scope: Scope) -> dict[str, Any]:
    """Return who sent a request, for its log entry: of a session or a token the first letters of the id."""
    session: Session | None = scope.get(SESSION)
    if session is not None:
        return {"caller": f"session {shown(session.id)}", "people": [each.person_id for each in session.people]}
    token: ApiToken | SystemToken | None = scope.get(API_TOKEN)
    if token is not None:
        kind = "system" if isinstance(token, SystemToken) else "token"
        return {"caller": f"{kind} {shown(token.id)}", "people": [each.person_id for each in token.people]}
    # A token that nobody has here, or the deployment's.
    return {"caller": "another token" if header_in(scope, b"authorization") else "nobody that is known"}
