"""Who may do what at the broker: one identity for each service, with the rights that it needs and no more.

The operator declares streams and may do everything. A service publishes its own log, reads that one and those that it
takes in, and answers for its own durables; it can neither change a stream or a durable nor take anything out of one.
What comes back to it comes to inboxes under its own name, so that none hears another's answers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from services.runtime.messaging.streams import (
    BREACHES_INTO_AGENDAS,
    NOTIFICATIONS_OF_PROGRAMME,
    NOTIFICATIONS_OF_REPORTING,
    PROGRAMME,
    REPORTING,
    Durable,
)

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Rights:
    """The subjects on which an identity may publish, and those that it may subscribe to."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]

    def written(self) -> str:
        """Return the rights as the configuration of a NATS server has them."""
        return f"{{ publish: {json.dumps(self.publish)}, subscribe: {json.dumps(self.subscribe)} }}"


def inbox_of(identity: str) -> str:
    """Return the prefix of the subjects on which an identity is answered."""
    return f"_INBOX.{identity}"


def _relays(stream: str) -> tuple[str, ...]:
    return (f"{stream.lower()}.>", _nudge(stream))


def _nudge(stream: str) -> str:
    return f"nudge.{stream.lower()}"


def _reads(stream: str) -> tuple[str, ...]:
    """Return what it takes to read a stream from any message on; the consumer for it has no name and is no durable."""
    return (
        f"$JS.API.STREAM.INFO.{stream}",
        f"$JS.API.STREAM.MSG.GET.{stream}",
        f"$JS.API.CONSUMER.CREATE.{stream}",
        f"$JS.FC.{stream}.>",
    )


def _answers(*durables: Durable) -> tuple[str, ...]:
    """Return what it takes to find durables and to answer their messages, which come on the subjects of ``_hears``."""
    return tuple(
        subject
        for durable in durables
        for subject in (
            f"$JS.API.CONSUMER.INFO.{durable.stream}.{durable.name}",
            f"$JS.ACK.{durable.stream}.{durable.name}.>",
        )
    )


def _hears(*durables: Durable) -> tuple[str, ...]:
    return tuple(durable.subject for durable in durables)


RIGHTS = {
    OPERATOR: Rights((">",), (">",)),
    "programme": Rights(
        (*_relays(PROGRAMME), *_reads(PROGRAMME), *_reads(REPORTING), *_answers(BREACHES_INTO_AGENDAS)),
        (_nudge(PROGRAMME), *_hears(BREACHES_INTO_AGENDAS), f"{inbox_of('programme')}.>"),
    ),
    "reporting": Rights(
        (*_relays(REPORTING), *_reads(PROGRAMME), *_reads(REPORTING)),
        (_nudge(REPORTING), f"{inbox_of('reporting')}.>"),
    ),
    "notifications": Rights(
        (
            *(*_reads(PROGRAMME), *_reads(REPORTING)),
            *_answers(NOTIFICATIONS_OF_PROGRAMME, NOTIFICATIONS_OF_REPORTING),
        ),
        (*_hears(NOTIFICATIONS_OF_PROGRAMME, NOTIFICATIONS_OF_REPORTING), f"{inbox_of('notifications')}.>"),
    ),
}
