"""The whole form of a return: its sections and lines, and which returns a partner has to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import Period
from domain.figures.timetable import owes_a_return
from domain.register import Register
from domain.register.papers import return_deadline
from domain.register.partners import Partner
from domain.register.returns import Submission
from services.programme.returns.form import commitments, days, milestones, note, projects, risks
from services.programme.returns.form.line import Line
from services.programme.returns.form.viewpoint import Viewpoint


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form; ``empty`` is said where it has no lines, ``note`` behind them."""

    key: str
    title: str
    lines: tuple[Line, ...]
    empty: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReturnForm:
    """A partner's return for a quarter as it can be filled in now; ``submissions`` as they were recorded."""

    partner: Partner
    quarter: Period
    deadline: datetime
    sections: tuple[Section, ...]
    submissions: tuple[Submission, ...]

    @property
    def lines(self) -> Iterator[Line]:
        """All lines, in order."""
        return (line for section in self.sections for line in section.lines)

    def line(self, key: str) -> Line | None:
        """Return the line of this key."""
        return next((each for each in self.lines if each.key == key), None)

    @property
    def is_submitted(self) -> bool:
        """Say whether the return has been submitted."""
        return bool(self.submissions)


def return_form(
    register: Register, partner: Partner, quarter: Period, now: datetime, chosen: Mapping[str, str]
) -> ReturnForm:
    """Return the form; ``chosen`` are the options that its draft has chosen, by key of line."""
    view = Viewpoint(register, partner, quarter, now, chosen)
    return ReturnForm(
        partner,
        quarter,
        return_deadline(register, quarter, now),
        tuple(_sections(view)),
        tuple(register.returns.submissions.get((partner.code, quarter.label), ())),
    )


def _sections(view: Viewpoint) -> Iterator[Section]:
    yield Section(
        "milestones", "Milestones you own", tuple(milestones.lines(view)), "You own no milestone that is still open."
    )
    yield Section(
        "commitments",
        "Commitments",
        tuple(commitments.lines(view)),
        "No commitment asks you for a report this quarter.",
        commitments.needs_no_answer(view),
    )
    yield Section("days", "Days you gave", tuple(days.lines(view)), "You take part in no project that is under way.")
    yield Section("projects", "Projects you lead", tuple(projects.lines(view)), "You lead no project.")
    yield Section("risks", "Risks you own", tuple(risks.lines(view)))
    yield Section("note", "A note to the board", tuple(note.lines(view)))


def quarters_to_return(register: Register, partner: Partner, now: datetime) -> list[Period]:
    """Return the quarters whose return a partner should look at now, the earlier first: one, two, or none.

    That is the quarter that ended last until its return is in and its deadline has passed; from that deadline on the
    present quarter too. There is none before the quarter in which the partner joins.
    """
    calendar = register.calendar
    present = calendar.quarter_of(calendar.local_date(now))
    last = calendar.quarter_before(present)
    is_running = now < return_deadline(register, last, now)
    is_missing = not register.returns.submissions.get((partner.code, last.label))
    owed = owes_a_return(register, partner, last)
    wanted = [last] if owed and (is_running or is_missing) else []
    is_enough = (is_running and owed) or partner.joined_on > present.last_day
    return wanted if is_enough else [*wanted, present]
