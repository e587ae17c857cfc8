"""Which projects a list shows: those of a stage, a lead or a confidence that its address names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from contracts.events.projects import Confidence, Stage
from domain.figures.overview import Figures
from domain.figures.projects import ProjectFigures
from domain.wording.projects import CONFIDENCES, stage

OPEN, EVERY = "open", "every"
"""What may stand for a stage too: any that has not ended, and all."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; empty where it does not matter. What there is not is not asked for.

    The choices are pairs of value and words.
    """

    stage: str
    lead: str
    confidence: str
    stages: tuple[tuple[str, str], ...]
    leads: tuple[tuple[str, str], ...]
    confidences: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, query: Mapping[str, str], figures: Figures) -> Self:
        """Read what an address asks for."""
        stages = ((EVERY, "All"), (OPEN, "All that are open"), *((each.value, stage(each)) for each in Stage))
        leads = sorted({(its.lead, figures.partner_name(its.lead)) for its in figures.projects}, key=lambda it: it[1])
        confidences = (*((each.value, CONFIDENCES[each].text) for each in Confidence), ("none", "None stated"))
        return cls(
            _known(query.get("stage", ""), stages),
            _known(query.get("lead", ""), leads),
            _known(query.get("confidence", ""), confidences),
            stages,
            tuple(leads),
            confidences,
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for."""
        return any((self.stage, self.lead, self.confidence))

    def lets_through(self, its: ProjectFigures) -> bool:
        """Say whether a project is among what is asked for."""
        shown = "none" if its.shown is None else its.shown.value
        return (
            (self.stage in ("", EVERY) or (its.is_open if self.stage == OPEN else self.stage == its.project.stage))
            and self.lead in ("", its.lead)
            and self.confidence in ("", shown)
        )


def _known(asked: str, choices: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> str:
    return asked if asked in dict(choices) else ""
