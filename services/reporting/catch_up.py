"""Whether reporting has taken in everything that programme's stream holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from nats.aio.client import Client
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError
from sqlalchemy import Connection

from services.reporting import journal
from services.runtime.messaging import blocked_partitions
from services.runtime.messaging.decoding import UnsealedMessage, decode
from services.runtime.messaging.follower import Follower
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.stream_reader import Message
from services.runtime.messaging.streams import PROGRAMME, subjects_of_one
from services.runtime.store.database import Database

CONSUMER = "reporting"

_PATIENCE_SECONDS = 2.0
_POLL_SECONDS = 0.01
_POLL_ANOTHER_SECONDS = 0.1  # a replica writes down once a second how far it has read


class CatchUp:
    """What has been taken in, by whichever replica, compared with what the broker says that it has."""

    def __init__(self, database: Database, connection: Client, keyring: Keyring, follower: Follower) -> None:
        self._database = database
        self._connection = connection
        self._keyring = keyring
        self._follower = follower

    @property
    def more_to_come(self) -> bool:
        """Say whether this replica is known to have more to take in."""
        return bool(self._follower.lag())

    def is_here(self, partnership: str) -> bool:
        """Say whether it is this replica that takes the partnership in."""
        return self._follower.takes_in(partnership)

    async def complete(self, partnership: str) -> bool:
        """Say whether every event of ``partnership`` that is on the stream now is in the journal.

        Waits a moment for what is on its way. Raises nats.errors.Error while the broker cannot be asked.
        """
        pause = _POLL_SECONDS if self.is_here(partnership) else _POLL_ANOTHER_SECONDS
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS) as limit:
                while not await self._is_complete(partnership):
                    # Python 3.11's wait_for, by which nats-py asks, can swallow an end that comes with an answer.
                    if limit.expired() or self._follower.lag() is None:
                        return False
                    if await self._database.read(self._is_blocked(partnership)):
                        return False
                    await asyncio.sleep(pause)
        except TimeoutError:
            return False
        return True

    async def _is_complete(self, partnership: str) -> bool:
        last = await self._last(partnership)
        if last is None:
            return True
        # Whatever the last message says: a log that is being sent again ends with old events, and new ones lie before
        # them; a false one may lie before genuine ones.
        if not await self._follower.has_read(partnership, last.seq or 0):
            return False
        if await self._database.read(self._is_blocked(partnership)):
            return False
        head = await self._database.read(lambda connection: journal.head(connection, partnership))
        return self._version_of(last) <= (head.version if head else 0)

    async def _last(self, partnership: str) -> RawStreamMsg | None:
        """Return the partnership's last message; None where the stream has none."""
        found = []
        for subjects in subjects_of_one(PROGRAMME, partnership):
            with suppress(NotFoundError):
                found.append(await self._connection.jsm().get_last_msg(PROGRAMME, subjects))
        return max(found, key=lambda message: message.seq or 0, default=None)

    @staticmethod
    def _is_blocked(partnership: str) -> Callable[[Connection], bool]:
        return lambda connection: partnership in blocked_partitions.blocked(connection, CONSUMER)

    def _version_of(self, message: RawStreamMsg) -> int:
        """Return the version of an event; 0 where no service has sent it, so that it says nothing."""
        carried = Message(message.seq or 0, message.subject or "", message.data or b"", None, 0)
        [event] = decode([carried], self._keyring.seals())
        return 0 if isinstance(event, UnsealedMessage) else event.version
