"""Followers that share a stream: each takes in some of the partnerships, and what one leaves another goes on with."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence

import pytest
from nats.aio.client import Client
from sqlalchemy import Connection

from contracts.envelope import Recorded
from services.runtime.base.tasks import end
from services.runtime.messaging import follower as followers
from services.runtime.messaging import members, streams
from services.runtime.messaging.broker import BrokerAddress, connect
from services.runtime.messaging.decoding import UnsealedMessage, decode
from services.runtime.messaging.follower import SCHEMAS, Follower
from services.runtime.messaging.members import Membership
from services.runtime.messaging.parts import ALL_PARTS, part_of
from services.runtime.messaging.stream_reader import Message
from services.runtime.messaging.streams import subjects_of
from services.runtime.store.database import Database
from tests.parts.nats import NatsServer, patient
from tests.parts.seals import keyring, sealed
from tests.parts.tables import make_tables
from tests.parts.waiting import LONGEST_SECONDS, until
from tests.runtime.ledger import run_of
from tests.runtime.stream_contents import put
from tests.runtime.test_follower import bodies, clear, enter, entered, metadata, rewind

CODES = tuple(f"P{number:02}" for number in range(24))


class Replica:
    """A follower on a database connection of its own, and what it has taken in."""

    def __init__(self, url: str, connection: Client, stream: str) -> None:
        self.database = Database(url)
        self.taken: list[Recorded] = []
        self.effect = enter
        self.follower = Follower(
            self.database,
            connection,
            keyring(stream),
            "reporting",
            self._apply,
            self._after,
            clear=clear,
            rewind=rewind,
            shared=True,
        )

    @property
    def codes(self) -> set[str]:
        """Those of CODES that it takes in."""
        return {code for code in CODES if self.follower.takes_in(code)}

    async def die(self) -> None:
        """End without giving anything up, as a process does that is killed."""
        await end(self.follower._tasks)
        self.follower._tasks = []

    async def stop(self) -> None:
        await self.follower.stop()
        await asyncio.to_thread(self.database.close)

    def _after(self, events: Sequence[Recorded]) -> None:
        self.taken.extend(events)

    def _apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        self.effect(connection, events)


class Replicas:
    """Replicas of one consumer on one database and one stream."""

    def __init__(self, url: str, connection: Client, stream: str, database: Database) -> None:
        self.url, self.connection, self.stream, self.database = url, connection, stream, database
        self._made: list[Replica] = []

    async def start(self, connection: Client | None = None) -> Replica:
        replica = Replica(self.url, connection or self.connection, self.stream)
        self._made.append(replica)
        await replica.follower.start()
        await until(lambda: replica.follower.lag() is not None)
        return replica

    async def put(self, events: Sequence[Recorded]) -> None:
        await put(self.connection, self.stream, events)

    async def stop(self) -> None:
        for replica in self._made:
            await replica.stop()


@pytest.fixture(autouse=True)
def _nothing_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the machine stand still, no place expires, and each is given up by who leaves."""
    places_last(monkeypatch, LONGEST_SECONDS)
    monkeypatch.setattr(followers, "_LEAVE_SECONDS", LONGEST_SECONDS)


