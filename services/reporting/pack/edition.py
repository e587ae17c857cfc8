"""Which meeting a pack is for and which edition of it this is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.references import pack_reference

TEMPLATE_VERSION = "5"
"""Rises whenever the same events would give another document. Stands in every manifest."""


class EditionState(StrEnum):
    """What an edition is."""

    PREVIEW = "preview"
    ISSUED = "issued"
    SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a meeting's pack; ``number`` counts supplements from 1 and is 0 for any other edition."""

    state: EditionState
    number: int = 0

    def __post_init__(self) -> None:
        if (self.state is EditionState.SUPPLEMENT) != (self.number > 0):
            raise ValueError("a supplement, and nothing else, has a number, which counts from 1")

    @classmethod
    def supplement(cls, number: int) -> Edition:
        """Return the edition for papers that came later."""
        return cls(EditionState.SUPPLEMENT, number)

    def reference(self, meeting: str) -> str:
        """Return the edition's reference: ``LAP-B07-PACK`` or ``LAP-B07-PACK-S1``."""
        return pack_reference(meeting, self.number)


PREVIEW = Edition(EditionState.PREVIEW)
ISSUED = Edition(EditionState.ISSUED)
