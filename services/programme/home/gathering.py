"""What Home needs beside the register, for one reader or for everybody at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from contracts.events.partnership import Role
from domain.register import Register
from domain.register.people import holding
from services.programme.core.deciding import NoPartnership
from services.programme.home.partner import returns_of
from services.programme.home.reader import Beside
from services.programme.pages.room import Room
from services.programme.returns import drafts
from services.programme.returns.drafts import ReturnOf


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be read beside the register: whose drafts, and whether the directory."""

    drafts: Sequence[ReturnOf]
    directory: bool


def beside(room: Room, partnership: str, readers: Callable[[Register], Collection[str]]) -> Beside:
    """Return what Home needs for ``readers``. The drafts are read before the register is, so that a return is in one
    of them.
    """
    now = room.dispatcher.now()

    def wanted(register: Register) -> _Wanted:
        people = readers(register)
        returns = {
            ReturnOf(partnership, quarter.label, partner.code)
            for person in people
            for partner, quarter in returns_of(register, person, now)
        }
        today = register.calendar.local_date(now)
        secretaries = holding(register.people.values(), {Role.SECRETARY}, today)
        return _Wanted(sorted(returns), any(each.id in people for each in secretaries))

    try:
        asked = room.dispatcher.look_sync(partnership, lambda live: wanted(live.register))
    except NoPartnership:
        return Beside()

    def read(connection: Connection) -> dict[tuple[str, str], Sequence[drafts.DraftAnswer]]:
        return {(of.partner, of.quarter): drafts.read(connection, of) for of in asked.drafts}

    found = room.database.read_sync(read) if asked.drafts else {}
    everyone = room.directory.everyone_sync(partnership) if asked.directory else []
    return Beside(found, {each.person_id: each for each in everyone})
