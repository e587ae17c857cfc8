"""How dates, numbers and statuses are put into words: the same words, in the same way, in every form of a pack.

Nothing here looks at a locale, a clock or the order of a hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from contracts.events.decisions import Outcome
from contracts.events.projects import Confidence, Stage
from domain.figures.compliance import Counts, Status
from domain.figures.load import LoadFlag
from domain.figures.schedule import MilestoneStatus, ScheduleStatus
from services.reporting.pack.document import Cell, Tone

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOTHING = "–"

CONFIDENCES = {
    Confidence.GREEN: Cell("Green", tone=Tone.GOOD),
    Confidence.AMBER: Cell("Amber", tone=Tone.CAUTION),
    Confidence.RED: Cell("Red", tone=Tone.BAD),
}
SCHEDULES = {
    ScheduleStatus.GREEN: Cell("Green", tone=Tone.GOOD),
    ScheduleStatus.AMBER: Cell("Amber", tone=Tone.CAUTION),
    ScheduleStatus.RED: Cell("Red", tone=Tone.BAD),
    ScheduleStatus.NONE: Cell("None", "no baseline"),
}
MILESTONES = {
    MilestoneStatus.DONE: Cell("Done", tone=Tone.GOOD),
    MilestoneStatus.NOT_BASELINED: Cell("Not baselined"),
    MilestoneStatus.OVERDUE: Cell("Overdue", tone=Tone.BAD),
    MilestoneStatus.RED: Cell("Red", tone=Tone.BAD),
    MilestoneStatus.AMBER: Cell("Amber", tone=Tone.CAUTION),
    MilestoneStatus.GREEN: Cell("Green", tone=Tone.GOOD),
    MilestoneStatus.DROPPED: Cell("Dropped", tone=Tone.NEUTRAL),
}
OBLIGATIONS = {
    Status.MET: Cell("Met", tone=Tone.GOOD),
    Status.MET_LATE: Cell("Met late", tone=Tone.GOOD),
    Status.PARTLY_MET: Cell("Partly met", tone=Tone.CAUTION),
    Status.NOT_MET: Cell("Not met", tone=Tone.BAD),
    Status.NOT_REPORTED: Cell("Not reported", tone=Tone.BAD),
    Status.NOT_YET_DUE: Cell("Not yet due", tone=Tone.NEUTRAL),
    Status.DEROGATED: Cell("Derogated", tone=Tone.NEUTRAL),
    Status.NOT_APPLICABLE: Cell(NOTHING),
}
ACTIONS = {
    "done": Cell("Done", tone=Tone.GOOD),
    "overdue": Cell("Overdue", tone=Tone.BAD),
    "open": Cell("Open", tone=Tone.NEUTRAL),
    "dropped": Cell("Dropped", tone=Tone.NEUTRAL),
}
OUTCOMES = {
    Outcome.AGREED: "Agreed",
    Outcome.AGREED_AS_AMENDED: "Agreed as amended",
    Outcome.NOT_AGREED: "Not agreed",
    Outcome.DEFERRED: "Deferred",
    Outcome.NOTED: "Noted",
}
FLAGS = {
    LoadFlag.CARRYING_MORE_THAN_ITS_SHARE: "carrying more than its share",
    LoadFlag.UNDER_ITS_PLEDGE: "under its pledge",
}


def long_date(day: date) -> str:
    """``Thursday 16 October 2014``."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def plain_date(day: date) -> str:
    """``16 October 2014``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date | None) -> str:
    """``16 Oct 2014``; a dash where there is none."""
    return NOTHING if day is None else f"{day.day}\u00a0{MONTHS[day.month - 1][:3]}\u00a0{day.year}"


def instant(local: datetime) -> str:
    """``Friday 3 October 2014, 17:00``, from a local date and time."""
    return f"{long_date(local.date())}, {local:%H:%M}"


def stage(value: Stage) -> str:
    """``In delivery``."""
    return value.value.replace("_", " ").capitalize()


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 day``, ``2 days``, ``no days``."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def days(number: int) -> str:
    """``1 day``, ``0 days``."""
    return f"{number} {'day' if number == 1 else 'days'}"


def slip(number: int | None) -> str:
    """``+42 days``, ``−3 days``, ``none``; a dash without a baseline."""
    if number is None:
        return NOTHING
    if number == 0:
        return "none"
    return f"{'+' if number > 0 else '−'}{abs(number)}\u00a0{'day' if abs(number) == 1 else 'days'}"


def quantity(number: Decimal) -> str:
    """``4.50``; thousands are parted by a comma."""
    return f"{number:,.2f}"


def rate(counts: Counts) -> str:
    """``64 of 99 (65 %)``: never a rate without its counts, and ``none due`` without a divisor."""
    return "none due" if counts.rate is None else f"{counts.fulfilled} of {counts.due} ({per_cent(counts.rate)})"


def per_cent(number: int) -> str:
    """``65 %``, which does not break over a line."""
    return f"{number}\u00a0%"


def reforecasts(number: int) -> str:
    """``re-forecast 3 times``, said from the second time on."""
    return f"re-forecast {number} times" if number >= 2 else ""


def moved(number: int) -> str:
    """``moved once``, ``moved 3 times``; nothing where it was never moved."""
    return "" if not number else "moved once" if number == 1 else f"moved {number} times"


def before(needed: Sequence[str]) -> str:
    """``forecast before LAP-P01-M01, which it needs``; nothing where the order is right."""
    if not needed:
        return ""
    return f"forecast before {listed(needed)}, {'which it needs' if len(needed) == 1 else 'all of which it needs'}"


def silence(number: int | None) -> str:
    """``silent for 95 days``; nothing where there is no silence."""
    return "" if number is None else f"silent for {days(number)}"


def confidence(stated: Confidence | None, shown: Confidence | None, silent_days: int | None) -> Cell:
    """Return the confidence to show, with what was stated where silence caps it."""
    if shown is None:
        return Cell("None stated", silence(silent_days))
    note = silence(silent_days)
    if stated is not shown and stated is not None:
        note = f"stated {stated.value}, {note}"
    return Cell(CONFIDENCES[shown].text, note, CONFIDENCES[shown].tone)


def listed(words: Iterable[str], nothing: str = "none") -> str:
    """``Brent, Hackney and Barnet``."""
    words = list(words)
    if not words:
        return nothing
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(text: str) -> str:
    """Return ``text`` with a capital first letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
