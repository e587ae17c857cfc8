"""What an operator has done at a deployment's broker and databases, outside of the running services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from nats.aio.client import Client

from services.cli.errors import CommandError
from services.cli.hosting import running
from services.runtime.base import private_files
from services.runtime.base.health import Check
from services.runtime.base.logging import set_up_logging
from services.runtime.base.restoring import NotWhole, check_whole
from services.runtime.base.settings import Settings, load_settings
from services.runtime.process.lifecycle import Foundation, Host, ServiceFactory

if TYPE_CHECKING:
    from fastapi import APIRouter

_PATIENCE_SECONDS = 45.0


class OperatorTask:
    """Stands where a service would, does nothing by itself and holds what a service is built upon."""

    name = "errand"
    keeps_files = False
    router: APIRouter | None = None
    checks: Sequence[Check] = ()

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation

    async def start(self) -> None:
        """Begin nothing."""

    async def stop(self) -> None:
        """End nothing."""


def settings_of_deployment() -> Settings:
    """Return the deployment's settings, with log entries reduced to errors: the command itself says what it does.

    Raises CommandError while a backup is being restored.
    """
    settings = quietly(load_settings())
    try:
        check_whole(settings.data_dir)
    except NotWhole as why:
        raise CommandError(str(why)) from None
    return settings


def quietly(settings: Settings) -> Settings:
    """Return the settings, with log entries reduced to errors and what is written from now on closed to others."""
    private_files.keep_to_owner()
    set_up_logging("error", settings.log_format)
    return settings


@asynccontextmanager
async def at_broker(settings: Settings, *factories: ServiceFactory) -> AsyncIterator[tuple[Host, Client]]:
    """Connect to the deployment's broker and run services there without HTTP. Raises CommandError where that fails."""
    host = Host(settings, [OperatorTask, *factories], http=False)
    async with running(host, patience=_PATIENCE_SECONDS):
        errand = host.services[OperatorTask.name]
        assert isinstance(errand, OperatorTask)
        yield host, errand.foundation.nats
