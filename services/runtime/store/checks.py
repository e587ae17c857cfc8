"""Whether a service's database can be used: a check of its readiness."""

from __future__ import annotations

from sqlalchemy import text

from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.validation_messages import as_sentence
from services.runtime.store.database import Database, Unavailable


def database_check(name: str, database: Database) -> Check:
    """Check that a service's database answers a question, and takes a change where it refused the last one."""

    async def probe() -> ProbeResult:
        try:
            await database.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())
            if database.trouble is not None:
                await database.touch()
        except Unavailable as error:
            return ProbeResult(False, as_sentence(f"it cannot be used at present: {database.trouble or error}"))
        return ProbeResult(True, "The database answers.")

    return Check(f"{name} database", probe)
