"""The publisher: of what is on its way to a stream, only an acknowledged beginning of each partnership counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from nats.aio.client import Client
from nats.js.api import StreamConfig

from contracts.envelope import Recorded
from services.runtime.messaging import publisher as publishers
from services.runtime.messaging.publisher import WINDOW, NotAcknowledged, Publisher
from services.runtime.store.event_store import Stored
from tests.parts.nats import patient
from tests.parts.seals import EPOCH, keyring
from tests.parts.waiting import STILL_SECONDS, until
from tests.runtime.ledger import run_of
from tests.runtime.stream_contents import events_in


class Publishing:
    """A publisher to a stream, and what it has said to be acknowledged."""

    def __init__(self, connection: Client, stream: str) -> None:
        self.acknowledged: list[tuple[str, int]] = []
        self.publisher = Publisher(
            connection, keyring(stream), lambda event: self.acknowledged.append((event.partnership, event.version))
        )


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the machine stand still, no acknowledgement comes too late."""
    monkeypatch.setattr(publishers, "_ACKNOWLEDGE_SECONDS", STILL_SECONDS)


@pytest.fixture
def publishing(connection: Client, stream: str) -> Publishing:
    return Publishing(connection, stream)


def stored(events: Sequence[Recorded]) -> list[Stored]:
    return [Stored(event.partnership, event.version, event.body, event.chain, None) for event in events]


async def test_what_is_acknowledged_is_told_in_order_and_makes_room(
    publishing: Publishing, connection: Client, stream: str
) -> None:
    events = run_of(5, stream=stream.lower())

    await publishing.publisher.send(stored(events[:3]), EPOCH)
    await publishing.publisher.send(stored(events[3:]), EPOCH)
    assert publishing.publisher.room == WINDOW - 5
    await publishing.publisher.settled()

    assert publishing.acknowledged == [("LAP", version) for version in range(1, 6)]
    assert publishing.publisher.room == WINDOW
    assert [event.version for event in await events_in(connection, stream)] == [1, 2, 3, 4, 5]


async def test_behind_an_event_that_is_not_acknowledged_nothing_of_its_partnership_counts(
    publishing: Publishing, connection: Client, stream: str
) -> None:
    settings = (await patient(connection).stream_info(stream)).config
    await patient(connection).update_stream(StreamConfig(**{**vars(settings), "max_msg_size": 4_000}))
    first, large, third = stored(run_of(3, "LAP", stream=stream.lower()))
    large = large._replace(body=large.body[:-1] + b',"more":"%s"}' % (b"x" * 5_000))
    [other] = stored(run_of(1, "SEM", stream=stream.lower()))

    publisher = publishing.publisher
    await publisher.send([first, large, third, other], EPOCH)
    await until(lambda: [each.answer is not None for each in publisher._on_their_way] == [True, True, True])
    with pytest.raises(NotAcknowledged, match="message size exceeds maximum allowed"):
        publisher.check()

    assert publishing.acknowledged == [("LAP", 1), ("SEM", 1)]
    assert publishing.publisher.room == WINDOW


async def test_what_is_forgotten_on_its_way_does_not_count_when_it_is_acknowledged(
    publishing: Publishing, connection: Client, stream: str
) -> None:
    first, second = stored(run_of(2, stream=stream.lower()))

    await publishing.publisher.send([first], EPOCH)
    publishing.publisher.forget()
    await publishing.publisher.send([second], EPOCH)
    await publishing.publisher.settled()

    assert publishing.acknowledged == [("LAP", 2)]
