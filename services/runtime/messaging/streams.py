"""The streams and the durable consumers on them: declared here, nowhere else, and compared with what is there.

Streams hold whatever was published until an operator says otherwise: no limit drops an event. NATS ignores changed
settings of a durable that exists already, so they are compared and reported; nothing is deleted behind anyone's back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
    SubjectTransform,
)
from nats.js.errors import NotFoundError, ServerError

from services.runtime.messaging.parts import ALL_PARTS, PARTS, Parts, part_of

PROGRAMME = "PROGRAMME"
REPORTING = "REPORTING"

IN_FLIGHT = 128
"""The most messages of a durable that are handed over and not answered, by all replicas together: what a client may be
made to hold in memory, and what a killed one leaves behind."""

_DUPLICATE_WINDOW_SECONDS = 120.0
_ACK_WAIT_SECONDS = 60.0
_ANSWER_SECONDS = 5.0
_PAUSE_SECONDS = 0.25
_TRIES = 6  # a cluster that changes its leader answers nothing for six to eight seconds
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Durable:
    """One durable consumer: the place in a stream that a service's handlers have got to.

    The broker hands each message to one of the replicas that listen on ``subject``.
    """

    stream: str
    name: str

    @property
    def subject(self) -> str:
        """Return the subject on which the broker hands messages over."""
        return f"handlers.{self.name}"


BREACHES_INTO_AGENDAS = Durable(REPORTING, "programme-reporting")
NOTIFICATIONS_OF_PROGRAMME = Durable(PROGRAMME, "notifications-programme")
NOTIFICATIONS_OF_REPORTING = Durable(REPORTING, "notifications-reporting")

STREAMS = (PROGRAMME, REPORTING)
DURABLES = (BREACHES_INTO_AGENDAS, NOTIFICATIONS_OF_PROGRAMME, NOTIFICATIONS_OF_REPORTING)


def subject_of(stream: str, partnership: str, slug: str) -> str:
    """Return the subject an event is published on: ``programme.LAP.milestone-reforecast``."""
    return f"{stream.lower()}.{partnership}.{slug}"


def subjects_of(stream: str, partnership: str | None = None) -> str:
    """Return the filter for all events of a stream, or of one partnership in it."""
    return f"{stream.lower()}.{partnership}.>" if partnership else f"{stream.lower()}.>"


def subjects_of_one(stream: str, partnership: str) -> tuple[str, str]:
    """Return the subjects under which a stream stores the events of a partnership: without its part, and with it."""
    its = f"{stream.lower()}.{partnership}.*"
    return its, f"{its}.{part_of(partnership)}"


def subjects_of_parts(stream: str, parts: Parts) -> list[str]:
    """Return filters for all events of some parts of a stream, and for all that it stores without a part."""
    if parts == ALL_PARTS:
        return [subjects_of(stream)]
    prefix = stream.lower()
    without = [f"{prefix}.*", f"{prefix}.*.*", f"{prefix}.*.*.*.>"]
    return [*without, *(f"{prefix}.*.*.{part}" for part in sorted(parts))]


async def apply(
    connection: Client,
    replicas: int = 1,
    *,
    numbered: bool | None = None,
    streams: Sequence[str] = STREAMS,
    durables: Sequence[Durable] = DURABLES,
) -> list[str]:
    """Declare what is missing and bring the streams' own settings up to date; say what differs and was left alone.

    ``numbered`` says whether streams store from now on each event with the part of its partnership, which versions
    before this one cannot read; None leaves that as it is.

    An answer that is lost with the connection is asked for again, and so is one that the broker is not well: it says so
    where a stream of the same name has just been deleted and is not yet out of its store. Raises
    nats.errors.TimeoutError after half a minute without an answer, nats.js.errors.ServerError where that one stays.
    """
    manager = connection.jetstream(timeout=_ANSWER_SECONDS)
    for _ in range(_TRIES - 1):
        try:
            return await _applied(manager, replicas, streams, durables, numbered)
        except (TimeoutError, ServerError) as trouble:
            _log.info("asking the broker about its streams again", reason=str(trouble) or "it has not answered")
            await asyncio.sleep(_PAUSE_SECONDS)
    return await _applied(manager, replicas, streams, durables, numbered)


async def _applied(
    manager: JetStreamContext,
    replicas: int,
    streams: Sequence[str],
    durables: Sequence[Durable],
    numbered: bool | None,
) -> list[str]:
    for stream in streams:
        await _declare_stream(manager, stream, replicas, numbered)
    differences = [await _declare_durable(manager, durable) for durable in durables]
    return [sentence for difference in differences for sentence in difference]


async def partnerships_on(connection: Client, stream: str) -> list[str]:
    """Return the codes of the partnerships that a stream holds anything of, in order."""
    info = await connection.jsm().stream_info(stream, subjects_filter=subjects_of(stream))
    return sorted({subject.split(".")[1] for subject in info.state.subjects or {}})


def _numbering(prefix: str) -> SubjectTransform:
    """Return what adds to the subject of each event the part that its partnership is in."""
    return SubjectTransform(
        f"{prefix}.*.*", f"{prefix}.{{{{wildcard(1)}}}}.{{{{wildcard(2)}}}}.{{{{partition({PARTS},1)}}}}"
    )


def stream_settings(stream: str, replicas: int = 1, *, numbered: bool = False) -> StreamConfig:
    """Return the settings of a stream, which is ``numbered`` where it stores each event with its part."""
    return StreamConfig(
        name=stream,
        subjects=[subjects_of(stream)],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,  # were a limit ever set, refuse what is new rather than drop what is old
        max_msgs=-1,
        max_bytes=-1,
        max_age=0,
        duplicate_window=_DUPLICATE_WINDOW_SECONDS,
        num_replicas=replicas,
        allow_direct=True,
        subject_transform=_numbering(stream.lower()) if numbered else None,
    )


def durable_settings(durable: Durable) -> ConsumerConfig:
    """Return the settings of a durable: it starts with the first event and never gives one up by itself.

    Each message is answered as soon as its outcome is stored, so no more need be on the way than keep handlers busy.
    """
    return ConsumerConfig(
        durable_name=durable.name,
        deliver_subject=durable.subject,
        deliver_group=durable.name,
        filter_subject=subjects_of(durable.stream),
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=_ACK_WAIT_SECONDS,
        max_deliver=-1,
        max_ack_pending=IN_FLIGHT,
    )


async def _declare_stream(manager: JetStreamContext, stream: str, replicas: int, numbered: bool | None) -> None:
    try:
        found = (await manager.stream_info(stream)).config
    except NotFoundError:
        await manager.add_stream(stream_settings(stream, replicas, numbered=bool(numbered)))
    else:
        is_to_be = found.subject_transform is not None if numbered is None else numbered
        await manager.update_stream(stream_settings(stream, replicas, numbered=is_to_be))


async def _declare_durable(manager: JetStreamContext, durable: Durable) -> list[str]:
    wanted = durable_settings(durable)
    try:
        info = await manager.consumer_info(durable.stream, durable.name)
    except NotFoundError:
        await manager.add_consumer(durable.stream, wanted)
        return []
    found = info.config
    if found.deliver_subject is None:
        await _replace_pulled(manager, durable, info)
        return []
    if found.opt_start_seq:  # it was put in the place of one from which messages were pulled
        wanted = replace(wanted, deliver_policy=DeliverPolicy.BY_START_SEQUENCE)
    return [
        f"the durable {durable.name} of {durable.stream} has {setting} {getattr(found, setting)!r} where "
        f"{getattr(wanted, setting)!r} is wanted; delete it and apply again to change it"
        for setting in (
            "filter_subject",
            "deliver_policy",
            "ack_policy",
            "ack_wait",
            "max_deliver",
            "max_ack_pending",
            "deliver_subject",
            "deliver_group",
        )
        if getattr(found, setting) != getattr(wanted, setting)
    ]


async def _replace_pulled(manager: JetStreamContext, durable: Durable, pulled: ConsumerInfo) -> None:
    """Declare a durable from which messages were once pulled as one that hands them over, behind all it has answered.

    The broker cannot turn the one into the other. What is handed over twice thereby takes effect once all the same.
    """
    answered = pulled.ack_floor.stream_seq if pulled.ack_floor else 0
    await manager.delete_consumer(durable.stream, durable.name)
    wanted = replace(
        durable_settings(durable), deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=answered + 1
    )
    await manager.add_consumer(durable.stream, wanted)
    _log.info("a durable hands its messages over from now on", durable=durable.name, behind=answered)
