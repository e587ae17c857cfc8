"""Silence: nothing was recorded about something in the quarter or since. Source: domain.md sections 5 and 10.

What breaks whose silence is noted in the register as it happens (``domain/register/silence.py``).
"""

from __future__ import annotations

from datetime import date

from contracts.events.projects import Confidence
from domain.calendar import Period
from domain.register import Register


def days_since_recorded(register: Register, subject: str, on: date) -> int | None:
    """Return the days from the last recording about a partner, project or milestone to ``on``, if there is any."""
    last = register.last_recorded.get(subject)
    return None if last is None else (on - register.calendar.local_date(last)).days


def silent_days(register: Register, subject: str, quarter: Period, on: date) -> int | None:
    """Return for how many days ``subject`` has been silent on the date ``on``; None where it is not silent.

    ``quarter`` is the one that a pack covers: something recorded in it or since breaks the silence.
    """
    last = register.last_recorded.get(subject)
    return None if last is None else _silent_since(register.calendar.local_date(last), quarter, on)


def silent_partners(register: Register, quarter: Period, on: date) -> dict[str, int]:
    """Return the partners that are silent on the date ``on``, with the number of days; by partner code.

    Full members alone are listed: a supporting one owes the board no news of itself.
    """
    listed = (code for code in sorted(register.partners) if register.partners[code].is_full_member_on(on))
    days = {code: _silent_since(last_heard_of(register, code), quarter, on) for code in listed}
    return {code: count for code, count in days.items() if count is not None}


def last_heard_of(register: Register, partner: str) -> date:
    """Return the local date on which a partner last recorded something.

    For one that has recorded nothing yet it is the later of its joining and the recording of that.
    """
    last = register.last_recorded.get(partner)
    if last is not None:
        return register.calendar.local_date(last)
    known = register.partners[partner]
    return max(known.joined_on, register.calendar.local_date(known.admitted_at))


def _silent_since(last: date, quarter: Period, on: date) -> int | None:
    return None if last >= quarter.first_day else (on - last).days


def silent_project_days(register: Register, project: str, quarter: Period, on: date) -> int | None:
    """Return for how many days a project has been silent; a project that has ended has nothing more to say."""
    return silent_days(register, project, quarter, on) if register.projects[project].is_open else None


def silent_milestone_days(register: Register, milestone: str, quarter: Period, on: date) -> int | None:
    """Return for how many days a milestone has been silent; one that is done or was dropped has nothing more to say."""
    return None if not register.milestones[milestone].is_open else silent_days(register, milestone, quarter, on)


def shown_confidence(stated: Confidence | None, days_silent: int | None) -> Confidence | None:
    """Return the confidence to show: silence caps it at amber, and red stays red."""
    if stated is Confidence.GREEN and days_silent is not None:
        return Confidence.AMBER
    return stated
