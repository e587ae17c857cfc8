"""Whether the log in this database is an older copy of the one that its stream was filled from.

A log that was restored from a copy lacks what was answered since, and the stream tells: it holds events under the
service's own seal that the log does not hold. To go on would be to write a second history beside the first; so nothing
is written until an operator has said that the copy is the log from now on (``concordat restored``), which begins a new
epoch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from nats.aio.client import Client
from nats.js.errors import NotFoundError
from sqlalchemy import Connection

from contracts.envelope import Recorded
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.retry import retry, steadily
from services.runtime.base.trouble import Trouble
from services.runtime.messaging.decoding import decode
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.stream_reader import Message, StreamReader
from services.runtime.messaging.streams import partnerships_on, subjects_of
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore

_BATCH = 2_000
_ASKED_AT_ONCE = 64
_LOOK_SECONDS = 2.0
_PATIENCE_SECONDS = 10.0


class OlderCopy:
    """What is known of a log beside its stream; ``lacks`` has the partnerships of which the log lacks events."""

    def __init__(
        self, database: Database, store: EventStore, connection: Client, keyring: Keyring, *, may_be_new: bool
    ) -> None:
        """``may_be_new`` says whether a database without any history may begin one beside what the stream holds."""
        self._database = database
        self._store = store
        self._connection = connection
        self._keyring = keyring
        self._may_be_new = may_be_new
        self._looked = asyncio.Event()
        self.lacks: dict[str, str] = {}

    async def look(self) -> None:
        """Compare the end of each partnership's log with the end of what the stream holds of it.

        Raises nats.errors.Error while the broker cannot be asked.
        """
        lasts: list[Recorded] = []
        codes = await partnerships_on(self._connection, self._keyring.stream)
        for first in range(0, len(codes), _ASKED_AT_ONCE):
            asked = codes[first : first + _ASKED_AT_ONCE]
            lasts += [last for last in await asyncio.gather(*map(self._last, asked)) if last is not None]
        self.lacks = await self._database.read(partial(self._all_lacking, lasts))

    async def keep_looking(self) -> None:
        """Look again and again, until nothing is lacking."""
        trouble = Trouble(
            __name__, "the log could not be compared with its stream", "the log has been compared with its stream"
        )
        while True:
            await retry(self.look, steadily(_LOOK_SECONDS), trouble.met)
            trouble.over()
            self._looked.set()
            if not self.lacks:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def looked(self) -> None:
        """Wait for the first look, but not for a broker that does not answer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._looked.wait()

    def lacking(self, partnership: str) -> str | None:
        """Return why nothing may be written of a partnership; None where it may."""
        said = self.lacks.get(partnership)
        return None if said is None else self._sentence(f"{partnership}: {said}")

    def check(self) -> Check:
        """Return the check of the readiness page."""

        async def probe() -> ProbeResult:
            if not self.lacks:
                return ProbeResult(True, "The log is as far as its stream.")
            several = "1 partnership lacks" if len(self.lacks) == 1 else f"{len(self.lacks)} partnerships lack"
            return ProbeResult(False, self._sentence(f"{several} events"), self.sentence())

        return Check(f"log of {self._store.name}", probe)

    def sentence(self) -> str:
        """Return what is to be said of it, and the command that leads out."""
        return self._sentence("; ".join(f"{code}: {said}" for code, said in sorted(self.lacks.items())))

    def _sentence(self, told: str) -> str:
        return (
            f"The log of {self._store.name} is an older copy ({told}). Restore a newer one, or make this one the log"
            f" with: concordat restored {self._store.name}"
        )

    async def _last(self, code: str) -> Recorded | None:
        """Return the partnership's last event on the stream that bears the service's own seal."""
        subjects = subjects_of(self._keyring.stream, code)
        try:
            last = await self._connection.jsm().get_last_msg(self._keyring.stream, subjects)
        except NotFoundError:
            return None
        found = self._events([Message(0, last.subject or "", last.data or b"", None, 0)])
        return found[-1] if found else await self._last_behind_unsealed(subjects)

    async def _last_behind_unsealed(self, subjects: str) -> Recorded | None:
        found: list[Recorded] = []
        async with StreamReader(self._connection, self._keyring.stream, [subjects]) as reader:
            outstanding = reader.total
            while outstanding > 0:
                messages = await reader.batch(_BATCH)
                outstanding -= len(messages)
                found = [*found[-1:], *self._events(messages)]
        return found[-1] if found else None

    def _events(self, messages: list[Message]) -> list[Recorded]:
        return [each for each in decode(messages, self._keyring.seals()) if isinstance(each, Recorded)]

    def _all_lacking(self, lasts: Iterable[Recorded], connection: Connection) -> dict[str, str]:
        """Say by partnership what the log lacks of those whose streams end with ``lasts``."""
        epoch = self._store.epoch(connection)
        may_be_new = self._may_be_new or self._store.epochs_begun(connection) > 1
        ours = (last for last in lasts if not (may_be_new and last.epoch < epoch))  # not from before it was begun anew
        said = {last.partnership: self._lacking(last, connection) for last in ours}
        return {code: lacking for code, lacking in said.items() if lacking is not None}

    def _lacking(self, last: Recorded, connection: Connection) -> str | None:
        """Say what the log lacks of a partnership whose stream ends with ``last``; None where it lacks nothing."""
        held = self._store.position(connection, last.partnership)
        if last.version > held.version:
            return f"it ends with event {held.version:,}, and event {last.version:,} was sent"
        stored = self._store.read_stored(connection, last.partnership, last.version - 1, limit=1)
        if [event.chain for event in stored] != [last.chain]:
            return f"its event {last.version:,} is another than the one that was sent"
        return None
