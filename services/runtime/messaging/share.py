"""What falls to a replica of a stream that several take in: its parts, while it renews its place among them.

Where a replica dies, the others have its parts once its place expires; where one joins or leaves, once they look. A
replica that stood still goes on with what was its share until it looks itself: that costs work, and nothing else.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.runtime.messaging.consumer import Note
from services.runtime.messaging.members import Membership
from services.runtime.messaging.parts import Parts, shares
from services.runtime.store.database import Database


class Share:
    """The parts of a consumer's stream that fall to this replica, as they were last shared out: none before that."""

    def __init__(self, database: Database, consumer: str) -> None:
        """The table of members.metadata exists."""
        self._database = database
        self._membership = Membership(consumer)
        self.parts: Parts = frozenset()

    async def join(self) -> None:
        """Take a place among the replicas."""
        await self.renew(self._membership.clear_up)

    async def renew(self, note: Note) -> None:
        """Keep the place, and learn what falls to this replica; in one with it ``note`` is written down."""

        def renewed(connection: Connection) -> list[str]:
            note(connection)
            return self._membership.renew(connection)

        self.parts = shares(await self._database.write(renewed))[self._membership.member]

    async def give_up(self, note: Note) -> None:
        """Let the others have the parts at once."""

        def left(connection: Connection) -> None:
            note(connection)
            self._membership.leave(connection)

        await self._database.write(left)


def nothing(_connection: Connection) -> None:
    """Write nothing down."""
