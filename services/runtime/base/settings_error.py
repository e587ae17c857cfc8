"""What is wrong with the settings: by itself, so that whoever only tells it need not read the settings' own models."""

from __future__ import annotations

from collections.abc import Iterable


class SettingsError(ValueError):
    """One or more settings are wrong. ``faults`` has a sentence for each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))
