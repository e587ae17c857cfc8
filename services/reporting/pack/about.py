"""The first sheet: which edition the spreadsheet is."""

from __future__ import annotations

from domain import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import Row
from services.reporting.pack.document import ColumnKind, Sheet
from services.reporting.pack.edition import TEMPLATE_VERSION


def about(briefing: Briefing) -> Sheet:
    """Return what the pack is and up to when."""
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
    return Sheet("About", (("What", ColumnKind.TEXT, 20), ("Value", ColumnKind.TEXT, 70)), tuple(rows))
