"""Before the services have started nothing but the process's own health can be asked for; other requests wait."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.runtime.base.health import Health
from services.runtime.base.problems import Problem
from services.runtime.web.error_responses import respond

_ALWAYS_ANSWERED = ("/health/", "/metrics")
_PATIENCE_SECONDS = 5.0  # a start takes a second or two where nothing has to be waited for
_COME_AGAIN_SECONDS = 2


class Starting:
    """Keeps requests until the process has started; answers 503 with what it waits for where that takes long."""

    def __init__(self, app: ASGIApp, *, health: Health) -> None:
        self._app = app
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asks_more = scope["type"] == "http" and not scope["path"].startswith(_ALWAYS_ANSWERED)
        if asks_more and not await self._health.started(_PATIENCE_SECONDS):
            problem = Problem(
                503,
                f"{self._health.phase} Try again in a moment.",
                slug="starting",
                headers={"Retry-After": str(_COME_AGAIN_SECONDS)},
            )
            await respond(Request(scope, receive), problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)
