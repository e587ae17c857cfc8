"""Looking for the events of one partnership in a stream, wherever in it they are."""

from __future__ import annotations

from collections.abc import Mapping

from nats.aio.client import Client

from contracts.envelope import Position, Recorded, follows
from services.runtime.messaging.decoding import decode
from services.runtime.messaging.keyring import Keyring
from services.runtime.messaging.stream_reader import StreamReader
from services.runtime.messaging.streams import subjects_of

_BATCH = 2_000


async def find_following(connection: Client, keyring: Keyring, partnership: str, position: Position) -> list[Recorded]:
    """Return the events of the partnership that continue ``position``, as far as the stream holds them unbroken.

    The stream, that of the ``keyring``, may hold them twice, out of order, or beside false ones and those of another
    epoch: each is found by its seal, its epoch, its version and its chain. Before the first event the latest epoch
    counts. Raises ReadingLost when the stream cannot be read to its end.
    """
    stream = keyring.stream
    candidates: dict[int, list[Recorded]] = {}
    async with StreamReader(connection, stream, [subjects_of(stream, partnership)]) as reader:
        outstanding = reader.total
        while outstanding > 0:
            messages = await reader.batch(_BATCH)
            outstanding -= len(messages)
            for each in decode(messages, keyring.seals()):
                if isinstance(each, Recorded) and each.version > position.version:
                    candidates.setdefault(each.version, []).append(each)
    epoch = position.epoch
    if not epoch and position.version == 0:
        epoch = max((event.epoch for each in candidates.values() for event in each), default="")
    found: list[Recorded] = []
    while (event := _next_of(position, candidates, epoch)) is not None:
        found.append(event)
        position, epoch = event.position, event.epoch
    return found


async def fallen_short(connection: Client, keyring: Keyring, held: Mapping[str, Position]) -> list[str]:
    """Return a sentence for each partnership of which the stream holds less than a consumer has taken in.

    ``held`` says how far that is. A log of a later epoch counts as whole: it may well be shorter than it was.
    """
    short = []
    for code, position in sorted(held.items()):
        found = await find_following(connection, keyring, code, Position())
        version, _, epoch = found[-1].position if found else Position()
        if version < position.version and epoch <= position.epoch:
            short.append(
                f"the stream holds {version:,} of the {position.version:,} events of {code} that were taken in"
            )
    return short


def _next_of(position: Position, candidates: dict[int, list[Recorded]], epoch: str) -> Recorded | None:
    following = candidates.get(position.version + 1, ())
    return next((event for event in following if epoch in ("", event.epoch) and follows(position, event)), None)
