"""Which partnerships have no secretary whom an e-mail could reach: it is said, and nothing is tried."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from contracts.events.partnership import Role
from domain.register.people import holding
from services.notifications.intake import read_model
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

    def secretaries(connection: Connection) -> dict[str, list[str]]:
        return {
            each.code: [person.id for person in holding(read_model.people(connection, each.code), _ROLE, date.max)]
            for each in read_model.partnerships(connection)
        }

    found = await database.read(secretaries)
    known = {code: await directory.get_many(code, people) for code, people in found.items()}
    return [code for code, people in known.items() if not any(person.email for person in people.values())]
