"""Logs of real events for the tests of the event plumbing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from contracts.envelope import Cause, Position, Recorded, seal
from contracts.events.capacity import CapacityReleased

START = datetime(2014, 7, 1, 9, 0, tzinfo=UTC)


def next_event(
    previous: Position, partnership: str = "LAP", *, days: int | None = None, stream: str = "programme"
) -> Recorded:
    """Return the event after ``previous``; two with different ``days`` are rivals for the same version."""
    version = previous.version + 1
    fact = CapacityReleased(partner="BRE", project=f"{partnership}-P01", on=date(2014, 7, 1), days=days or version)
    return seal(
        stream,
        partnership,
        previous,
        fact,
        recorded_at=START + timedelta(seconds=version),
        effective_on=date(2014, 7, 1),
        cause=Cause(actor="person-1", correlation=f"request-{version}", causation=f"command-{version}"),
    )


def run_of(count: int, partnership: str = "LAP", after: Position | None = None, **settings: object) -> list[Recorded]:
    """Return ``count`` events that follow ``after``, by default from the first version on."""
    position = after or Position()
    events = []
    for _ in range(count):
        event = next_event(position, partnership, **settings)  # type: ignore[arg-type]
        events.append(event)
        position = event.position
    return events
