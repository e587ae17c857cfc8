"""The first sheet: which edition the spreadsheet is."""

from __future__ import annotations

from services.reporting.pack.briefing import Briefing
from services.reporting.pack.columns import Row, text
from services.reporting.pack.document import Sheet
from services.reporting.pack.edition import TEMPLATE_VERSION

_COLUMNS = (
    text("What", 20, "A property of this edition."),
    text("Value", 70, "Its value. Instants are local time, with their offset from UTC."),
)


def about(briefing: Briefing) -> Sheet:
    """Return what the pack is and up to when."""
    now, notice = briefing.now, briefing.notice
    rows: tuple[Row, ...] = (
        ("Partnership", briefing.register.partnership.name_on(notice.date)),
        ("Edition", briefing.edition.reference(notice.reference)),
        ("State", briefing.edition.state.value),
        ("Meeting", notice.reference),
        ("Meeting on", notice.date),
        ("Quarter covered", now.quarter.label),
        ("Data cut-off", now.calendar.local(notice.timetable.cut_off).isoformat()),
        ("Taken in up to", now.calendar.local(now.at).isoformat()),
        ("Last event", now.register.position.version),
        ("Chain value", now.register.position.chain),
        ("Template version", TEMPLATE_VERSION),
    )
    return Sheet("About", "Which edition of which pack this is, and what it was made from.", _COLUMNS, rows)
