"""The pages of returns, where those of each capability are looked for."""

from __future__ import annotations

from fastapi import APIRouter

from services.programme.pages.room import Room
from services.programme.returns.my_return import pages, sheet_pages
from services.runtime.web.routing import joined


def routes(room: Room) -> APIRouter:
    """Return the routes of My return, on its pages and as a spreadsheet."""
    return joined(*(each.routes(room.dispatcher, room.database, room.directory) for each in (sheet_pages, pages)))