def places_last(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(members.Membership.__init__, "__kwdefaults__", {"seconds": seconds})


@pytest.fixture
async def replicas(database: Database, database_url: str, connection: Client, stream: str) -> AsyncIterator[Replicas]:
    make_tables(database, metadata, *SCHEMAS)
    those = Replicas(database_url, connection, stream, database)
    yield those
    await those.stop()


def histories(length: int, after: int = 0) -> list[Recorded]:
    """Return so many events of each of CODES, in turn."""
    runs = [run_of(after + length, code)[after:] for code in CODES]
    return list(itertools.chain.from_iterable(zip(*runs, strict=True)))


async def all_entered(replicas: Replicas, length: int) -> None:
    """Wait until so many events of each are in the journal; they are there once and in order."""
    for code in CODES:
        expected = bodies(run_of(length, code))
        await until(lambda code=code, expected=expected: _is(replicas, code, expected), what=f"{length} of {code}")


async def _is(replicas: Replicas, code: str, expected: list[bytes]) -> bool:
    return await entered(replicas.database, code) == expected


async def all_told(number: int, *those: Replica) -> None:
    """Wait until they heard of so many events, each once: what is committed can be read a moment before."""
    await until(lambda: sum(len(each.taken) for each in those) >= number, what=f"{number} events that were told of")
    assert sum(len(each.taken) for each in those) == number


async def shared_by(*those: Replica) -> None:
    """Wait until each takes in its share, and no partnership is taken in by two."""
    await until(
        lambda: (
            sum(len(each.follower._reading) for each in those) == len(ALL_PARTS)
            and frozenset().union(*(each.follower._reading for each in those)) == ALL_PARTS
        ),
        what="the sharing",
    )


async def two_that_share(replicas: Replicas) -> tuple[Replica, Replica]:
    """Start two, each of which takes in its share."""
    both = await replicas.start(), await replicas.start()
    await shared_by(*both)
    return both


async def test_one_alone_takes_in_everything_from_the_start(replicas: Replicas) -> None:
    one = await replicas.start()

    assert one.codes == set(CODES)
    await replicas.put(histories(2))
    await all_entered(replicas, 2)


async def test_each_of_two_takes_in_its_own_and_nothing_of_the_others(replicas: Replicas) -> None:
    # given
    one, other = await two_that_share(replicas)
    # when
    await replicas.put(histories(5))
    # then
    await all_entered(replicas, 5)
    await all_told(5 * len(CODES), one, other)
    assert {event.partnership for event in one.taken} == one.codes
    assert {event.partnership for event in other.taken} == other.codes
    assert one.codes
    assert other.codes


async def test_who_joins_goes_on_where_the_others_were(replicas: Replicas) -> None:
    # given: events that one has taken in alone
    one = await replicas.start()
    await replicas.put(histories(3))
    await all_entered(replicas, 3)
    # when
    other = await replicas.start()
    await shared_by(one, other)
    await replicas.put(histories(3, after=3))
    # then
    await all_entered(replicas, 6)
    await all_told(6 * len(CODES), one, other)
    assert {event.version for event in other.taken} == {4, 5, 6}


async def test_what_one_gives_up_the_others_have_as_soon_as_they_look(replicas: Replicas) -> None:
    # given
    one, other = await two_that_share(replicas)
    await replicas.put(histories(2))
    await all_entered(replicas, 2)
    # when
    await one.follower.stop()
    await replicas.put(histories(2, after=2))
    # then
    await all_entered(replicas, 4)
    assert other.codes == set(CODES)


async def test_what_a_dead_one_took_in_another_goes_on_with(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    places_last(monkeypatch, 1.5)
    one, other = await two_that_share(replicas)
    await replicas.put(histories(2))
    await all_entered(replicas, 2)
    # when
    await one.die()
    await replicas.put(histories(2, after=2))
    # then
    await all_entered(replicas, 4)
    assert other.codes == set(CODES)
    assert one.follower.lag() is None


async def test_what_one_that_cannot_read_the_stream_took_in_another_goes_on_with(
    replicas: Replicas, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: one that is cut off from the broker, and not from the database
    places_last(monkeypatch, 1.5)
    of_its_own = await connect(BrokerAddress(nats_server.url), "test")
    one, other = await replicas.start(of_its_own), await replicas.start()
    await shared_by(one, other)
    # when
    await of_its_own.close()
    await replicas.put(histories(2))
    # then
    await all_entered(replicas, 2)
    assert other.codes == set(CODES)
    await until(lambda: one.follower.problem is not None)


async def test_one_that_stood_still_while_another_went_on_does_nothing_twice_when_it_wakes(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: one that is stopped in its tracks with a batch in hand
    places_last(monkeypatch, 1.5)
    one, other = await two_that_share(replicas)
    awake, in_hand = asyncio.Event(), asyncio.Event()
    take, renew = one.follower.consumer.take, one.follower._share.renew  # type: ignore[union-attr]

    async def late(*batch: object) -> None:
        in_hand.set()
        await awake.wait()
        await take(*batch)  # type: ignore[arg-type]

    async def renew_late(*note: object) -> None:
        await awake.wait()
        await renew(*note)  # type: ignore[arg-type]

    monkeypatch.setattr(one.follower.consumer, "take", late)
    monkeypatch.setattr(one.follower._share, "renew", renew_late)
    # when: what it holds is another's
    await replicas.put(histories(4))
    await in_hand.wait()
    await all_entered(replicas, 4)
    # then: it takes in nothing, and has a share again
    awake.set()
    await shared_by(one, other)
    assert one.taken == []
    await replicas.put(histories(2, after=4))
    await all_entered(replicas, 6)
    await all_told(6 * len(CODES), one, other)


async def test_that_a_partnership_is_blocked_is_known_to_who_takes_it_in_and_goes_with_it(replicas: Replicas) -> None:
    # given: a gap
    one, other = await two_that_share(replicas)
    first, second, third = run_of(3, CODES[0])
    await replicas.put([first, third])
    await until(lambda: CODES[0] in {**one.follower.blocked, **other.follower.blocked})
    holder, next_one = (one, other) if one.follower.takes_in(CODES[0]) else (other, one)
    assert next_one.follower.blocked == {}
    # when
    await holder.follower.stop()
    await until(lambda: CODES[0] in next_one.follower.blocked)
    await replicas.put([second])
    # then
    await until(lambda: _is(replicas, CODES[0], bodies([first, second, third])))
    await until(lambda: next_one.follower.blocked == {})


async def test_how_far_another_has_read_is_known_though_nothing_more_comes(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "_CHECKPOINT_SECONDS", 3_600.0)  # no batch writes it down
    one, other = await two_that_share(replicas)
    await replicas.put(histories(1))
    last = (await patient(replicas.connection).stream_info(replicas.stream)).state.last_seq

    async def knows(its: Follower, code: str) -> bool:
        return await its.has_read(code, CODES.index(code) + 1) and not await its.has_read(code, last + 1)

    for replica, code in itertools.product((one, other), CODES):
        await until(lambda its=replica.follower, code=code: knows(its, code))


async def test_who_finds_nothing_to_do_has_a_share_as_soon_as_somebody_leaves(replicas: Replicas) -> None:
    # given: as many others as there are parts
    others = [Membership("reporting", seconds=LONGEST_SECONDS) for _ in ALL_PARTS]
    for each in others:
        await replicas.database.write(each.renew)
    late = await replicas.start()
    await replicas.put(histories(1))
    await until(lambda: late.follower.read_upto == len(CODES))
    assert late.codes == set()
    # when
    for each in others:
        await replicas.database.write(each.leave)
    # then
    await all_entered(replicas, 1)
    assert late.codes == set(CODES)


async def test_what_another_read_of_a_stream_that_was_made_anew_counts_for_nothing(replicas: Replicas) -> None:
    one, other = await two_that_share(replicas)
    await replicas.put(histories(2))
    await all_entered(replicas, 2)
    code = min(other.codes)
    await until(lambda: one.follower.has_read(code, 1))

    await other.follower.stop()
    await one.follower.stop()
    manager = patient(replicas.connection)
    config = (await manager.stream_info(replicas.stream)).config
    await manager.delete_stream(replicas.stream)
    await manager.add_stream(config)
    await replicas.put(run_of(3, code))

    one.follower._reading = frozenset()
    assert not await one.follower.has_read(code, 1)


async def test_a_rebuild_takes_in_all_of_the_stream_whoever_else_is_there(replicas: Replicas) -> None:
    one, _ = await two_that_share(replicas)
    await replicas.put(histories(3))
    await all_entered(replicas, 3)

    await one.follower.rebuild()

    await all_entered(replicas, 3)
    assert one.codes == set(CODES)


async def test_of_a_stream_that_numbers_its_parts_all_is_taken_in_what_was_stored_before_and_after(
    replicas: Replicas,
) -> None:
    # given: events under the subjects that they were published on
    one, other = await two_that_share(replicas)
    await replicas.put(histories(2))
    # when: the stream adds its part to each
    await streams.apply(replicas.connection, numbered=True, streams=[replicas.stream], durables=[])
    await replicas.put(histories(2, after=2))
    # then
    await all_entered(replicas, 4)
    assert one.follower.blocked == other.follower.blocked == {}
    last = await patient(replicas.connection).get_last_msg(replicas.stream, subjects_of(replicas.stream, CODES[0]))
    assert (last.subject or "").endswith(f".{part_of(CODES[0])}")


async def test_the_broker_hands_over_what_is_taken_in_and_nothing_else_where_the_stream_is_numbered(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    await streams.apply(replicas.connection, numbered=True, streams=[replicas.stream], durables=[])
    handed: list[Message] = []
    one, _ = await two_that_share(replicas)
    take = one.follower._take

    async def take_noted(messages: list[Message]) -> None:
        handed.extend(messages)
        await take(messages)

    monkeypatch.setattr(one.follower, "_take", take_noted)
    # when
    await replicas.put(histories(3))
    # then
    await all_entered(replicas, 3)
    assert {message.subject.split(".")[1] for message in handed} == one.codes


@pytest.mark.parametrize("part", ["99", "x", ""])
def test_an_event_is_nobodys_under_another_part(part: str) -> None:
    [event] = run_of(1)
    seals = keyring("PROGRAMME").seals()
    subject = f"programme.LAP.{event.fact.slug()}.{part}"

    [found] = decode([Message(1, subject, sealed("PROGRAMME", event), None, 0)], seals)

    assert isinstance(found, UnsealedMessage)
    assert "does not belong on this subject" in found.reason
