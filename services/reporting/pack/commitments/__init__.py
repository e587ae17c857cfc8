"""Commitments in the pack: compliance with them."""

from services.reporting.pack.commitments import compliance, data, definitions, sheets, since

__all__ = ["compliance", "data", "definitions", "sheets", "since"]
