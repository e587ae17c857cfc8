"""Notes that a change leaves for those who wait for its commit."""

from __future__ import annotations

from sqlalchemy import Connection

_NOTES = "notes of the changes"


def begin(connection: Connection) -> list[object]:
    """Return the list that the notes of the transaction's changes go into, in their order."""
    notes: list[object] = []
    connection.info[_NOTES] = notes
    return notes


def after_commit(connection: Connection, note: object) -> None:
    """Have ``note`` handed to those who wait for commits, if and when the change that is being done is committed."""
    notes: list[object] | None = connection.info.get(_NOTES)
    if notes is not None:
        notes.append(note)
