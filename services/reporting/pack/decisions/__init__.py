"""Decisions and actions in the pack."""

from services.reporting.pack.decisions import data, definitions, sheets, since, tracker

__all__ = ["data", "definitions", "sheets", "since", "tracker"]
