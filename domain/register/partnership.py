"""The partnership itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from contracts.envelope import Recorded
from contracts.events.partnership import (
    BoardAmendment,
    BoardRules,
    HolidayAdded,
    HolidayRemoved,
    HolidaysRecorded,
    PartnershipAmended,
    PartnershipFormed,
)
from domain.calendar import Calendar
from domain.calendar.working_days import BankHolidays, HolidayChange, MeetingDays, RulesChange
from domain.register.amendments import Value, note
from domain.register.applying import applies
from domain.register.sharing import shared_day

if TYPE_CHECKING:
    from domain.register import Register


_RULES = {
    "clear_days": "clear days",
    "cutoff_working_days": "working days to the cut-off",
    "quorum_count": "quorum, people",
    "quorum_partners": "quorum, partners",
    "must_attend": "must attend",
}


@dataclass(frozen=True, slots=True)
class PartnershipAmendment:
    """What holds for meetings dated on or after ``holds_from``; None for each that stays as it is."""

    holds_from: date
    name: str | None
    vision: str | None
    holidays: str | None
    board: BoardAmendment
    reason: str
    recorded_at: datetime


@dataclass(slots=True)
class Partnership:
    """Organisations with a shared vision and a board; ``imported_at`` is when its history was brought in, if it was.

    ``name``, ``vision`` and ``rules`` are those that it was formed with; ``amendments`` are in the order in which they
    take hold, those of one day as they were recorded.
    """

    name: str
    vision: str
    formed_on: date
    recorded_at: datetime
    calendar: Calendar
    rules: BoardRules
    imported_at: datetime | None = None
    amendments: list[PartnershipAmendment] = field(default_factory=list)

    def name_on(self, day: date) -> str:
        """Return the name by which the partnership goes on ``day``."""
        names = [each.name for each in self._amended_by(day) if each.name is not None]
        return names[-1] if names else self.name

    def vision_on(self, day: date) -> str:
        """Return the vision that it has on ``day``."""
        visions = [each.vision for each in self._amended_by(day) if each.vision is not None]
        return visions[-1] if visions else self.vision

    def rules_on(self, day: date) -> BoardRules:
        """Return the rules of the board for a meeting, or a written procedure that closes, on ``day``."""
        rules = self.rules
        for each in self._amended_by(day):
            rules = rules.model_copy(update=each.board.model_dump(exclude_none=True))
        return rules

    def _amended_by(self, day: date) -> list[PartnershipAmendment]:
        return [each for each in self.amendments if each.holds_from <= day]

    def was_imported_since(self, instant: datetime) -> bool:
        """Say whether ``instant`` lies before the import of the history: nobody is told now what was due then."""
        return self.imported_at is not None and instant <= self.imported_at


def rules_changed(fact: PartnershipAmended, recorded_at: datetime) -> RulesChange:
    """Return what an amendment changes of the days of meetings."""
    board = fact.board or BoardAmendment()
    return RulesChange(fact.holds_from, recorded_at, board.clear_days, board.cutoff_working_days, fact.holidays)


@applies(PartnershipFormed)
def formed(register: Register, fact: PartnershipFormed, event: Recorded) -> None:
    register.formed = Partnership(
        name=fact.name,
        vision=fact.vision,
        formed_on=fact.formed_on,
        recorded_at=event.recorded_at,
        calendar=Calendar(
            start_month=fact.financial_year_start_month,
            timezone=fact.timezone,
            days=MeetingDays(fact.board.clear_days, fact.board.cutoff_working_days, fact.holidays),
        ),
        rules=fact.board,
        imported_at=fact.imported_at,
    )


@applies(PartnershipAmended)
def amended(register: Register, fact: PartnershipAmended, event: Recorded) -> None:
    partnership, board = register.partnership, fact.board or BoardAmendment()
    note(register, event, register.code, fact.reason, _changes(partnership, fact), fact.holds_from)
    partnership.amendments.append(
        PartnershipAmendment(
            fact.holds_from, fact.name, fact.vision, fact.holidays, board, fact.reason, event.recorded_at
        )
    )
    partnership.amendments.sort(key=lambda each: each.holds_from)
    partnership.calendar = partnership.calendar.with_change(rules_changed(fact, event.recorded_at))


def _changes(partnership: Partnership, fact: PartnershipAmended) -> dict[str, tuple[Value, Value]]:
    """Return what an amendment changes: by what it is, the value on its first day without it and the one with it."""
    day, rules = fact.holds_from, partnership.rules_on(fact.holds_from)
    changes: dict[str, tuple[Value, Value]] = {}
    if fact.name is not None:
        changes["name"] = (partnership.name_on(day), fact.name)
    if fact.vision is not None:
        changes["vision"] = (partnership.vision_on(day), fact.vision)
    if fact.holidays is not None:
        changes["bank holidays"] = (partnership.calendar.holiday_set_on(day), fact.holidays)
    for rule, value in (fact.board or BoardAmendment()).model_dump(exclude_none=True).items():
        changes[_RULES[rule]] = (_value(getattr(rules, rule)), _value(value))
    return changes


def _value(rule: int | tuple[str, ...]) -> Value:
    return str(rule) if isinstance(rule, int) else tuple(rule)


@applies(HolidaysRecorded)
def holidays_recorded(register: Register, fact: HolidaysRecorded, event: Recorded) -> None:
    days = frozenset(shared_day(each.on) for each in fact.holidays)
    partnership = register.partnership
    partnership.calendar = partnership.calendar.with_bank_holidays(BankHolidays(fact.holiday_set, fact.year, days))


@applies(HolidayAdded)
def holiday_added(register: Register, fact: HolidayAdded, event: Recorded) -> None:
    note(register, event, register.code, fact.name, {"holiday": (None, fact.on)})
    _change_holiday(register, HolidayChange(fact.on, True, event.recorded_at))


@applies(HolidayRemoved)
def holiday_removed(register: Register, fact: HolidayRemoved, event: Recorded) -> None:
    note(register, event, register.code, fact.reason, {"holiday": (fact.on, None)})
    _change_holiday(register, HolidayChange(fact.on, False, event.recorded_at))


def _change_holiday(register: Register, change: HolidayChange) -> None:
    partnership = register.partnership
    partnership.calendar = partnership.calendar.with_change(change)
