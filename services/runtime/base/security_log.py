"""What bears on security, in entries of a logger of its own: who came in, who was turned away, what opens doors.

People stand there by their opaque ids, sessions and tokens by the first letters of their ids, callers by the network
that they ask from. docs/security.md lists the events for whoever searches for them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import structlog

LOGGER = "concordat.security"
_SHOWN = 12


class SecurityEvent(StrEnum):
    """What an entry says."""

    LINK_ASKED_FOR = "a link to sign in with was asked for"
    TOO_MANY_LINKS = "too many links to sign in with were asked for"
    SIGNED_IN = "somebody signed in"
    SIGN_IN_FAILED = "a sign-in failed"
    SIGNED_OUT = "somebody signed out"
    SIGNED_OUT_ELSEWHERE = "somebody ended a session of theirs"
    SIGNED_OUT_EVERYWHERE = "all sessions of somebody were ended"
    TOKEN_MADE = "a token was made"  # noqa: S105 - an event
    TOKEN_ENDED = "a token was ended"  # noqa: S105 - an event
    OPERATED = "the operator dealt with what waits"
    REFUSED = "a request was refused"


def note(event: SecurityEvent, **fields: Any) -> None:
    """Log an event, with what is known of it."""
    structlog.get_logger(LOGGER).info(event.value, **fields)


def shown(identifier: str) -> str:
    """Return as much of the id of a session or a token as tells it from all others."""
    return identifier[:_SHOWN]
