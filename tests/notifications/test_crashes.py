"""A sender that is killed at any step leaves nothing unsent and sends nothing twice that it could know of.

Each test kills a real process with SIGKILL at a fail point and lets another one finish the work.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection

from services.notifications.intake.notices import Notice
from services.notifications.queue import deliveries
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.listing import Wanted, listed
from services.runtime.base.clock import SystemClock
from services.runtime.store.database import Unavailable
from tests.notifications import logs
from tests.notifications.deployment import Deployment, addresses
from tests.parts.waiting import until

KILLED = -signal.SIGKILL


async def finish(deployment: Deployment) -> list[tuple[DeliveryState, int]]:
    """Let another replica finish; return state and doubts of each delivery."""
    async with deployment.service(SystemClock()) as service:

        def rows() -> list[Delivery]:
            return service.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))

        await until(lambda: [row.state for row in rows()] == [DeliveryState.SENT] * len(logs.BOARD))
        return [(row.state, row.doubts) for row in reversed(rows())]


@pytest.mark.parametrize(
    "failpoint",
    ["consumer.committed", "consumer.committed:2", "delivery.attempted", "delivery.attempted:3", "delivery.recorded:2"],
)
async def test_each_recipient_gets_the_pack_once_when_the_service_is_killed(
    deployment: Deployment, failpoint: str
) -> None:
    # given
    await deployment.found()
    await deployment.announce(logs.issued())
    process = deployment.process(failpoint)
    try:
        assert await process.died() == KILLED
    finally:
        process.kill()
    # when
    finished = await finish(deployment)
    # then
    assert finished == [(DeliveryState.SENT, 0)] * len(logs.BOARD)
    assert sorted(deployment.received()) == addresses(logs.BOARD)
    assert len(deployment.smtp.messages) == len(logs.BOARD)


async def test_a_message_that_was_handed_over_when_the_service_was_killed_goes_out_under_its_own_message_id(
    deployment: Deployment,
) -> None:
    # given a process that dies when the mail server has all of a message but its last byte
    await deployment.found()
    await deployment.announce(logs.issued())
    process = deployment.process("delivery.handed_over:2")
    try:
        assert await process.died() == KILLED
    finally:
        process.kill()
    before = dict(deployment.received())
    # when
    finished = await finish(deployment)
    # then it is known to be in doubt, and nothing is lost
    assert len(before) == 1
    assert sorted(finished) == sorted([(DeliveryState.SENT, 0)] * 3 + [(DeliveryState.SENT, 1)])
    assert sorted(deployment.received()) == addresses(logs.BOARD)
    assert len(deployment.smtp.messages) == len(logs.BOARD)
    assert all(len(set(ids)) == 1 for ids in deployment.received().values())


async def test_an_e_mail_that_was_claimed_without_the_sender_hearing_of_it_goes_out_once(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim was stored, and the word of that was lost with the connection; the sender keeps its lease."""
    await deployment.found()
    async with deployment.service(SystemClock()) as service:
        # given
        write, unheard = service.database.write, []

        async def write_unheard(effect: Callable[[Connection], object], **given: Any) -> object:
            result = await write(effect, **given)
            if not unheard and isinstance(result, tuple) and isinstance(result[0], Delivery):
                unheard.append(result[0])
                raise Unavailable("the connection was lost")
            return result

        monkeypatch.setattr(service.database, "write", write_unheard)
        # when
        await deployment.announce(logs.issued())
        # then
        await until(lambda: len(deployment.smtp.messages) == len(logs.BOARD), what="every e-mail")
    assert len(unheard) == 1
    assert sorted(deployment.received()) == addresses(logs.BOARD)


async def test_a_process_that_is_told_to_stop_finishes_what_it_sends(deployment: Deployment) -> None:
    # given
    deployment.smtp.answer_after(0.4)
    await deployment.found()
    await deployment.announce(logs.issued())
    process = deployment.process()
    try:
        await until(lambda: deployment.smtp.messages)
        # when
        await process.stop()
    finally:
        process.kill()
    finished = await finish(deployment)
    # then
    assert finished == [(DeliveryState.SENT, 0)] * len(logs.BOARD)
    assert len(deployment.smtp.messages) == len(logs.BOARD)


async def test_what_is_being_claimed_as_the_service_is_told_to_stop_is_sent_to_its_end(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: a service that is told to stop between the claim of the second e-mail and its answer
    await deployment.found()
    await deployment.announce(logs.issued())
    claim, claimed, goes_on = deliveries.claim, Event(), Event()
    taken: list[int] = []

    def claim_slowly(connection: Connection, fence: int, now: datetime) -> tuple[Delivery, Notice] | None:
        found = claim(connection, fence, now)
        if found is not None:
            taken.append(found[0].id)
            if len(taken) == 2:
                claimed.set()
                goes_on.wait()
        return found

    monkeypatch.setattr(deliveries, "claim", claim_slowly)
    async with deployment.service(SystemClock()) as service:
        await until(claimed.is_set)
        assert service.sender is not None
        stopping = asyncio.create_task(service.sender.stop())
        await asyncio.sleep(0)
        goes_on.set()
        await stopping
        # then
        rows = service.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
        assert {row.id for row in rows if row.state is DeliveryState.SENT} == set(taken)
        assert len(deployment.smtp.messages) == len(taken) == 2
    monkeypatch.undo()
    assert await finish(deployment) == [(DeliveryState.SENT, 0)] * len(logs.BOARD)
    assert len(deployment.smtp.messages) == len(logs.BOARD)
