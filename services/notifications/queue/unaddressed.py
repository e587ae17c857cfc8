"""Which partnerships have no secretary whom an e-mail could reach: it is said, and nothing is tried."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from contracts.events.partnership import Role
from domain.register.people import Person, holding
from services.notifications.intake import known_people, read_model
from services.runtime.access.directory import Directory
from services.runtime.base.health import ProbeResult
from services.runtime.store.database import Database

_ROLE = frozenset({Role.SECRETARY})


async def finding(database: Database, directory: Directory) -> ProbeResult:
    """Return of how many partnerships no secretary has an e-mail address, and for the operator of which."""
    without = await unaddressed(database, directory)
    if not without:
        return ProbeResult(True, "Every partnership has a secretary with an e-mail address.")
    several = "1 partnership" if len(without) == 1 else f"{len(without)} partnerships"
    return ProbeResult(True, _said_of(several), _said_of(", ".join(without)))


def _said_of(whom: str) -> str:
    return f"No secretary of {whom} has an e-mail address, so what is for the secretary is not sent; appoint one."


async def unaddressed(database: Database, directory: Directory) -> list[str]:
    """Return the codes of the partnerships without a secretary who has an e-mail address."""

    def known(connection: Connection) -> tuple[list[str], dict[str, list[Person]]]:
        codes = [each.code for each in read_model.partnerships(connection)]
        return codes, known_people.ever_appointed(connection, Role.SECRETARY)

    codes, appointed = await database.read(known)
    secretaries = {code: [each.id for each in holding(people, _ROLE, date.max)] for code, people in appointed.items()}
    reached = await directory.with_address(person for people in secretaries.values() for person in people)
    return [code for code in codes if reached.isdisjoint(secretaries.get(code, ()))]
