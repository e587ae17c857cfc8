"""What happened, as the office looks it up: by who recorded it, by what it is about, by the day; the latest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import NamedTuple, Self

from contracts.envelope import Recorded
from contracts.references import full
from domain.calendar import Calendar
from domain.register import Register
from services.programme.core.dispatcher import Dispatcher
from services.runtime.base.validation_messages import Unfit
from services.runtime.web.dates import parse_date
from services.runtime.web.forms import Form

ON_A_PAGE = 50
_AT_ONCE = 500
_MOST_LOOKED_AT = 4_000
"""So many events are looked through for a page: who records seldom is looked for further back by another click."""

END = 10**12


class Found(NamedTuple):
    """Events, the latest first; ``older`` is the version before which there may be more, None at the beginning."""

    events: list[Recorded]
    older: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. ``before`` is a version; what is empty or None is not asked for."""

    person: str = ""
    about: str = ""
    day: date | None = None
    before: int = END

    @classmethod
    def of(cls, form: Form, register: Register) -> tuple[Self, Mapping[str, str]]:
        """Return what the fields of the page ask for, and a sentence for each that cannot be used."""
        faults, day = {}, None
        if typed := form.value("day").strip():
            try:
                day = parse_date(typed)
            except Unfit as unfit:
                faults["day"] = str(unfit)
        before = form.value("before")
        is_version = before.isascii() and before.isdecimal() and len(before) <= len(str(END))
        about = form.value("about").strip().upper()
        return cls(
            form.value("person"),
            about if not about or about in register.partners else full(register.code, about),
            day,
            int(before) if is_version else END,
        ), faults

    def find(self, dispatcher: Dispatcher, partnership: str, calendar: Calendar) -> Found:
        """Look it up."""
        after, before = self._bounds(dispatcher, partnership, calendar)
        found: list[Recorded] = []
        for _ in range(0, _MOST_LOOKED_AT, _AT_ONCE):
            looked_at = dispatcher.log_back_sync(partnership, self.about, after, before, _AT_ONCE)
            found += (each for each in looked_at if self.person in ("", each.actor))
            if len(found) > ON_A_PAGE:
                return Found(found[:ON_A_PAGE], found[ON_A_PAGE - 1].version)
            if len(looked_at) < _AT_ONCE:
                return Found(found, None)
            before = looked_at[-1].version
        return Found(found, before)

    def _bounds(self, dispatcher: Dispatcher, partnership: str, calendar: Calendar) -> tuple[int, int]:
        if self.day is None:
            return 0, self.before
        begins = calendar.instant(self.day, time.min) - timedelta(microseconds=1)
        after = dispatcher.version_at_sync(partnership, begins)
        last = dispatcher.version_at_sync(partnership, calendar.instant(self.day, time.max))
        return after, min(self.before, last + 1)
