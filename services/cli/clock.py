"""``concordat clock confirm``: the clock that was questioned is right."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from services.cli.databases import is_there, opened, url_of
from services.cli.errors import CommandError
from services.cli.operator_host import settings_of_deployment
from services.runtime.base.settings import Settings
from services.runtime.process import clock_guard

T = TypeVar("T")
_RECORDING = ("programme", "reporting")
"""The databases whose services record anything."""


def run(options: argparse.Namespace) -> int:
    """Believe, for every service, what the clock of one read where it was questioned, and say what that was."""
    settings = settings_of_deployment()
    names = [name for name in _RECORDING if is_there(url_of(settings, name))]
    questioned = [instant for name in names if (instant := _at(settings, name, clock_guard.questioned)) is not None]
    if not questioned:
        raise CommandError("no clock is questioned in this deployment, so there is nothing to confirm")
    for name in names:
        _at(settings, name, partial(clock_guard.believe, instant=max(questioned)))
    print(f"Confirmed: it was {max(questioned):%Y-%m-%d %H:%M} UTC when the clock was questioned.")
    return 0


def _at(settings: Settings, name: str, effect: Callable[[Connection], T]) -> T:
    with closing(opened(settings, name)) as database:
        return database.write_sync(effect)
