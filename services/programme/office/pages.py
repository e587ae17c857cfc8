"""The pages of the office, each in a module of its own."""

from __future__ import annotations

from fastapi import APIRouter

from services.programme.office import (
    corrections_page,
    export_page,
    front_page,
    history_page,
    partnership_page,
    people_page,
    quarter_page,
    reminding,
    set_up_page,
    set_up_steps_page,
    systems_page,
)
from services.programme.pages.room import Room
from services.runtime.web.routing import joined

_IN_ORDER = (
    set_up_steps_page,
    set_up_page,
    front_page,
    quarter_page,
    reminding,
    history_page,
    corrections_page,
    people_page,
    partnership_page,
    systems_page,
    export_page,
)
"""Setting up comes first: its address is no partnership's."""


def routes(room: Room) -> APIRouter:
    """Return the routes of the office."""
    return joined(*(each.routes(room) for each in _IN_ORDER))
