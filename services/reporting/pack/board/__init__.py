"""Meetings in the pack: what the board is asked to decide."""

from services.reporting.pack.board import asked, sheets

__all__ = ["asked", "sheets"]
