"""Word that a transaction made something to send or to fetch: those who do so hear of it once it is committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from services.runtime.store.commit_notes import after_commit


@dataclass(frozen=True, slots=True)
class _CameUp:
    """The note that is left."""


def came_up(connection: Connection) -> None:
    """Say that there is something to send or to fetch, should the transaction be committed."""
    after_commit(connection, _CameUp())


def is_among(notes: Sequence[object]) -> bool:
    """Say whether any came up in the transactions that left ``notes``."""
    return any(isinstance(note, _CameUp) for note in notes)
