"""What a mail server's answer to a message means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail server took the message; ``remark`` says what was special about it."""

    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """It will never be taken as it is: ``reason`` says why, without an address."""

    reason: str


@dataclass(frozen=True, slots=True)
class ContentRejected:
    """The message will never be taken as it is, for its size or for what is in it; a smaller one may be."""

    reason: str


@dataclass(frozen=True, slots=True)
class PutOff:
    """It was not taken this time. ``in_doubt``: nobody can say whether it was."""

    reason: str
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The mail server takes nothing from us at present, whomever it is for."""

    reason: str


Answer = Sent | Rejected | ContentRejected | PutOff | Unreachable
