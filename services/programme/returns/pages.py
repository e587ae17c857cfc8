"""The pages of returns, where those of each capability are looked for."""

from __future__ import annotations

from fastapi import APIRouter

from services.programme.pages.room import Room
from services.programme.returns.my_return import door_pages, pages, receipt_words, sheet_pages
from services.runtime.web.routing import joined


def routes(room: Room) -> APIRouter:
    """Return the routes of My return: its pages, its spreadsheet, and where the links of reminders lead."""
    parts = (room.dispatcher, room.database, room.directory)
    words = receipt_words.routes(room.database, room.links)
    return joined(sheet_pages.routes(*parts), pages.routes(*parts), door_pages.routes(*parts, room.links), words)
