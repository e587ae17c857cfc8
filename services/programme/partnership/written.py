"""How facts about the partnership and its people are written as commands. Names are the directory's, and come later."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.partnership import (
    HolidayAdded,
    HolidayRemoved,
    PartnershipAmended,
    PartnershipFormed,
    PersonAppointed,
    RolesEnded,
)
from services.programme.core.written import Following, Parts, Written
from services.programme.partnership import commands


def _code(following: Following) -> Parts:
    return {"code": following.event.partnership}


def _named(following: Following) -> Parts:
    return {"name": following.event.subject}


WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    PartnershipFormed: (Written(commands.FormPartnership, also=_code),),
    PartnershipAmended: (Written(commands.AmendPartnership, {"holds_from": "from"}),),
    PersonAppointed: (Written(commands.AppointPerson, also=_named),),
    RolesEnded: (Written(commands.EndRoles),),
    HolidayAdded: (Written(commands.AddHoliday),),
    HolidayRemoved: (Written(commands.RemoveHoliday),),
}
