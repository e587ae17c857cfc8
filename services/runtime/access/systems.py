"""The one place where tokens of systems are made and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from domain.wording.dates import plain_date
from services.runtime.access.sessions.api_token import id_of
from services.runtime.access.sessions.system_token import SYSTEMS, new_system_token
from services.runtime.access.sessions.token_life import last_day_of, store_token
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.base.security_log import SecurityEvent, note, shown
from services.runtime.store.database import Database


@dataclass(frozen=True, slots=True)
class System:
    """A system with a token, as people see it afterwards. ``made_by`` is a full id; ``by_operator``, in their place."""

    id: str
    partnership: str
    name: str
    may_write: bool
    made_by: str
    by_operator: bool
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None

    @property
    def good_until(self) -> str:
        """Its last day, in words."""
        return plain_date(last_day_of(self.ends_at))


class Systems:
    """Makes tokens of systems and ends them. Every process knows of it within a second. They live in real time."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self.clock = clock or SystemClock()

    async def make(
        self,
        partnership: str,
        name: str,
        ends_at: datetime,
        *,
        may_write: bool,
        made_by: str,
        by_operator: bool = False,
    ) -> str:
        """Return the token of a new system, which nobody is told again. Raises NameTaken."""
        token = new_system_token()
        row = {
            "id": id_of(token),
            "partnership": partnership,
            "name": name,
            "may_write": may_write,
            "made_by": made_by,
            "by_operator": by_operator,
            "made_at": self.clock.now(),
            "ends_at": ends_at,
            "used_at": None,
        }
        among = SYSTEMS.c.partnership == partnership
        await self._database.write(lambda connection: store_token(connection, SYSTEMS, row, among))
        said = {"token_id": shown(id_of(token)), "partnership": partnership, "may_write": may_write}
        note(SecurityEvent.TOKEN_MADE, people=[made_by], by_operator=by_operator, **said)
        return token

    def of_sync(self, partnership: str) -> list[System]:
        """Return those of a partnership whose tokens have not ended, the newest first; in the caller's own thread."""
        good = (SYSTEMS.c.partnership == partnership, SYSTEMS.c.ends_at > self.clock.now())
        question = select(SYSTEMS).where(*good).order_by(SYSTEMS.c.made_at.desc())
        rows = self._database.read_sync(lambda connection: connection.execute(question).mappings().all())
        return [System(**row) for row in rows]

    async def end_one(self, partnership: str, system_id: str) -> None:
        """End the token of a system, if it is one of this partnership."""
        which = delete(SYSTEMS).where(SYSTEMS.c.id == system_id, SYSTEMS.c.partnership == partnership)
        await self._database.write(lambda connection: connection.execute(which))
        note(SecurityEvent.TOKEN_ENDED, token_id=shown(system_id), partnership=partnership)

    async def forget_ended(self) -> None:
        """Delete tokens that have ended by themselves."""
        ended = delete(SYSTEMS).where(SYSTEMS.c.ends_at <= self.clock.now())
        await self._database.write(lambda connection: connection.execute(ended))
