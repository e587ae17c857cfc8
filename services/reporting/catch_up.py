"""Whether reporting has taken in everything that programme's stream holds."""

from __future__ import annotations

import asyncio

from nats.aio.client import Client
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError

from services.reporting import journal
from services.runtime.messaging.decoding import UnsealedMessage, decode
from services.runtime.messaging.follower import Follower
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.stream_reader import Message
from services.runtime.messaging.streams import PROGRAMME, subjects_of
from services.runtime.store.database import Database

CONSUMER = "reporting"

_PATIENCE_SECONDS = 2.0
_POLL_SECONDS = 0.01


class CatchUp:
    """What has been taken in, by whichever replica, compared with what the broker says that it has."""

    def __init__(self, database: Database, connection: Client, keyring: Keyring, follower: Follower) -> None:
        self._database = database
        self._connection = connection
        self._keyring = keyring
        self._follower = follower

    @property
    def more_to_come(self) -> bool:
        """Say whether the follower is known to have more to take in."""
        return bool(self._follower.lag())

    async def complete(self, partnership: str) -> bool:
        """Say whether every event of ``partnership`` that is on the stream now is in the journal.

        Waits a moment for what is on its way. Raises nats.errors.Error while the broker cannot be asked.
        """
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while not await self._is_complete(partnership):
                    if partnership in self._follower.blocked or self._follower.lag() is None:
                        return False
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            return False
        return True

    async def _is_complete(self, partnership: str) -> bool:
        # A log that is being sent again ends with old events: then only the lag tells that new ones lie before them.
        if partnership in self._follower.blocked or self._follower.lag() != 0:
            return False
        try:
            last = await self._connection.jsm().get_last_msg(PROGRAMME, subjects_of(PROGRAMME, partnership))
        except NotFoundError:
            return True
        if (last.seq or 0) > self._follower.read_upto:  # whatever it says: a false one may lie before genuine ones
            return False
        head = await self._database.read(lambda connection: journal.head(connection, partnership))
        return self._version_of(last) <= (head.version if head else 0)

    def _version_of(self, message: RawStreamMsg) -> int:
        """Return the version of an event; 0 where no service has sent it, so that it says nothing."""
        carried = Message(message.seq or 0, message.subject or "", message.data or b"", None, 0)
        [event] = decode([carried], self._keyring.seals())
        return 0 if isinstance(event, UnsealedMessage) else event.version
