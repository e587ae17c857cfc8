"""A file that somebody chose on a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file as a browser sent it: what it was called there, and its bytes."""

    name: str
    content: bytes
