"""The envelope of every event: CloudEvents 1.0 attributes, both clocks and the hash chain.

Source: CloudEvents 1.0.2, JSON event format (structured mode). One JSON object carries the attributes and, under
``data``, the fact. What is stored and hashed is that object without its ``chain`` attribute; where an event is
shown, ``chain`` is its last member, so that a reader can check the chain against the very bytes that were stored. What
travels over the broker has more behind it: ``contracts.sealing``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from contracts.events import Fact, UnknownFact, fact_of

CHAIN_START = "0" * 64
CHAIN_MEMBER = b',"chain":"'
_CHAIN_TAIL = len(CHAIN_MEMBER) + len(CHAIN_START) + len(b'"}')


class ChainBroken(ValueError):
    """The bytes of an event do not continue the chain they claim to continue."""


class NewerEvent(ValueError):
    """An event cannot be read by this version: a newer one wrote it. The message says what stands in the way."""


class Envelope(BaseModel):
    """The attributes of one event, in the order in which they are stored.

    ``time`` is *recorded at* (an instant, UTC); ``effectiveon`` is the *effective date* (a local date). ``version``
    counts the partnership's events from 1 without a gap. ``actor`` is an opaque person id, never a name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    partnership: str
    version: int = Field(ge=1)
    effectiveon: date
    actor: str
    correlationid: str
    causationid: str
    data: dict[str, Any]


class Position(NamedTuple):
    """How far a log of one partnership has got: the last version and the chain value there.

    For a consumer also of which epoch of the log that event was; empty where that is not known.
    """

    version: int = 0
    chain: str = CHAIN_START
    epoch: str = ""


_read: Callable[[bytes], Envelope] = TypeAdapter(Envelope).validator.validate_json
"""Reads an envelope without the layers above pydantic's core, which are a fifth of the time that an event takes."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Who asked for a change and what it belongs to.

    ``correlation`` is shared by everything one request led to; ``causation`` is the id of the command or event that
    led to this one directly.
    """

    actor: str
    correlation: str
    causation: str


class Recorded(NamedTuple):
    """One event as it is known after decoding: its envelope's facts, its payload and its stored bytes.

    ``epoch`` is that of the log that it came from over the broker; empty for an event that came another way.
    ``traceparent`` is the W3C trace context that travelled beside it, which nothing may hang on; empty without one.
    """

    partnership: str
    version: int
    recorded_at: datetime
    effective_on: date
    actor: str
    subject: str
    id: str
    correlation: str
    causation: str
    fact: Fact
    body: bytes
    chain: str
    epoch: str = ""
    traceparent: str = ""

    @property
    def position(self) -> Position:
        """The log's position once this event has been taken in."""
        return Position(self.version, self.chain, self.epoch)


def link(previous: str, body: bytes) -> str:
    """Return the chain value after ``body``: SHA-256 of the previous value (64 hexadecimal digits) and it."""
    return sha256(previous.encode("ascii") + body).hexdigest()


def seal(
    stream: str,
    partnership: str,
    previous: Position,
    fact: Fact,
    *,
    recorded_at: datetime,
    effective_on: date,
    cause: Cause,
) -> Recorded:
    """Put ``fact`` into its envelope as the next event of the partnership's log on ``stream``.

    The id is the stream's name, the partnership and the version, so the same log always has the same bytes.
    """
    version = previous.version + 1
    instant = recorded_at.astimezone(UTC)
    envelope = Envelope(
        id=event_id(stream, partnership, version),
        source=f"/concordat/{stream}",
        type=fact.type_name(),
        subject=fact.subject(partnership),
        time=instant,
        dataschema=fact.schema_name(),
        partnership=partnership,
        version=version,
        effectiveon=effective_on,
        actor=cause.actor,
        correlationid=cause.correlation,
        causationid=cause.causation,
        data=fact.model_dump(mode="json", exclude_none=True, by_alias=True),
    )
    body = envelope.model_dump_json().encode()
    return _recorded(envelope, fact, body, link(previous.chain, body))


def event_id(stream: str, partnership: str, version: int) -> str:
    """Return the id of an event, which is also its NATS message id: ``programme-LAP-17``."""
    return f"{stream}-{partnership}-{version}"


def unseal(body: bytes, chain: str, epoch: str = "") -> Recorded:
    """Read an event back from its stored bytes, lifting old schema versions to the present one.

    Raises NewerEvent where the bytes are not an envelope, no model knows the type, or its data does not fit.
    """
    try:
        envelope = _read(body)
        fact = fact_of(envelope.type, envelope.data)
    except (ValidationError, UnknownFact) as error:
        raise NewerEvent(str(error).splitlines()[0]) from error
    return _recorded(envelope, fact, body, chain, epoch)


def with_chain(body: bytes, chain: str) -> bytes:
    """Return the bytes that are shown: the stored object with ``chain`` as its last member."""
    return body[:-1] + CHAIN_MEMBER + chain.encode("ascii") + b'"}'


def read_with_chain(shown: bytes) -> Recorded:
    """Read an event from the bytes that were shown. Raises ChainBroken where no chain value stands at their end."""
    body, chain = split_chain(shown)
    return unseal(body, chain)


def split_chain(shown: bytes) -> tuple[bytes, str]:
    """Part the bytes that were shown into (stored bytes, chain value)."""
    tail = shown[-_CHAIN_TAIL:]
    if not tail.startswith(CHAIN_MEMBER):
        raise ChainBroken("the event does not end with a chain value")
    return shown[:-_CHAIN_TAIL] + b"}", tail[len(CHAIN_MEMBER) : -2].decode("ascii")


def follows(previous: Position, event: Recorded) -> bool:
    """Say whether ``event`` is the very next one after ``previous``, by version and by chain."""
    return event.version == previous.version + 1 and link(previous.chain, event.body) == event.chain


def _recorded(envelope: Envelope, fact: Fact, body: bytes, chain: str, epoch: str = "") -> Recorded:
    # By place, in the order of the fields: by name it takes twice as long, for each event that is ever read.
    return Recorded(
        envelope.partnership,
        envelope.version,
        envelope.time,
        envelope.effectiveon,
        envelope.actor,
        envelope.subject,
        envelope.id,
        envelope.correlationid,
        envelope.causationid,
        fact,
        body,
        chain,
        epoch,
    )
