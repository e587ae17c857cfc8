"""Meetings in the pack: what the board is asked to decide."""

from services.reporting.pack.board import asked, minute, questions, sheets

__all__ = ["asked", "minute", "questions", "sheets"]
