"""Projects and their milestones in the pack."""

from services.reporting.pack.projects import data, definitions, glance, highlights, known, minute, news, sheets, since

__all__ = ["data", "definitions", "glance", "highlights", "known", "minute", "news", "sheets", "since"]
