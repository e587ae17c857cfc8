"""Decisions and actions in the pack."""

from services.reporting.pack.decisions import (
    attention,
    data,
    definitions,
    known,
    minute,
    news,
    questions,
    sheets,
    since,
    tracker,
)

__all__ = ["attention", "data", "definitions", "known", "minute", "news", "questions", "sheets", "since", "tracker"]
