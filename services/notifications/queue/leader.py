"""Of several replicas, the one that sends: it holds a lease, and picks up what its predecessor left behind.

One sender keeps the limits on connections and pace true for the whole deployment. The others take events in and answer
requests, and one of them takes over within seconds when the sender is gone.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from services.notifications.queue import deliveries
from services.runtime.base.clock import Clock
from services.runtime.base.retry import keep_doing, steadily
from services.runtime.base.trouble import Trouble
from services.runtime.store.database import Database, Overloaded, Unavailable
from services.runtime.store.lease import Lease

_LEASE_SECONDS = 6.0
_RENEWAL_SECONDS = 1.5
_log = structlog.get_logger(__name__)


class Leader:
    """Claims for this replica to be the sender. ``fence`` is None while another one is."""

    def __init__(self, database: Database, clock: Clock, something_is_due: Callable[[], None]) -> None:
        """``something_is_due`` is called whenever duty begins, and by whoever puts something into the queue."""
        self.lease = Lease(database, "notifications.sender", seconds=_LEASE_SECONDS)
        self._database = database
        self._clock = clock
        self.something_is_due = something_is_due
        self.fence: int | None = None

    async def keep(self) -> None:
        """Take the lease as soon as it is free and renew it for as long as this runs."""
        trouble = Trouble(__name__, "the sender's lease could not be renewed", "the sender's lease is renewed again")
        await keep_doing(self._renew, trouble, steadily(_RENEWAL_SECONDS), every=_RENEWAL_SECONDS)

    async def end(self) -> None:
        """Let another replica send."""
        self.fence = None
        try:
            await self.lease.release()
        except (Unavailable, Overloaded) as error:
            _log.warning("the sender's lease could not be given back; it runs out by itself", reason=str(error))

    async def _renew(self) -> None:
        fence = await self.lease.renew()
        if fence is None or fence == self.fence:
            self.fence = fence
            return
        now = self._clock.now()
        recovered = await self._database.write(lambda connection: deliveries.recover(connection, fence, now))
        _log.info("this replica sends e-mail from now on", fence=fence, taken_over=recovered)
        self.fence = fence
        self.something_is_due()
