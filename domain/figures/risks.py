"""Which risks are high, and which bear on a project."""

from __future__ import annotations

from domain.figures.overview import Figures
from domain.figures.projects import ProjectFigures
from domain.register.risks import RISKS, Risk

HIGH = 15
MODERATE = 8
"""The least scores of likelihood times impact that count as such."""


def risks_of(now: Figures, figures: ProjectFigures) -> list[Risk]:
    """Return the open risks of partners that lead this project, or take part in it and in no other open one."""
    elsewhere = {
        partner
        for other in now.open_projects
        if other.project.reference != figures.project.reference
        for partner in other.partners
    }
    owners = {figures.lead} | (figures.partners - elsewhere)
    risks = (each for each in now.by_number(RISKS) if each.is_open and each.owner in owners)
    return sorted(risks, key=lambda each: -each.assessment.score)
