"""Before the services have started nothing but the process's own health can be asked for; other requests wait."""

from __future__ import annotations

from starlette.types import Scope

from services.runtime.base.health import Health
from services.runtime.base.problems import Problem

_ALWAYS_ANSWERED = ("/health/", "/metrics")
_PATIENCE_SECONDS = 5.0  # a start takes a second or two where nothing has to be waited for
_COME_AGAIN_SECONDS = 2


async def refusal(scope: Scope, health: Health) -> Problem | None:
    """Wait until the process has started; where that takes long, return a problem that says what it waits for."""
    if scope["path"].startswith(_ALWAYS_ANSWERED) or await health.started(_PATIENCE_SECONDS):
        return None
    return Problem(
        503,
        f"{health.phase} Try again in a moment.",
        slug="starting",
        headers={"Retry-After": str(_COME_AGAIN_SECONDS)},
    )
