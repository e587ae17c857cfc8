"""The partnership itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from contracts.calendar import Calendar
from contracts.envelope import Recorded
from contracts.events.partnership import (
    BoardRules,
    HolidayAdded,
    HolidayRemoved,
    HolidaysRecorded,
    PartnershipFormed,
)
from contracts.register.applying import applies
from contracts.register.sharing import shared_day
from contracts.working_days import BankHolidays, HolidayChange, MeetingDays

if TYPE_CHECKING:
    from contracts.register import Register


@dataclass(slots=True)
class Partnership:
    """Organisations with a shared vision and a board; ``imported_at`` is when its history was brought in, if it was."""

    name: str
    vision: str
    formed_on: date
    calendar: Calendar
    rules: BoardRules
    imported_at: datetime | None = None

    def was_imported_since(self, instant: datetime) -> bool:
        """Say whether ``instant`` lies before the import of the history: nobody is told now what was due then."""
        return self.imported_at is not None and instant <= self.imported_at


@applies(PartnershipFormed)
def formed(register: Register, fact: PartnershipFormed, event: Recorded) -> None:
    register.formed = Partnership(
        name=fact.name,
        vision=fact.vision,
        formed_on=fact.formed_on,
        calendar=Calendar(
            start_month=fact.financial_year_start_month,
            timezone=fact.timezone,
            days=MeetingDays(fact.board.clear_days, fact.board.cutoff_working_days, fact.holidays),
        ),
        rules=fact.board,
        imported_at=fact.imported_at,
    )


@applies(HolidaysRecorded)
def holidays_recorded(register: Register, fact: HolidaysRecorded, event: Recorded) -> None:
    days = frozenset(shared_day(each.on) for each in fact.holidays)
    partnership = register.partnership
    partnership.calendar = partnership.calendar.with_bank_holidays(BankHolidays(fact.holiday_set, fact.year, days))


@applies(HolidayAdded)
def holiday_added(register: Register, fact: HolidayAdded, event: Recorded) -> None:
    _change_holiday(register, HolidayChange(fact.on, True, event.recorded_at))


@applies(HolidayRemoved)
def holiday_removed(register: Register, fact: HolidayRemoved, event: Recorded) -> None:
    _change_holiday(register, HolidayChange(fact.on, False, event.recorded_at))


def _change_holiday(register: Register, change: HolidayChange) -> None:
    partnership = register.partnership
    partnership.calendar = partnership.calendar.with_change(change)
