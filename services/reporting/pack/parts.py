"""The parts of a pack in their order: sections, comparisons, sheets, what pack.json has, definitions.

A capability has its parts in its package; here each gets its place. Another place is another template version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from domain.figures.overview import Figures
from domain.register import Register
from services.reporting.pack import (
    about,
    board,
    capacity,
    commitments,
    decisions,
    definitions,
    partners,
    projects,
    returns,
    risks,
)
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.data import Json
from services.reporting.pack.definitions import Definitions
from services.reporting.pack.document import Section, Sheet
from services.reporting.pack.sections import beside, forward, provenance, since, since_amendments
from services.reporting.pack.sections.since import Comparison

COMPARISONS: Mapping[str, Comparison] = {
    "Partners": partners.since.partners,
    "Stages": projects.since.stages,
    "Delivery confidence": projects.since.confidences,
    "Forecasts": projects.since.forecasts,
    "Baselines": projects.since.baselines,
    "Milestones reached": projects.since.reached,
    "Milestones dropped": projects.since.dropped,
    "Risks": risks.since.risks,
    "Compliance": commitments.since.rates,
    "Compliance by partner": commitments.since.partners,
    "Decisions carried out or failed": decisions.since.effects,
    "Actions done and overdue": decisions.since.actions,
    "Amendments": since_amendments.amendments,
    "Recorded since about earlier quarters": commitments.since.late_entries,
}
"""What is compared with the pack before, the most serious first."""

REMEMBERED: tuple[Callable[[Register], object], ...] = (risks.since.open_scores, partners.since.leavers)
"""What comparisons want to know of the register of the pack before."""

DEFINITIONS: Mapping[str, Definitions] = {
    "time": definitions.TIME,
    "commitments": commitments.definitions.DEFINITIONS,
    "projects and milestones": projects.definitions.DEFINITIONS,
    "load": capacity.definitions.DEFINITIONS,
    "risks": risks.definitions.DEFINITIONS,
    "decisions and actions": decisions.definitions.DEFINITIONS,
}

_SINCE = partial(since.section, COMPARISONS)
_PROVENANCE = partial(provenance.section, DEFINITIONS)

SECTIONS: tuple[Callable[[Briefing], Section], ...] = (
    board.asked.section,
    _SINCE,
    projects.glance.section,
    projects.highlights.section,
    commitments.compliance.section,
    capacity.load.section,
    risks.risk_register.section,
    decisions.tracker.section,
    forward.section,
    returns.reporting.section,
    _PROVENANCE,
)
SECTIONS_OF_A_SUPPLEMENT = (board.asked.section, _SINCE, beside.section, _PROVENANCE)

SHEETS: tuple[Callable[[Briefing], Sheet], ...] = (
    about.about,
    projects.sheets.projects,
    projects.sheets.milestones,
    commitments.sheets.rates,
    commitments.sheets.obligations,
    commitments.sheets.breaches,
    commitments.sheets.derogations,
    commitments.sheets.evidence_items,
    capacity.sheets.load,
    risks.sheets.risks,
    decisions.sheets.decisions,
    decisions.sheets.actions,
    board.sheets.meetings,
    returns.sheets.reporting,
)

DATA: Mapping[str, Callable[[Figures], Json | list[Json]]] = {
    "projects": projects.data.projects,
    "milestones": projects.data.milestones,
    "compliance": commitments.data.compliance_data,
    "load": capacity.data.loads,
    "risks": risks.data.risks,
    "decisions": decisions.data.decisions,
    "actions": decisions.data.actions,
    "partners": partners.data.partners,
    "to_hand_over": partners.data.to_hand_over,
    "silent": partners.data.silent,
    "notes": returns.data.notes,
}
"""What pack.json has beside what it says of the edition."""
