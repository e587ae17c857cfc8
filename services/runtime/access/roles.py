"""What a partnership is called and which roles people hold in it now, looked up at most once a second."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol, runtime_checkable

from contracts.events.partnership import Role
from domain.register import Register


class RolesIn(NamedTuple):
    """What a partnership is called on a day, and the roles that people hold in it, by their full ids."""

    name: str
    by_person: Mapping[str, frozenset[Role]]


NO_PARTNERSHIP = RolesIn("", {})

FRESH_SECONDS = 1.0
"""For how long roles that were looked up are taken to hold: so soon one that ends is over."""
_MOST_KNOWN = 256
_NONE: frozenset[Role] = frozenset()


@runtime_checkable
class KnowsRoles(Protocol):
    """A service that knows who holds which roles."""

    async def roles_in(self, partnership: str) -> RolesIn:
        """Return who holds which roles today; NO_PARTNERSHIP where there is none.

        Raises Overloaded, Unavailable, and NewerEvent where this version cannot read the partnership's log.
        """
        ...


def roles_at(register: Register, at: datetime) -> RolesIn:
    """Return who holds which roles in a register on the local date of an instant."""
    today = register.calendar.local_date(at)
    by_person = {each.id: each.roles_on(today) for each in register.people.values()}
    return RolesIn(register.partnership.name_on(today), by_person)


class Roles:
    """The roles as one service knows them. Used from one event loop alone."""

    def __init__(
        self,
        look_up: Callable[[str], Awaitable[RolesIn]],
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """``ticks`` tells how old what was looked up is, in seconds."""
        self._look_up = look_up
        self._ticks = ticks
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def held(self, partnership: str, person: str, wanted: frozenset[Role]) -> frozenset[Role]:
        """Return the roles that a person holds. Raises Overloaded, Unavailable.

        That one of the ``wanted`` is among them may have been so until a second ago. That none is, is looked up anew.
        """
        known, asked_at = self._of(partnership), self._ticks()
        held = known.roles.by_person.get(person, _NONE)
        if asked_at - known.looked_up_at < FRESH_SECONDS and held & wanted:
            return held
        return (await self._looked_up(partnership, since=asked_at)).by_person.get(person, _NONE)

    async def lately(self, partnership: str) -> RolesIn:
        """Return what was so until a second ago, at most. Raises Overloaded, Unavailable."""
        return await self._looked_up(partnership, since=self._ticks() - FRESH_SECONDS)

    async def _looked_up(self, partnership: str, since: float) -> RolesIn:
        known = self._of(partnership)
        async with known.looking:
            if known.looked_up_at < since:
                looked_up_at = self._ticks()
                known.roles = await self._look_up(partnership)
                known.looked_up_at = looked_up_at
            return known.roles

    def _of(self, partnership: str) -> _Known:
        known = self._known.setdefault(partnership, _Known())
        self._known.move_to_end(partnership)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return known


class _Known:
    """What was looked up of one partnership, and when that began. One looks at a time, for all who wait."""

    __slots__ = ("looked_up_at", "looking", "roles")

    def __init__(self) -> None:
        self.roles = NO_PARTNERSHIP
        self.looked_up_at = float("-inf")
        self.looking = asyncio.Lock()
