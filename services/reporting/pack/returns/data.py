"""Returns in pack.json."""

from __future__ import annotations

from domain.figures.overview import Figures
from services.reporting.pack.data import Json


def notes(figures: Figures) -> list[Json]:
    """Return the notes to the board that came with returns."""
    return [{"partner": partner, "note": note} for partner, note in figures.notes.items()]
