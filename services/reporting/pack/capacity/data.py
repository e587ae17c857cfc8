"""Load in pack.json, by partner."""

from __future__ import annotations

from domain.figures.load import Load
from domain.figures.overview import Figures
from services.reporting.pack.data import Json


def loads(figures: Figures) -> list[Json]:
    """Return what each partner pledged and released."""
    return [_load(each) for each in figures.loads]


def _load(load: Load) -> Json:
    return {
        "partner": load.partner,
        "pledged": f"{load.pledged:.2f}",
        "released": f"{load.released:.2f}",
        "ratio": None if load.ratio is None else f"{load.ratio:.2f}",
        "flags": [each.value for each in load.flags],
    }
