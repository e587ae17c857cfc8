"""The NATS server of the tests is a real one, with its streams on disk."""

from __future__ import annotations

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from tests.parts.nats import NatsServer

STREAM = "TOOLING"
ANSWER_SECONDS = 60.0


async def connected(server: NatsServer) -> Client:
    return await nats.connect(server.url, connect_timeout=60)


async def acknowledged(jetstream: JetStreamContext, messages: int) -> None:
    await jetstream.add_stream(name=STREAM, subjects=["tooling.>"])
    for number in range(messages):
        await jetstream.publish("tooling.note", str(number).encode(), stream=STREAM)


async def test_acknowledged_messages_outlive_a_kill(own_nats_server: NatsServer) -> None:
    # given
    connection = await connected(own_nats_server)
    await acknowledged(connection.jetstream(timeout=ANSWER_SECONDS), messages=20)
    await connection.close()
    # when
    own_nats_server.kill()
    own_nats_server.start()
    # then
    connection = await connected(own_nats_server)
    kept = await connection.jetstream(timeout=ANSWER_SECONDS).stream_info(STREAM)
    await connection.close()
    assert kept.state.messages == 20


async def test_a_killed_server_is_gone_and_returns_on_the_same_port(own_nats_server: NatsServer) -> None:
    # given
    port = own_nats_server.port
    # when
    own_nats_server.kill()
    # then
    assert not own_nats_server.answers()
    own_nats_server.start()
    assert own_nats_server.port == port
    await (await connected(own_nats_server)).close()


def test_a_server_that_was_stopped_in_its_tracks_can_be_stopped_for_good(own_nats_server: NatsServer) -> None:
    # given
    own_nats_server.pause()
    # when
    own_nats_server.stop()
    # then
    assert not own_nats_server.answers()


def test_a_server_that_cannot_start_shows_its_log(own_nats_server: NatsServer, tmp_path) -> None:
    # given
    second = NatsServer(tmp_path)
    settings = tmp_path / "nats-server.conf"
    settings.write_text(settings.read_text().replace(str(second.port), str(own_nats_server.port)))
    # when
    with pytest.raises(RuntimeError, match=r"did not start; its log ends(.|\n)*address already in use"):
        second.start()
    # then
    assert not second.running


async def test_the_shared_server_and_a_test_live_on_one_loop(nats_server: NatsServer) -> None:
    connection = await connected(nats_server)
    assert connection.is_connected
    await connection.close()
