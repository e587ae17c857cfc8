"""Commitments in the pack: compliance with them."""

from services.reporting.pack.commitments import (
    compliance,
    data,
    definitions,
    exceptions,
    known,
    minute,
    news,
    questions,
    sheets,
    since,
)

__all__ = ["compliance", "data", "definitions", "exceptions", "known", "minute", "news", "questions", "sheets", "since"]
