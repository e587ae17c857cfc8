"""Somebody who opens Home, and the lines that tell them what needs them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from textwrap import shorten

from contracts.events.partnership import Role
from domain.figures.overview import Figures
from domain.figures.timetable import start_of
from domain.register import Register
from domain.register.board import Meeting, MeetingState, WrittenProcedure, held_or_due
from domain.register.papers import packs_out
from domain.register.people import Person
from domain.wording.cells import Cell, Tone
from domain.wording.numbers import how_soon
from services.programme.returns.drafts import DraftAnswer
from services.runtime.access.directory import DirectoryEntry
from services.runtime.web.dates import appointment, weekday
from services.runtime.web.partnership.addresses import Addresses

SOON = timedelta(days=14)
"""What is due within this time is told."""
RETURN_SOON = timedelta(days=28)
"""A return is told of earlier, before its quarter ends: who fills it in asks colleagues first."""
_PRESSING = timedelta(days=3)
_LONGEST = 140


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs somebody: what, by when, how it stands, and where it is done.

    ``due`` is a local date. ``href`` is empty where no page does it; what ``is_done`` needs nothing any more.
    """

    what: str
    href: str
    state: Cell
    due: date | None = None
    by: str = ""
    is_done: bool = False


def in_short(text: str) -> str:
    """Return a text in one line, cut between words where it is long: the page that the line leads to has it all."""
    return shorten(text, _LONGEST, placeholder="…")


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the register.

    ``drafts`` are the answers of the reader's own drafts, by partner and quarter; ``directory`` has everybody by id,
    where the reader is the secretary.
    """

    drafts: Mapping[tuple[str, str], Sequence[DraftAnswer]] = field(default_factory=dict)
    directory: Mapping[str, DirectoryEntry] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """A person of a partnership, with its figures as at the instant at which they read."""

    figures: Figures
    person: Person
    beside: Beside = Beside()

    @property
    def register(self) -> Register:
        """The partnership's register."""
        return self.figures.register

    @property
    def at(self) -> datetime:
        """The instant."""
        return self.figures.at

    @property
    def on(self) -> date:
        """Its local date."""
        return self.figures.on

    @property
    def to(self) -> Addresses:
        """Where the partnership's pages lie."""
        return Addresses(self.register.code)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles that the person holds today."""
        return self.person.roles_on(self.on)

    @cached_property
    def packs_out(self) -> dict[str, datetime]:
        """The meetings whose pack is out, each with the instant at which it went out."""
        return packs_out(self.register, self.at)

    @cached_property
    def coming(self) -> list[Meeting]:
        """The meetings that are held at present or lie ahead, the next one first."""
        return [each for each in held_or_due(self.register) if self._is_to_come(each)]

    @property
    def procedures(self) -> list[WrittenProcedure]:
        """The written procedures that have not been closed."""
        return [each for each in self.register.procedures.values() if each.closed_at is None]

    def starts_at(self, meeting: Meeting) -> datetime:
        """Return when a meeting begins."""
        return start_of(self.register.calendar, meeting)

    def holds(self, roles: Collection[Role]) -> bool:
        """Say whether the person holds one of ``roles`` today."""
        return not self.roles.isdisjoint(roles)

    def is_soon(self, due: date | datetime, within: timedelta = SOON) -> bool:
        """Say whether something is overdue, or due ``within`` a time."""
        return self._day(due) <= self.on + within

    def need(self, what: str, href: str, due: date | datetime, *, state: Cell | None = None, note: str = "") -> Need:
        """Return a line for what is due at an instant, or in the course of a day. ``note`` goes on from by when."""
        day, is_over = self._day(due), due < self.at if isinstance(due, datetime) else due < self.on
        how = how_soon(day, self.on)
        written = self._written(due)
        by = f"was due {written}" if is_over else f"by {written}"
        if state is None:
            state = Cell("Overdue" if is_over else f"Due {how}", tone=self._tone(day, is_over))
        else:
            by += f", {how}"
        return Need(what, href, state, day, "; ".join(filter(None, (by, note))))

    def _tone(self, day: date, is_over: bool) -> Tone:
        if is_over:
            return Tone.BAD
        return Tone.CAUTION if day <= self.on + _PRESSING else Tone.NEUTRAL

    def _written(self, due: date | datetime) -> str:
        if isinstance(due, datetime):
            return appointment(due, self.register.calendar.timezone, self.at)
        return weekday(due, self.on)

    def _day(self, due: date | datetime) -> date:
        return self.register.calendar.local_date(due) if isinstance(due, datetime) else due

    def _is_to_come(self, meeting: Meeting) -> bool:
        is_ahead = meeting.state is MeetingState.SCHEDULED and self.starts_at(meeting) > self.at
        return is_ahead or meeting.state is MeetingState.IN_PROGRESS
