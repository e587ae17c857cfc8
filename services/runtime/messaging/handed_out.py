"""What a durable has handed over and nobody answered: the broker would wait for a minute with it.

Whoever was handed it may have been killed, or its answer was lost with the connection; and a broker that is killed
forgets the last answers that it was given, because it writes them down a moment later.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from nats.aio.client import Client

from services.runtime.messaging.stream_reader import Message, StreamReader
from services.runtime.messaging.streams import Durable, subjects_of


async def take_and_answer(
    connection: Client, durable: Durable, take: Callable[[Sequence[Message]], Awaitable[None]], at_once: int
) -> None:
    """Have ``take`` take in all that was handed over since the first unanswered message, ``at_once`` at most at a time.

    What was answered meanwhile is among it; it is taken in and answered without harm. Raises ReadingLost when the
    stream cannot be read to its end, and what ``take`` raises.
    """
    info = await connection.jsm().consumer_info(durable.stream, durable.name)
    if not info.num_ack_pending or info.delivered is None or info.ack_floor is None:
        return
    first, last = info.ack_floor.stream_seq + 1, info.delivered.stream_seq
    async with StreamReader(connection, durable.stream, [subjects_of(durable.stream)], first) as reader:
        left = reader.total
        while left > 0:
            read = await reader.batch(at_once)
            left -= len(read)
            handed_over = [message for message in read if message.sequence <= last]
            if len(handed_over) < len(read):
                left = 0
            if handed_over:
                await take(handed_over)
            for message in handed_over:
                await connection.publish(_answer_to(durable, message))


def _answer_to(durable: Durable, message: Message) -> str:
    """Return the subject that answers for a message, whoever was handed it.

    Of $JS.ACK.stream.consumer.deliveries.stream sequence.consumer sequence.time.pending, a durable on which each
    message is answered for itself goes by the sequence in the stream alone.
    """
    return f"$JS.ACK.{durable.stream}.{durable.name}.1.{message.sequence}.{message.sequence}.0.0"
