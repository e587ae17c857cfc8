"""Risks in the pack."""

from services.reporting.pack.risks import data, definitions, risk_register, sheets, since

__all__ = ["data", "definitions", "risk_register", "sheets", "since"]
