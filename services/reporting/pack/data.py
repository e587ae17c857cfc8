"""pack.json: what other software can rely on, as the programme file's description has it.

This is what it says of the edition; each capability has its own in ``data.py``. Orders: what has a number by number,
partners by code, quarters oldest first.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from services.reporting.pack.briefing import Briefing

FORMAT = "concordat-pack/1"

Json = dict[str, Any]


def edition_data(briefing: Briefing) -> Json:
    """Return which edition it is, of which meeting, and what it took in."""
    figures, notice, edition = briefing.now, briefing.notice, briefing.edition
    calendar = figures.calendar
    return {
        "format": FORMAT,
        "pack": edition.reference(notice.reference),
        "state": edition.state.value,
        "supplement": edition.number,
        "partnership": figures.register.code,
        "meeting": notice.reference,
        "meeting_on": notice.date.isoformat(),
        "quarter": figures.quarter.label,
        "cut_off": calendar.local(notice.timetable.cut_off).isoformat(),
        "as_at": calendar.local(figures.at).isoformat(),
        "issue_on": notice.timetable.issue_on.isoformat(),
        "events_taken_in": figures.register.position.version,
        "chain": figures.register.position.chain,
    }


def iso(day: date | None) -> str | None:
    """Return a date as pack.json has it."""
    return None if day is None else day.isoformat()
