"""What an operator can do about a service's dead letters: see them, have one tried again, throw one away."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from sqlalchemy import Connection

from services.runtime.base.problems import Problem
from services.runtime.base.validation_messages import as_sentence
from services.runtime.messaging import dead_letters
from services.runtime.messaging.consumer import Consumer
from services.runtime.messaging.dead_letters import DeadLetter, Gone
from services.runtime.store.database import Database, Overloaded, Unavailable
from services.runtime.web.operator_pages import MOST_LISTED, Listed
from services.runtime.web.operators import note_act

_log = structlog.get_logger(__name__)


class DeadLetterAdmin:
    """The dead letters of one service. ``consumers`` are those that can retry theirs, by their names."""

    def __init__(self, service: str, database: Database, consumers: Mapping[str, Consumer]) -> None:
        self.service = service
        self._database = database
        self._consumers = consumers

    async def listed(self) -> Listed[DeadLetter]:
        """Return the oldest letters."""

        def look(connection: Connection) -> Listed[DeadLetter]:
            return Listed(dead_letters.oldest(connection, MOST_LISTED), sum(dead_letters.numbers(connection).values()))

        return await self._database.read(look)

    async def retry(self, number: int) -> DeadLetter:
        """Have the effect of a letter come about; the letter goes with it, both or neither.

        Raises Problem: 404 where there is none of that number, 409 where it cannot be tried or fails once more.
        """
        letter = await self._letter(number)
        consumer = self._consumers.get(letter.consumer)
        if consumer is None or not letter.can_be_retried:
            raise Problem(
                409,
                f"Dead letter {number} cannot be tried again, since it is no event that a service of this deployment"
                f" sent: {as_sentence(letter.reason)} It can be discarded.",
                slug="not-an-event",
            )
        note_act("retry", self.service, f"dead letter {number}")
        try:
            await consumer.retry_letter(letter)
        except Gone as gone:
            raise Problem(404, str(gone)) from None
        except (Overloaded, Unavailable):
            raise
        except Exception as error:  # whatever the effect raises: the letter stays, and the operator reads why
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            _log.warning("a dead letter failed once more", service=self.service, number=number, reason=reason)
            raise Problem(409, f"Its effect failed once more: {as_sentence(reason)}", slug="failed-again") from error
        _log.info("a dead letter took effect", service=self.service, number=number)
        return letter

    async def discard(self, number: int) -> DeadLetter:
        """Throw a letter away. Raises Problem: 404 where there is none of that number."""
        letter = await self._letter(number)
        try:
            await self._database.write(lambda connection: dead_letters.remove(connection, letter))
        except Gone as gone:
            raise Problem(404, str(gone)) from None
        note_act("discard", self.service, f"dead letter {number}")
        _log.info("a dead letter was discarded", service=self.service, number=number, subject=letter.subject)
        return letter

    async def _letter(self, number: int) -> DeadLetter:
        letter = await self._database.read(lambda connection: dead_letters.by_number(connection, number))
        if letter is None:
            raise Problem(404, f"There is no dead letter {number} in {self.service}.")
        return letter
