"""Risks in the pack."""

from services.reporting.pack.risks import (
    attention,
    data,
    definitions,
    known,
    news,
    risk_register,
    sheets,
    since,
)

__all__ = ["attention", "data", "definitions", "known", "news", "risk_register", "sheets", "since"]
