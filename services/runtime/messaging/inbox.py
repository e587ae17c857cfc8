"""What each consumer has taken in: the last version per partnership, kept in the transaction of its own effects.

Beside it stands the epoch of the log that it was taken from. Where a later one comes, the log was restored or begun
anew: what was taken of a partnership is forgotten and taken again from its first event; and what still comes of an
earlier epoch is passed over.

However often, late or out of order the broker delivers, an event takes effect once and in its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import Enum

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    true,
    update,
)

from contracts.envelope import ChainBroken, Position, Recorded, link
from services.runtime.store.driver import Prepared

metadata = MetaData()
positions = Table(
    "positions",
    metadata,
    Column("consumer", String(64), primary_key=True),
    Column("partnership", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("epoch", String(40), nullable=False, server_default=""),
)

_place = (positions.c.version, positions.c.chain, positions.c.epoch)
_in_partnerships = (positions.c.consumer == bindparam("by")) & (
    positions.c.partnership.in_(bindparam("of", expanding=True))
)
_known = (
    select(positions.c.partnership, *_place)
    .where(_in_partnerships)
    .order_by(positions.c.partnership)  # all replicas lock in one order
    .with_for_update()
)
_known_of_one = Prepared(
    select(positions.c.partnership, *_place)
    .where(positions.c.consumer == bindparam("by"), positions.c.partnership == bindparam("of"))
    .with_for_update()
)
_one = select(*_place).where(positions.c.consumer == bindparam("by"), positions.c.partnership == bindparam("of"))
_all_known = select(positions.c.partnership, *_place).where(positions.c.consumer == bindparam("by"))
_move = Prepared(
    update(positions)
    .where(positions.c.consumer == bindparam("by"), positions.c.partnership == bindparam("of"))
    .values(version=bindparam("to_version"), chain=bindparam("to_chain"), epoch=bindparam("to_epoch"))
)
_begin = insert(positions)


Rewind = Callable[[Connection, str], None]
"""Forgets what came of a partnership's events, which are about to be taken in from the first one again."""


def leave_all(_connection: Connection, _partnership: str) -> None:
    """Rewind nothing: what came of the events stands, and each effect is such that it comes about once."""


class Verdict(Enum):
    """What an event is to a consumer that stands at a position."""

    NEXT = "next"
    DUPLICATE = "duplicate"
    GAP = "gap"
    ANEW = "anew"
    """It is of a later epoch of its log than what was taken in."""


def judge(position: Position, event: Recorded) -> Verdict:
    """Say what ``event`` is to a consumer at ``position``: the next one, one it has had, or one with others before it.

    An event of an earlier epoch counts as had. Raises ChainBroken where its version fits and its chain does not: two
    histories have met.
    """
    if event.epoch and position.epoch and event.epoch != position.epoch:
        return Verdict.ANEW if event.epoch > position.epoch else Verdict.DUPLICATE
    if event.version > position.version + 1:
        return Verdict.GAP
    if event.version == position.version + 1:
        if link(position.chain, event.body) != event.chain:
            raise ChainBroken(f"event {event.id} does not continue the history that was taken in up to here")
        return Verdict.NEXT
    if event.version == position.version and event.chain != position.chain:
        raise ChainBroken(f"event {event.id} is not the one that was taken in under this version")
    return Verdict.DUPLICATE


def take(connection: Connection, consumer: str, event: Recorded, rewind: Rewind = leave_all) -> Verdict:
    """Judge ``event`` and, if it is the next one, move the consumer's position past it.

    The effect belongs into the same transaction. ``rewind`` is called where the event is of a later epoch. Raises
    ChainBroken as ``judge`` does.
    """
    known = known_positions(connection, consumer, [event.partnership])
    verdict = judge(known.get(event.partnership, Position()), event)
    if verdict is Verdict.ANEW:
        begun = Position(epoch=event.epoch)
        rewind(connection, event.partnership)
        move(connection, consumer, known, {event.partnership: begun})
        verdict = judge(begun, event)
    if verdict is Verdict.NEXT:
        move(connection, consumer, known, {event.partnership: event.position})
    return verdict


def known_positions(connection: Connection, consumer: str, partnerships: Collection[str]) -> dict[str, Position]:
    """Return where the consumer stands in those of the ``partnerships`` that it knows, and hold others off them.

    Other replicas of the consumer wait until this transaction ends.
    """
    if len(partnerships) == 1:
        [one] = partnerships
        rows = _known_of_one(connection, by=consumer, of=one)
    else:
        rows = connection.execute(_known, {"by": consumer, "of": sorted(partnerships)})
    return {partnership: Position(*place) for partnership, *place in rows}


def position(connection: Connection, consumer: str, partnership: str) -> Position:
    """Return where the consumer stands in a partnership; version 0 where it does not know it."""
    row = connection.execute(_one, {"by": consumer, "of": partnership}).first()
    return Position(*row) if row else Position()


def all_positions(connection: Connection, consumer: str) -> dict[str, Position]:
    """Return where the consumer stands in every partnership that it knows."""
    rows = connection.execute(_all_known, {"by": consumer})
    return {row.partnership: Position(row.version, row.chain, row.epoch) for row in rows}


def move(connection: Connection, consumer: str, known: Mapping[str, Position], reached: Mapping[str, Position]) -> None:
    """Write down the positions ``reached``; ``known`` says which partnerships had one before.

    Raises IntegrityError when another replica began with the same partnership at the same moment: try again.
    """
    begun = [
        {"consumer": consumer, "partnership": partnership, **position._asdict()}
        for partnership, position in reached.items()
        if partnership not in known
    ]
    if begun:
        connection.execute(_begin, begun)
    for partnership, (version, chain, epoch) in reached.items():
        if partnership in known:
            _move(connection, by=consumer, of=partnership, to_version=version, to_chain=chain, to_epoch=epoch)


def forget(connection: Connection, consumer: str, partnership: str | None = None) -> None:
    """Drop positions of the consumer, one or all: it begins again with the first event of the partnership."""
    of = true() if partnership is None else positions.c.partnership == partnership
    connection.execute(delete(positions).where(positions.c.consumer == consumer, of))
