"""The quarter as the office follows it: whose return is where, and what the pack lacks as it would be now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection

from contracts.events.board import ItemKind
from domain.calendar import Period
from domain.figures.overview import Figures
from domain.figures.returns import PartnerReturn, ReturnCollection, partner_returns
from domain.figures.timetable import start_of
from domain.register.board import AgendaItem, Meeting, MeetingState, held_or_due
from domain.register.returns import Reminder
from services.programme.returns import drafts
from services.programme.returns.drafts import DraftAnswer, ReturnOf
from services.programme.returns.form.filled_in import FilledForm, chosen_in
from services.programme.returns.form.return_form import return_form
from services.runtime.web.partnership.view import View

Drafts = Mapping[str, Sequence[DraftAnswer]]
"""The drafts that partners have of a quarter's returns, by the code of the partner."""


class Place(Enum):
    """Where a return is, those first about which there is something to do."""

    OVERDUE = "Overdue"
    EXPECTED = "Expected"
    IN_DRAFT = "In draft"
    SUBMITTED_LATE = "Submitted late"
    SUBMITTED = "Submitted"


@dataclass(frozen=True, slots=True)
class Line:
    """A partner's return. ``answered`` of ``lines`` are in its own draft; ``silent_days`` where nothing was heard.

    ``reminders`` are those that the office sent.
    """

    partner: str
    name: str
    place: Place
    its: PartnerReturn
    answered: int
    lines: int
    silent_days: int | None
    reminders: Sequence[Reminder] = ()

    @property
    def is_in_draft(self) -> bool:
        """Say whether its people have begun and not submitted."""
        return self.its.submitted_at is None and self.lines > 0


@dataclass(frozen=True, slots=True)
class NextPack:
    """The pack of the next meeting: the returns of its quarter, and the items that lack something themselves."""

    meeting: Meeting
    returns: ReturnCollection
    items: Sequence[tuple[AgendaItem, str]]


def drafts_of(connection: Connection, partnership: str, quarter: str) -> Drafts:
    """Return the drafts that partners have of a quarter's returns."""
    begun = (partner for of, partner in drafts.lines_answered(connection, partnership) if of == quarter)
    return {partner: drafts.read(connection, ReturnOf(partnership, quarter, partner)) for partner in begun}


def lines(view: View, figures: Figures, begun: Drafts) -> list[Line]:
    """Return the partners that owe a return, those first about which there is something to do."""
    owed = partner_returns(figures.register, figures.returns, view.at)
    found = [_line(view, figures, each, begun.get(each.partner, ())) for each in owed]
    order = list(Place)
    return sorted(found, key=lambda each: (order.index(each.place), -(each.silent_days or 0), each.name))


def counts(found: Sequence[Line]) -> Mapping[str, int]:
    """Return by what is said of them how many of the expected returns are so; one may be both in draft and late."""
    return {
        "submitted": sum(each.its.submitted_at is not None for each in found),
        "in draft": sum(each.is_in_draft for each in found),
        "late": sum(each.its.is_late for each in found),
        "silent": sum(each.silent_days is not None for each in found),
    }


def next_pack(view: View) -> NextPack | None:
    """Return what the pack of the next meeting lacks; None where no meeting is due."""
    due = (
        each
        for each in held_or_due(view.register)
        if each.state is MeetingState.SCHEDULED and start_of(view.calendar, each) > view.at
    )
    meeting = next(due, None)
    if meeting is None:
        return None
    lacking = ((item, _lacks(item)) for _, item in sorted(meeting.items.items()))
    covered = view.figures(view.calendar.timetable(meeting.date).quarter)
    return NextPack(meeting, covered.returns, [(item, what) for item, what in lacking if what])


def previous_and_next(view: View, quarter: Period) -> tuple[str, str]:
    """Return the labels of the quarters beside one that can be shown; empty where there is none."""
    known = [each.label for each in view.quarters]
    place = known.index(quarter.label) if quarter.label in known else len(known)
    return known[place - 1] if place > 0 else "", known[place + 1] if place + 1 < len(known) else ""


def _line(view: View, figures: Figures, its: PartnerReturn, draft: Sequence[DraftAnswer]) -> Line:
    answered = of = 0
    if draft and its.submitted_at is None:
        partner = figures.register.partners[its.partner]
        filled = FilledForm(return_form(figures.register, partner, figures.quarter, view.at, chosen_in(draft)), draft)
        answered, of = filled.answered, len(filled.counted)
    return Line(
        its.partner,
        figures.partner_name(its.partner),
        _place(its, is_begun=of > 0),
        its,
        answered,
        of,
        figures.silent.get(its.partner),
        figures.register.returns.reminders.get((its.partner, figures.quarter.label), ()),
    )


def _place(its: PartnerReturn, *, is_begun: bool) -> Place:
    if its.submitted_at is not None:
        return Place.SUBMITTED_LATE if its.is_late else Place.SUBMITTED
    if its.is_late:
        return Place.OVERDUE
    return Place.IN_DRAFT if is_begun else Place.EXPECTED


def _lacks(item: AgendaItem) -> str:
    lacking = [
        words
        for words, is_there in (
            ("recommendation", item.recommendation is not None or item.kind is not ItemKind.DECISION),
            ("owner", item.owner is not None),
        )
        if not is_there
    ]
    return " and no ".join(lacking)
