"""Capacity in the pack: the load between partners."""

from services.reporting.pack.capacity import data, definitions, load, sheets

__all__ = ["data", "definitions", "load", "sheets"]
