"""What an operator can do about the partnerships that a service cannot go on with: see them, have one tried now.

None can be made to go on without the event whose turn it is: docs/decisions/ says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import Connection

from services.runtime.base.problems import Problem
from services.runtime.base.trouble import in_words
from services.runtime.base.validation_messages import as_sentence
from services.runtime.messaging.blocked_report import BlockedPartition, blocked, number_blocked
from services.runtime.messaging.consumer import Consumer
from services.runtime.store.database import Database, Overloaded, Unavailable
from services.runtime.web.operator_pages import MOST_LISTED, Listed
from services.runtime.web.operators import note_act

_log = structlog.get_logger(__name__)


class BlockedAdmin:
    """The blocked partnerships of one service. ``consumers`` are its own, by their names."""

    def __init__(self, service: str, database: Database, consumers: Mapping[str, Consumer]) -> None:
        self.service = service
        self._database = database
        self._consumers = consumers

    async def listed(self) -> Listed[BlockedPartition]:
        """Return the first by partnership, whichever replica met with the obstacle."""

        def look(connection: Connection) -> Listed[BlockedPartition]:
            consumers = self._consumers.keys()
            return Listed(blocked(connection, consumers, most=MOST_LISTED), number_blocked(connection, consumers))

        return await self._database.read(look)

    async def retry(self, partnership: str) -> None:
        """Have the service look at once for what the partnership lacks, and go on with it.

        Raises Problem: 404 where it is not blocked, 409 where it is still, 503 where the stream cannot be read.
        """
        found = await self._of(partnership)
        if not found:
            raise Problem(404, f"No partnership {partnership} is blocked in {self.service}.")
        note_act("retry", self.service, f"blocked partnership {partnership}")
        for each in found:
            await self._retry(each)
        if still := await self._of(partnership):
            raise Problem(409, f"{partnership} is still blocked: {as_sentence(still[0].reason)}", slug="still-blocked")
        _log.info("a blocked partnership goes on", service=self.service, partnership=partnership)

    async def _retry(self, found: BlockedPartition) -> None:
        try:
            await self._consumers[found.consumer].retry_now(found.partnership)
        except (Overloaded, Unavailable):
            raise
        except Exception as error:  # the broker's: nothing was read, and nothing has changed
            reason = in_words(error)
            _log.warning("a blocked partnership could not be tried", service=self.service, reason=reason)
            raise Problem(503, f"The stream cannot be read now: {as_sentence(reason)}", slug="broker-away") from error

    async def _of(self, partnership: str) -> Sequence[BlockedPartition]:
        consumers = self._consumers.keys()
        return await self._database.read(lambda connection: blocked(connection, consumers, partnership=partnership))
