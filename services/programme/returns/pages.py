"""The pages of returns, where those of each capability are looked for."""

from __future__ import annotations

from fastapi import APIRouter

from services.programme.pages.room import Room
from services.programme.returns.my_return import pages


def routes(room: Room) -> APIRouter:
    """Return the routes of My return."""
    return pages.routes(room.dispatcher, room.database, room.directory)
