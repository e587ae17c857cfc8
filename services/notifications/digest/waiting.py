"""What waits for people, as programme tells it and as a digest keeps it. No name and no address is among it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict


class Thing(BaseModel):
    """A line of Home: what, where it is done, how it stands, by when in words and as a local date."""

    model_config = ConfigDict(frozen=True)

    what: str
    href: str
    state: str
    by: str
    due: date | None


class Digest(BaseModel):
    """What people were told on a local date, by person: what waited for them, what is due first before the rest."""

    on: date
    waiting: Mapping[str, tuple[Thing, ...]]


class WaitingToday(BaseModel):
    """What waits on a local date, by person. ``begins_week`` says whether it is the first working day of its week."""

    on: date
    is_working_day: bool
    begins_week: bool
    people: dict[str, tuple[Thing, ...]]
