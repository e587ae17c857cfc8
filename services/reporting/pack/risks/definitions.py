"""What the pack's words about risks mean. Source: domain.md sections 3 to 6."""

from __future__ import annotations

from domain.figures.risks import HIGH, MODERATE
from services.reporting.pack.definitions import Definitions

DEFINITIONS: Definitions = (
    ("Score", "Likelihood (1 to 5) × impact (1 to 5)."),
    ("Low, moderate, high", f"Below {MODERATE}; from {MODERATE} to {HIGH - 1}; from {HIGH} up."),
    ("Direction", "The score compared with that in the last issued pack: rising, falling, unchanged or new."),
)
