"""Capacity in the pack: the load between partners."""

from services.reporting.pack.capacity import (
    attention,
    data,
    definitions,
    load,
    minute,
    sheets,
)

__all__ = ["attention", "data", "definitions", "load", "minute", "sheets"]
