"""What people at the queue can do: look at it, and send again what failed. Pages and API stand on this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from domain.register.people import Person
from services.notifications import pack_files
from services.notifications.intake import known_people, read_model
from services.notifications.intake.notices import NoticeKind
from services.notifications.intake.read_model import PartnershipRecord
from services.notifications.pack_files import Paper
from services.notifications.queue import deliveries, listing, outcomes
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.listing import Reach, Wanted
from services.runtime.access.identity import Caller, refuse_all_but_the_secretary
from services.runtime.base.clock import Clock
from services.runtime.base.problems import Problem
from services.runtime.store.database import Database

Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue of one partnership. ``older`` says whether there is more behind it.

    ``reach`` is that of the pack, where it is one that is asked for.
    """

    partnership: PartnershipRecord
    partner_names: dict[str, str]
    people: dict[str, Person]
    deliveries: tuple[Delivery, ...]
    older: bool
    counts: dict[DeliveryState, int]
    reach: Reach | None
    unfetched: tuple[Paper, ...]


class QueueAdmin:
    """Reads the queue and puts back into it."""

    def __init__(self, database: Database, clock: Clock, wake: Callable[[], None]) -> None:
        self.clock = clock
        self._database = database
        self._wake = wake

    async def partnerships(self) -> list[tuple[PartnershipRecord, dict[DeliveryState, int]]]:
        """Return all partnerships, each with how many of its deliveries stand in which state."""
        return await self._database.read(
            lambda connection: [
                (each, listing.counts(connection, each.code)) for each in read_model.partnerships(connection)
            ]
        )

    async def view(self, code: str, wanted: Wanted, limit: int = listing.PAGE) -> QueuePage:
        """Return a page of a partnership's queue. Raises Problem: 404 where there is no such partnership."""

        def look(connection: Connection) -> QueuePage:
            pack = wanted.about if wanted.kind is NoticeKind.PACK else None
            found = listing.listed(connection, code, wanted, limit + 1)
            return QueuePage(
                partnership=_known(connection, code),
                partner_names=known_people.partner_names(connection, code),
                people={each.id: each for each in known_people.people(connection, code)},
                deliveries=tuple(found[:limit]),
                older=len(found) > limit,
                counts=listing.counts(connection, code, wanted.kind, wanted.about),
                reach=listing.reach(connection, code, pack) if pack else None,
                unfetched=tuple(
                    paper for paper in pack_files.missing(connection) if paper.partnership == code and paper.problem
                ),
            )

        return await self._database.read(look)

    async def read(self, code: str, wanted: Wanted, take: Callable[[Iterator[Delivery]], Taken]) -> Taken:
        """Return what ``take`` makes of a partnership's deliveries, newest first. Raises Problem: 404."""

        def look(connection: Connection) -> Taken:
            _known(connection, code)
            return take(listing.each(connection, code, wanted))

        return await self._database.read(look)

    async def counts(self, code: str) -> dict[DeliveryState, int]:
        """Return how many of a partnership's deliveries stand in which state. Raises Problem: 404."""

        def look(connection: Connection) -> dict[DeliveryState, int]:
            _known(connection, code)
            return listing.counts(connection, code)

        return await self._database.read(look)

    async def failed_lately(self, code: str) -> int:
        """Return how many of a partnership's deliveries failed in the last fortnight, and were not sent again."""
        return await self._database.read(partial(listing.failed_lately, partnership=code, now=self.clock.now()))

    async def delivery(self, code: str, number: int) -> Delivery:
        """Return one delivery. Raises Problem: 404."""
        return await self._database.read(lambda connection: _delivery(connection, code, number))

    async def send_again(
        self,
        code: str,
        numbers: Sequence[int],
        caller: Caller,
        check: Callable[[Delivery], None] = lambda _: None,
    ) -> list[Delivery]:
        """Put deliveries that failed back into the queue, all or none; return them as they are then.

        ``check`` raises where one is not as the caller saw it.
        Raises Problem: 403 for a caller who acts for somebody other than the secretary, 404 for one that does not
        exist, 409 for one that neither failed nor was omitted.
        """

        def put_back(connection: Connection) -> list[Delivery]:
            now = self.clock.now()
            today = now.astimezone(_known(connection, code).zone).date()
            refuse_all_but_the_secretary(
                caller, code, lambda person: read_model.roles_of(connection, code, person, today), "send e-mails again"
            )
            for number in numbers:
                delivery = _delivery(connection, code, number)
                check(delivery)
                if not outcomes.send_again(connection, delivery, now):
                    raise Problem(
                        409,
                        f"Delivery {number} is {delivery.state}; one that failed or was omitted can be sent again.",
                        slug="not-failed",
                    )
            return [_delivery(connection, code, number) for number in numbers]

        again = await self._database.write(put_back)
        self._wake()
        return again


def _known(connection: Connection, code: str) -> PartnershipRecord:
    found = read_model.partnership(connection, code)
    if found is None:
        raise Problem(404, f"There is no partnership {code}.")
    return found


def _delivery(connection: Connection, code: str, number: int) -> Delivery:
    found = deliveries.by_id(connection, number, code)
    if found is None:
        raise Problem(404, f"There is no delivery {number} in {code}.")
    return found
