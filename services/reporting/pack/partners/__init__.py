"""Partners in the pack."""

from services.reporting.pack.partners import data, known, minute, news, since

__all__ = ["data", "known", "minute", "news", "since"]
