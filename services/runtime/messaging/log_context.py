"""What every entry of the log says that is written while an event is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

from structlog.contextvars import bound_contextvars

from contracts.envelope import Recorded


def context_of(event: Recorded) -> Mapping[str, str]:
    """Return what tells of an event: its id, its partnership, and the request that it comes of."""
    return {"partnership": event.partnership, "event_id": event.id, "request_id": event.correlation}


def taking_in(event: Recorded) -> AbstractContextManager[None]:
    """Have whatever is logged below say of which event it is."""
    return bound_contextvars(**context_of(event))
