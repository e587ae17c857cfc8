"""What a durable has handed to somebody who never answered: the broker would wait for a minute with it."""

from __future__ import annotations

from nats.aio.client import Client

from services.runtime.messaging.stream_reader import Message, StreamReader
from services.runtime.messaging.streams import IN_FLIGHT, Durable, subjects_of


async def handed_out(connection: Client, durable: Durable) -> list[Message]:
    """Return the last messages that were handed out, if any of them was not answered.

    Raises ReadingLost when the stream cannot be read to its end.
    """
    info = await connection.jsm().consumer_info(durable.stream, durable.name)
    if not info.num_ack_pending or info.delivered is None or info.ack_floor is None:
        return []
    last = info.delivered.stream_seq
    first = max(info.ack_floor.stream_seq, last - IN_FLIGHT) + 1
    found: list[Message] = []
    async with StreamReader(connection, durable.stream, subjects_of(durable.stream), first) as reader:
        while len(found) < reader.total and (not found or found[-1].sequence < last):
            found += await reader.batch(IN_FLIGHT)
    return found
