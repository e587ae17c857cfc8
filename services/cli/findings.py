"""What came of looking at something."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in a sentence, and whether it holds."""

    holds: bool
    told: str
