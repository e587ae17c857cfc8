"""The pack's tables as a spreadsheet has them: one fact to a row, one kind of value to a column."""

from __future__ import annotations

from services.reporting.pack import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Kind, Sheet
from services.reporting.pack.edition import TEMPLATE_VERSION
from services.reporting.pack.sheets.board import actions, decisions, load, reporting, risks
from services.reporting.pack.sheets.columns import Row
from services.reporting.pack.sheets.compliance import breaches, derogations, evidence_items, obligations, rates
from services.reporting.pack.sheets.work import meetings, milestones, projects

IN_ORDER = (
    projects,
    milestones,
    rates,
    obligations,
    breaches,
    derogations,
    evidence_items,
    load,
    risks,
    decisions,
    actions,
    meetings,
    reporting,
)


def sheets(briefing: Briefing) -> tuple[Sheet, ...]:
    """Return every sheet, in the order of the pack's sections."""
    return (_about(briefing), *(sheet(briefing) for sheet in IN_ORDER))


def _about(briefing: Briefing) -> Sheet:
    now, notice = briefing.now, briefing.notice
    rows: tuple[Row, ...] = (
        ("Partnership", briefing.register.partnership.name_on(notice.date)),
        ("Edition", briefing.edition.reference(notice.reference)),
        ("State", briefing.edition.state.value),
        ("Meeting", notice.reference),
        ("Meeting on", wording.plain_date(notice.date)),
        ("Quarter covered", now.quarter.label),
        ("Data cut-off", now.calendar.local(notice.timetable.cut_off).isoformat()),
        ("Taken in up to", now.calendar.local(now.at).isoformat()),
        ("Last event", str(now.register.position.version)),
        ("Chain value", now.register.position.chain),
        ("Template version", TEMPLATE_VERSION),
    )
    return Sheet("About", (("What", Kind.TEXT, 20), ("Value", Kind.TEXT, 70)), tuple(rows))
