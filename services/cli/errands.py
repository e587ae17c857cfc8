"""What an operator has done at a deployment's broker and databases, outside of the running services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter

from services.cli.hosting import running
from services.runtime.health import Check
from services.runtime.lifecycle import Foundation, Host, ServiceFactory
from services.runtime.logging import set_up_logging
from services.runtime.settings import Settings, load_settings

_PATIENCE_SECONDS = 45.0


class Errand:
    """Stands where a service would, does nothing by itself and holds what a service is built upon."""

    name = "errand"
    router: APIRouter | None = None
    checks: Sequence[Check] = ()

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation

    async def start(self) -> None:
        """Begin nothing."""

    async def stop(self) -> None:
        """End nothing."""


def settings_of_deployment() -> Settings:
    """Return the deployment's settings, with log entries reduced to errors: the command itself says what it does."""
    settings = load_settings()
    set_up_logging("error", settings.log_format)
    return settings


@asynccontextmanager
async def hosted(settings: Settings, factory: ServiceFactory) -> AsyncIterator[Host]:
    """Run one service at the deployment's broker and databases, without HTTP. Raises Complaint where it cannot."""
    host = Host(settings, [factory], http=False)
    async with running(host, patience=_PATIENCE_SECONDS):
        yield host
