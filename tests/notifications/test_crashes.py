"""A sender that is killed at any step leaves nothing unsent and sends nothing twice that it could know of.

Each test kills a real process with SIGKILL at a fail point and lets another one finish the work.
"""

from __future__ import annotations

import signal

import pytest

from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.listing import Wanted, listed
from services.runtime.base.clock import SystemClock
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
