"""Returns in the pack: who has reported."""

from services.reporting.pack.returns import data, reporting, sheets

__all__ = ["data", "reporting", "sheets"]
