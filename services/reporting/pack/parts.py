"""The parts of a pack in their order: sections, comparisons, sheets, what pack.json has, definitions.

A capability has its parts in its package; here each gets its place. Another place is another template version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from contracts.events.effects import (
    DropMilestone,
    GrantDerogation,
    MoveProject,
    RecordPartnerLeaving,
    SetBaseline,
    WithdrawCommitment,
)
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
from services.reporting.pack.board.asked import Group
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.data import Json
from services.reporting.pack.definitions import Definitions
from services.reporting.pack.document import Section, Sheet
from services.reporting.pack.minute import Rules
from services.reporting.pack.news import Telling
from services.reporting.pack.question import Knowledge
from services.reporting.pack.sections import attention, beside, forward, moved, provenance, since, since_amendments
from services.reporting.pack.sections.moved import Comparison

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

NEWS: tuple[Telling, ...] = (
    decisions.news.failures,
    commitments.news.breaches,
    projects.news.projects,
    risks.news.risks,
    commitments.news.rates,
    partners.news.silence,
    decisions.news.actions,
    partners.news.members,
    projects.news.milestones,
    decisions.news.carried_out,
    since_amendments.leads,
    commitments.news.late_entries,
)
"""What a board must know of what moved, the most serious first."""

REMEMBERED: tuple[Callable[[Register], object], ...] = (risks.since.open_scores, partners.since.leavings)
"""What comparisons want to know of the register of the pack before."""

DEFINITIONS: Mapping[str, Definitions] = {
    "time": definitions.TIME,
    "commitments": commitments.definitions.DEFINITIONS,
    "projects and milestones": projects.definitions.DEFINITIONS,
    "load": capacity.definitions.DEFINITIONS,
    "risks": risks.definitions.DEFINITIONS,
    "decisions and actions": decisions.definitions.DEFINITIONS,
}

IN_ONE_MINUTE: Rules = (
    (board.minute.asked,),
    (commitments.minute.breached,),
    (projects.minute.red,),
    (commitments.minute.met,),
    (partners.minute.silent, capacity.minute.carrying),
    (decisions.minute.undone,),
)
"""What a board must know in one minute, the most serious first."""

QUESTIONS: tuple[Group, ...] = (
    Group(("item for decision", "items for decision"), "", board.questions.items),
    Group(
        ("decision to ratify", "decisions to ratify"),
        "Decisions to ratify: agreed without a quorum, so without effect until then",
        decisions.questions.ratifications,
    ),
    Group(
        ("partner in breach to respond to", "partners in breach to respond to"),
        "Breaches: a core commitment was failed in the last two periods that fell due",
        commitments.questions.breaches,
        recommendation=commitments.questions.RECOMMENDATION,
        brief="In breach of",
    ),
    Group(
        ("written procedure to answer", "written procedures to answer"),
        "Written procedures that are open",
        board.questions.procedures,
    ),
)
KNOWLEDGE = Knowledge(
    subjects=(projects.known.subject, commitments.known.subject, risks.known.subject, decisions.known.subject),
    effects={
        SetBaseline: projects.known.rebaselined,
        DropMilestone: projects.known.dropped,
        MoveProject: projects.known.moved,
        GrantDerogation: commitments.known.derogated,
        WithdrawCommitment: commitments.known.withdrawn,
        RecordPartnerLeaving: partners.known.leaving,
    },
)
ASKED = partial(board.asked.asked, QUESTIONS, KNOWLEDGE)
_ASKED = partial(board.asked.section, QUESTIONS, KNOWLEDGE)
_ATTENTION = partial(attention.section, (capacity.attention.flagged, risks.attention.high, decisions.attention.overdue))
_SINCE = partial(since.section, NEWS)
_MOVED = partial(moved.section, COMPARISONS)
_PROVENANCE = partial(provenance.section, DEFINITIONS)

SECTIONS: tuple[Callable[[Briefing], Section], ...] = (
    _ASKED,
    _SINCE,
    projects.glance.section,
    commitments.exceptions.section,
    _ATTENTION,
    _MOVED,
    projects.highlights.section,
    commitments.compliance.section,
    capacity.load.section,
    risks.risk_register.section,
    decisions.tracker.section,
    forward.section,
    returns.reporting.section,
    _PROVENANCE,
)
SECTIONS_OF_A_SUPPLEMENT = (_ASKED, _SINCE, _MOVED, beside.section, _PROVENANCE)

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
    "commitments": commitments.data.commitments_data,
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
