"""What a stream holds, read the plain way, and putting events into it by hand."""

from __future__ import annotations

from collections.abc import Iterable

from nats.aio.client import Client
from nats.js.api import RawStreamMsg

from contracts.envelope import Recorded
from services.runtime.messaging.streams import subject_of
from tests.parts.nats import patient
from tests.parts.seals import EPOCH, opened, sealed


async def messages_in(connection: Client, stream: str) -> list[RawStreamMsg]:
    """Return the messages of a stream, in order."""
    manager = patient(connection)
    state = (await manager.stream_info(stream)).state
    numbers = range(state.first_seq, state.last_seq + 1) if state.messages else ()
    return [await manager.get_msg(stream, number) for number in numbers]


async def events_in(connection: Client, stream: str) -> list[Recorded]:
    """Return the events of a stream, in order, as they lie in the log."""
    return [opened(stream, message.data or b"")._replace(epoch="") for message in await messages_in(connection, stream)]


async def put(connection: Client, stream: str, events: Iterable[Recorded], epoch: str = EPOCH) -> None:
    """Publish events as they are, in the order given."""
    jetstream = patient(connection)
    for event in events:
        subject = subject_of(stream, event.partnership, event.fact.slug())
        await jetstream.publish(subject, sealed(stream, event, epoch), stream=stream)
