"""Looking for the events of one partnership in a stream, wherever in it they are."""

from __future__ import annotations

from nats.aio.client import Client

from contracts.envelope import Position, Recorded, follows
from services.runtime.intake import decode
from services.runtime.keyring import Keyring
from services.runtime.stream_reader import StreamReader
from services.runtime.streams import subjects_of

_BATCH = 2_000


async def find_following(connection: Client, keyring: Keyring, partnership: str, position: Position) -> list[Recorded]:
    """Return the events of the partnership that continue ``position``, as far as the stream holds them unbroken.

    The stream, that of the ``keyring``, may hold them twice, out of order, or beside false ones: each is found by its
    seal, its version and its chain. Raises ReadingLost when the stream cannot be read to its end.
    """
    stream = keyring.stream
    candidates: dict[int, list[Recorded]] = {}
    async with StreamReader(connection, stream, subjects_of(stream, partnership)) as reader:
        to_come = reader.total
        while to_come > 0:
            messages = await reader.batch(_BATCH)
            to_come -= len(messages)
            for arrived in decode(messages, keyring.seals()):
                if isinstance(arrived, Recorded) and arrived.version > position.version:
                    candidates.setdefault(arrived.version, []).append(arrived)
    found: list[Recorded] = []
    while (event := _next_of(position, candidates)) is not None:
        found.append(event)
        position = event.position
    return found


def _next_of(position: Position, candidates: dict[int, list[Recorded]]) -> Recorded | None:
    return next((event for event in candidates.get(position.version + 1, ()) if follows(position, event)), None)
