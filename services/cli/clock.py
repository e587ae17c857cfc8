"""``concordat clock confirm``: the clock that was questioned is right."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, make_url

from services.cli.errors import CommandError
from services.cli.operator_host import settings_of_deployment
from services.runtime.base.settings import Settings
from services.runtime.process import clock_guard
from services.runtime.store.database import Database

T = TypeVar("T")


def run(options: argparse.Namespace) -> int:
    """Believe, for every service, what the clock of one read where it was questioned, and say what that was."""
    urls = _databases(settings_of_deployment())
    questioned = [instant for url in urls if (instant := _at(url, clock_guard.questioned)) is not None]
    if not questioned:
        raise CommandError("no clock is questioned in this deployment, so there is nothing to confirm")
    for url in urls:
        _at(url, partial(clock_guard.believe, instant=max(questioned)))
    print(f"Confirmed: it was {max(questioned):%Y-%m-%d %H:%M} UTC when the clock was questioned.")
    return 0


def _databases(settings: Settings) -> list[str]:
    """Return the addresses of the databases whose services record anything, those that are there."""
    return [url for url in (settings.programme_database_url, settings.reporting_database_url) if _is_there(url)]


def _is_there(url: str) -> bool:
    place = make_url(url)
    return place.get_backend_name() != "sqlite" or Path(place.database or "").is_file()


def _at(url: str, effect: Callable[[Connection], T]) -> T:
    database = Database(url)
    try:
        database.create(clock_guard.metadata)
        return database.write_sync(effect)
    finally:
        database.close()
