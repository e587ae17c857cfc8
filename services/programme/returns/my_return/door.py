"""What stands where the link of a reminder leads: whose return it is, and whether the link opens it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.paths import path_of_return
from domain.calendar import Calendar, Period
from domain.register import Register
from domain.register.papers import return_deadline
from domain.register.partners import PARTNERS
from services.programme.core import lookup
from services.programme.core.decider import Refused
from services.programme.core.dispatcher import Dispatcher
from services.programme.returns.my_return.places import Places
from services.programme.returns.my_return.standing import standing
from services.runtime.access.directory import Directory
from services.runtime.access.return_links import ReturnLinks
from services.runtime.base.addresses import key_of


@dataclass(frozen=True, slots=True)
class Doorway:
    """A return as whoever has its link sees it. ``word`` is for access, that it may be opened; empty where not."""

    partner_name: str
    quarter: Period
    deadline: datetime
    submitted_at: datetime | None
    now: datetime
    calendar: Calendar
    word: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether a link opens it: until it was submitted, or is late."""
        return self.submitted_at is None and self.now <= self.deadline


class Door:
    """Tells links that open a return from those that open none."""

    def __init__(self, dispatcher: Dispatcher, directory: Directory, links: ReturnLinks | None) -> None:
        self._dispatcher = dispatcher
        self._directory = directory
        self._links = links

    async def look(self, places: Places, key: str) -> Doorway | None:
        """Return what stands behind a link; None where it is none of this return, or its person's no more."""
        of = (places.partnership, places.quarter, places.partner)
        link = None if self._links is None else self._links.written(*of, key)
        if self._links is None or link is None:
            return None
        found = await self._directory.get_many(places.partnership, [link.person])
        address = key_of(found[link.person].email) if link.person in found else None
        if not self._links.proves(link, key, address):
            return None
        word = self._links.word("open", path_of_return(*of), key)
        now = self._dispatcher.now()
        try:
            return await self._dispatcher.view(
                places.partnership, lambda register: _doorway(register, places, link.person, now, word)
            )
        except Refused:
            return None


def _doorway(register: Register, places: Places, person: str, now: datetime, word: str) -> Doorway | None:
    """Raises Refused where there is no such return, or the person does not fill it in."""
    quarter = lookup.quarter(register, places.quarter)
    partner = lookup.find(PARTNERS, register, places.partner)
    if standing(register, person, partner.code, quarter.label, register.calendar.local_date(now)).by_office:
        return None
    submissions = register.returns.submissions.get((partner.code, quarter.label), ())
    return Doorway(
        partner.name,
        quarter,
        return_deadline(register, quarter, now),
        submissions[0].recorded_at if submissions else None,
        now,
        register.calendar,
        word,
    )
