"""Deciding on single holidays: newly proclaimed or local ones, and days that are holidays no more."""

from __future__ import annotations

from datetime import date

from contracts.events.partnership import HolidayAdded, HolidayRemoved
from domain.register import Register
from services.programme.core.decider import Context, Facts, Refused, decides
from services.programme.partnership.commands import AddHoliday, RemoveHoliday
from services.programme.partnership.needed_holidays import knowing


@decides(AddHoliday)
def add(register: Register, command: AddHoliday, context: Context) -> Facts:
    _check_ahead(register, command.on, context)
    if knowing(register.calendar, command.on).is_holiday(command.on):
        return []
    return [HolidayAdded(on=command.on, name=command.name)]


@decides(RemoveHoliday)
def remove(register: Register, command: RemoveHoliday, context: Context) -> Facts:
    _check_ahead(register, command.on, context)
    if not knowing(register.calendar, command.on).is_holiday(command.on):
        return []
    return [HolidayRemoved(on=command.on, reason=command.reason)]


def _check_ahead(register: Register, on: date, context: Context) -> None:
    today = register.calendar.local_date(context.now)
    if on <= today:
        raise Refused("on", f"{on} is not ahead; it is {today}, and what a day was cannot be changed any more")
