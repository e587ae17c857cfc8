"""Streams and durables: declared once, brought up to date, and compared with what is there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import StorageType, StreamInfo
from nats.js.errors import ServerError
from nats.js.manager import JetStreamManager

from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.streams import Durable, durable_settings, stream_settings
from tests.faults.proxy import Proxy
from tests.parts.nats import NatsServer, patient
from tests.parts.waiting import STILL_SECONDS, until
from tests.runtime.ledger import run_of
from tests.runtime.stream_contents import messages_in, put


async def test_a_stream_keeps_everything_on_disk(connection: Client, stream: str) -> None:
    config = (await patient(connection).stream_info(stream)).config

    assert config.subjects == [f"{stream.lower()}.>"]
    assert config.storage == StorageType.FILE
    assert (config.max_age, config.max_msgs, config.max_bytes) == (0, -1, -1)


async def test_applying_again_changes_nothing_and_has_nothing_to_say(connection: Client, stream: str) -> None:
    durable = Durable(stream, "mail")
    await put(connection, stream, run_of(3))

    assert await streams.apply(connection, streams=[stream], durables=[durable]) == []
    assert await streams.apply(connection, streams=[stream], durables=[durable]) == []
    assert len(await messages_in(connection, stream)) == 3


async def test_a_stream_is_numbered_by_a_persons_word_alone_and_stays_as_it_is_where_it_is_applied_again(
    connection: Client, stream: str
) -> None:
    async def is_numbered() -> bool:
        return (await patient(connection).stream_info(stream)).config.subject_transform is not None

    assert not await is_numbered()
    for word in (True, False):
        await streams.apply(connection, numbered=word, streams=[stream], durables=[])
        assert await is_numbered() is word
        await streams.apply(connection, streams=[stream], durables=[])
        assert await is_numbered() is word


async def test_a_broker_that_is_not_well_for_a_moment_is_asked_again(
    connection: Client, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: a stream of this name was deleted a moment ago, and its store is not gone yet
    await patient(connection).delete_stream(stream)
    add_stream = JetStreamManager.add_stream
    troubles = [ServerError(code=500, err_code=10049, description="error creating store for stream")]

    async def troubled(manager: JetStreamManager, *arguments: Any, **named: Any) -> StreamInfo:
        if troubles:
            raise troubles.pop()
        return await add_stream(manager, *arguments, **named)

    monkeypatch.setattr(JetStreamManager, "add_stream", troubled)

    # when
    await streams.apply(connection, streams=[stream], durables=[])

    # then
    assert (await patient(connection).stream_info(stream)).config.name == stream


async def test_a_limit_that_crept_in_is_taken_out(connection: Client, stream: str) -> None:
    await patient(connection).update_stream(replace(stream_settings(stream), max_age=3600.0))

    await streams.apply(connection, streams=[stream], durables=[])

    assert (await patient(connection).stream_info(stream)).config.max_age == 0


async def test_an_answer_that_is_lost_with_the_connection_is_asked_for_again(
    nats_server: NatsServer, connection: Client, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: a network in which the first question gets lost
    monkeypatch.setattr(streams, "_ANSWER_SECONDS", 1.0)
    durable = Durable(stream, "mail")
    with Proxy(nats_server.port) as network:
        asking = await connect(BrokerAddress(network.url), "test")
        network.black_hole()

        # when
        applied = asyncio.create_task(streams.apply(asking, streams=[stream], durables=[durable]))
        await asyncio.sleep(0.2)
        network.cut()
        network.heal()

        # then
        assert await applied == []
        await asking.close()
    assert (await patient(connection).consumer_info(stream, "mail")).config.durable_name == "mail"


async def test_a_durable_with_other_settings_is_reported_and_left_alone(connection: Client, stream: str) -> None:
    durable = Durable(stream, "mail")
    await patient(connection).add_consumer(stream, replace(durable_settings(durable), max_deliver=5))

    [difference] = await streams.apply(connection, streams=[stream], durables=[durable])

    assert difference.startswith(f"the durable mail of {stream} has max_deliver 5 where -1 is wanted")
    assert (await patient(connection).consumer_info(stream, "mail")).config.max_deliver == 5


async def test_a_durable_from_which_messages_were_pulled_hands_them_over_from_where_it_stood(
    connection: Client, stream: str
) -> None:
    # given: a durable as an earlier Concordat declared it, which has answered two of three messages
    durable = Durable(stream, "mail")
    pulled = replace(durable_settings(durable), deliver_subject=None, deliver_group=None, max_ack_pending=10_000)
    await patient(connection).add_consumer(stream, pulled)
    await put(connection, stream, run_of(3))
    subscription = await patient(connection).pull_subscribe_bind("mail", stream)
    for message in await subscription.fetch(2, timeout=STILL_SECONDS):
        await message.ack_sync(timeout=STILL_SECONDS)

    # when
    differences = [await streams.apply(connection, streams=[stream], durables=[durable]) for _ in range(2)]

    # then
    assert differences == [[], []]
    handed: list[int] = []

    async def take(message: Msg) -> None:
        handed.append(message.metadata.sequence.stream)

    await connection.subscribe(durable.subject, durable.name, cb=take)
    await until(lambda: handed == [3])
