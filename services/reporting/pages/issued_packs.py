"""The packs of one partnership side by side: what was issued, and how far each of the others has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Self

from contracts.references import pack_reference
from domain import wording
from domain.calendar import Timetable
from domain.figures.timetable import start_of
from domain.register.board import MEETINGS, Meeting, MeetingState
from services.reporting.editions import Issued
from services.reporting.pages.queries import Queries
from services.runtime.base.problems import Problem
from services.runtime.web.partnership.view import View


class PackState(Enum):
    """How far a pack has come: its name in JSON, its words, and the tone of its chip."""

    ISSUED = ("issued", "Issued", "good")
    IN_PREPARATION = ("in_preparation", "In preparation", "info")
    NOT_ISSUED = ("not_issued", "Not issued", "none")
    CANCELLED = ("cancelled", "Meeting cancelled", "none")

    @property
    def code(self) -> str:
        """The name in JSON."""
        return self.value[0]

    @property
    def words(self) -> str:
        """The name for people."""
        return self.value[1]

    @property
    def tone(self) -> str:
        """The tone of its chip."""
        return self.value[2]


@dataclass(frozen=True, slots=True)
class PackLine:
    """One meeting's pack at a glance; date, time, place and timetable are those of the issue where it was issued."""

    meeting: str
    meeting_on: date
    meeting_time: time
    place: str | None
    timetable: Timetable
    state: PackState
    says: str


class IssuedPacks:
    """The editions of one partnership that have been issued."""

    def __init__(self, issued: Sequence[Issued]) -> None:
        self._issued = {(each.meeting, each.supplement): each for each in issued}

    @classmethod
    def of(cls, queries: Queries, partnership: str) -> Self:
        """Return the packs of a partnership, empty where there is no such partnership."""
        return cls(queries.editions(partnership))

    @property
    def tag(self) -> int:
        """What tells these packs from earlier or later ones: none that is issued ever changes."""
        return len(self._issued)

    @property
    def all(self) -> list[Issued]:
        """All editions, by cut-off."""
        return list(self._issued.values())

    def pack(self, meeting: str) -> Issued | None:
        """Return a meeting's pack, None where it has not been issued."""
        return self._issued.get((meeting, 0))

    def issued_by(self, instant: datetime) -> set[str]:
        """Return the meetings whose packs were out at an instant."""
        return {each.meeting for each in self._issued.values() if each.issued_at <= instant}

    def edition(self, meeting: str, supplement: int = 0) -> Issued:
        """Return one edition. Raises Problem 404, with those that there are."""
        found = self._issued.get((meeting, supplement))
        if found is None:
            known = [each.reference for each in self._issued.values()]
            wanted = pack_reference(meeting, supplement)
            said = f"Issued are: {', '.join(known)}." if known else "None has been issued yet."
            raise Problem(404, f"{wanted} has not been issued. {said}", known=known)
        return found

    def supplements(self, meeting: str) -> list[Issued]:
        """Return a meeting's supplements, by number."""
        return [each for (of, number), each in sorted(self._issued.items()) if of == meeting and number]

    def lines(self, view: View) -> list[PackLine]:
        """Return all meetings' packs, the latest meeting first."""
        lines = (self._line(view, meeting) for meeting in view.register.meetings.values())
        return sorted(lines, key=lambda line: (line.meeting_on, line.meeting_time, line.meeting), reverse=True)

    def line(self, view: View, reference: str) -> PackLine:
        """Return one meeting's pack; the reference may leave out the partnership. Raises Problem 404."""
        return self._line(view, view.find(MEETINGS, reference))

    def _line(self, view: View, meeting: Meeting) -> PackLine:
        issued = self.pack(meeting.reference)
        on, at, place = meeting.date, meeting.time, meeting.place
        if issued is not None:
            on, at, place = issued.meeting_on, issued.meeting_time, issued.place
        state, says = _state(view, meeting, issued)
        return PackLine(meeting.reference, on, at, place, view.calendar.timetable(on), state, says)


def _state(view: View, meeting: Meeting, issued: Issued | None) -> tuple[PackState, str]:
    if issued is not None:
        on = wording.plain_date(view.calendar.local_date(issued.issued_at))
        return PackState.ISSUED, f"on {on}{_since(meeting, issued)}"
    if meeting.state is MeetingState.CANCELLED:
        return PackState.CANCELLED, meeting.cancelled_because or ""
    if meeting.state is not MeetingState.SCHEDULED or start_of(view.calendar, meeting) <= view.at:
        return PackState.NOT_ISSUED, "the meeting was held without papers from here"
    issue_at = view.calendar.timetable(meeting.date).issue_at
    if issue_at <= view.at:
        return PackState.IN_PREPARATION, "about to go out"
    return PackState.IN_PREPARATION, f"goes out on {wording.plain_date(view.calendar.local_date(issue_at))}"


def _since(meeting: Meeting, issued: Issued) -> str:
    if meeting.state is MeetingState.CANCELLED:
        return "; the meeting was cancelled afterwards"
    if meeting.date != issued.meeting_on:
        return f"; the meeting was moved to {wording.plain_date(meeting.date)} afterwards"
    return ""
