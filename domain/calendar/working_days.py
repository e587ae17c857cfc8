"""Which days a board works on, and how one steps back from a meeting to its papers and to their cut-off.

Source: domain.md sections 3 and 10. Everything here is a fact of the partnership's log: the bank holidays of a year as
the system recorded them, single days that the secretary added or removed, and amended rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

NO_HOLIDAYS = "none"
"""The set of a partnership that keeps no bank holidays."""

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class MeetingDays:
    """The rules that a meeting's days follow from.

    ``clear_days`` working days lie between issue and meeting, ``cutoff_working_days`` from the cut-off to the issue.
    ``holiday_set`` is a country, or a country and a part of it (``GB-ENG``, ``IE``), or ``none``.
    """

    clear_days: int = 5
    cutoff_working_days: int = 3
    holiday_set: str = "GB-ENG"


USUAL_DAYS = MeetingDays()


@dataclass(frozen=True, slots=True)
class BankHolidays:
    """The bank holidays of one year in one set."""

    holiday_set: str
    year: int
    days: frozenset[date]


@dataclass(frozen=True, slots=True)
class HolidayChange:
    """A day that became a holiday, or ceased to be one, when this was recorded."""

    on: date
    is_holiday: bool
    recorded_at: datetime

    def concerns(self, meeting_on: date) -> bool:
        """Say whether it may lie among the days before a meeting."""
        return self.on < meeting_on


@dataclass(frozen=True, slots=True)
class RulesChange:
    """Rules for meetings dated on or after ``holds_from``; None for each that stays as it is."""

    holds_from: date
    recorded_at: datetime
    clear_days: int | None = None
    cutoff_working_days: int | None = None
    holiday_set: str | None = None

    def concerns(self, meeting_on: date) -> bool:
        """Say whether a meeting is held by these rules."""
        return self.holds_from <= meeting_on


Change = HolidayChange | RulesChange


@dataclass(frozen=True, slots=True)
class DaysOfMeeting:
    """Where stepping back from a meeting has led, and by which set of holidays."""

    issue_on: date
    cut_off_on: date
    holiday_set: str


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working days of one partnership: what it was formed with, and what was recorded since, in that order."""

    formed_with: MeetingDays
    bank_holidays: Sequence[BankHolidays]
    changes: Sequence[Change]
    _bank: dict[tuple[str, int], frozenset[date]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        bank = {(each.holiday_set, each.year): each.days for each in self.bank_holidays}
        object.__setattr__(self, "_bank", bank)

    def knows(self, holiday_set: str, year: int) -> bool:
        """Say whether the bank holidays of a year have been recorded."""
        return holiday_set == NO_HOLIDAYS or (holiday_set, year) in self._bank

    def rules(self, meeting_on: date, taken: Sequence[Change]) -> MeetingDays:
        """Return the rules of a meeting on a date once these changes have been taken up.

        Of two amendments the one with the later date holds, of two with the same date the later recorded.
        """
        amended = [each for each in taken if isinstance(each, RulesChange) and each.concerns(meeting_on)]
        amended.sort(key=lambda each: each.holds_from)  # stable, so in the order of recording where dates are the same
        clear_days, cutoff_working_days = self.formed_with.clear_days, self.formed_with.cutoff_working_days
        holiday_set = self.formed_with.holiday_set
        for each in amended:
            clear_days = clear_days if each.clear_days is None else each.clear_days
            if each.cutoff_working_days is not None:
                cutoff_working_days = each.cutoff_working_days
            holiday_set = each.holiday_set or holiday_set
        return MeetingDays(clear_days, cutoff_working_days, holiday_set)

    def is_working_day(self, day: date) -> bool:
        """Say whether ``day`` is a working day by everything that was recorded and holds on it."""
        return day.weekday() < _SATURDAY and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        """Say whether ``day`` is a holiday by everything that was recorded and holds on it."""
        return self._is_holiday(day, self.rules(day, self.changes).holiday_set, _single_days(self.changes))

    def stepping_back(self, meeting_on: date, taken: Sequence[Change]) -> DaysOfMeeting:
        """Return issue day and cut-off day of a meeting on a date once these changes have been taken up."""
        rules = self.rules(meeting_on, taken)
        single = _single_days(taken)
        issue_on = self._before(meeting_on, rules.clear_days + 1, rules.holiday_set, single)
        cut_off_on = self._before(issue_on, rules.cutoff_working_days, rules.holiday_set, single)
        return DaysOfMeeting(issue_on, cut_off_on, rules.holiday_set)

    def _before(self, day: date, count: int, holiday_set: str, single: dict[date, bool]) -> date:
        """Return the working day that is ``count`` working days before ``day``; ``day`` itself for 0."""
        for _ in range(count):
            day -= _ONE_DAY
            while day.weekday() >= _SATURDAY or self._is_holiday(day, holiday_set, single):
                day -= _ONE_DAY
        return day

    def _is_holiday(self, day: date, holiday_set: str, single: dict[date, bool]) -> bool:
        changed = single.get(day)
        return day in self._bank.get((holiday_set, day.year), ()) if changed is None else changed


def _single_days(changes: Sequence[Change]) -> dict[date, bool]:
    """Return by day whether it was last made a holiday or a working day."""
    return {each.on: each.is_holiday for each in changes if isinstance(each, HolidayChange)}
