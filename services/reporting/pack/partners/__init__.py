"""Partners in the pack."""

from services.reporting.pack.partners import data, since

__all__ = ["data", "since"]
