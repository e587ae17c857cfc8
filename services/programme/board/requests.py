"""Deciding on change requests: items for decision that carry what the board is asked to bring about."""

from __future__ import annotations

from datetime import date
from itertools import islice

from contracts.events import effects
from contracts.events.board import ChangeRequested
from contracts.events.effects import Effect
from contracts.references import project_of
from domain.register import Register
from domain.register.board import MEETINGS, Meeting, MeetingState
from services.programme.board.breaches import free_numbers, meeting_in_place_of, moving_on
from services.programme.board.commands import RequestChange
from services.programme.core import lookup
from services.programme.core.decider import Context, Facts, Refused, decides
from services.programme.decisions.carrying_out import check_effect


@decides(RequestChange)
def request(register: Register, command: RequestChange, context: Context) -> Facts:
    meeting = lookup.find(MEETINGS, register, command.meeting)
    if meeting.state is not MeetingState.SCHEDULED:
        raise Refused(
            "meeting", f"{meeting.reference} has begun or is not held; ask for the change at one that is scheduled"
        )
    effect = command.effect.as_fact()
    check_effect(register, effect, context)
    return [
        ChangeRequested(
            meeting=meeting.reference,
            item=next(free_numbers(meeting)),
            title=command.title,
            about=about(effect),
            recommendation=command.recommendation,
            owner=who_asks(register, effect, register.calendar.local_date(context.now)),
            effect=effect,
        )
    ]


def asked_again(register: Register, cancelled: Meeting) -> list[ChangeRequested]:
    """Return the change requests that go from a cancelled meeting to the next one's agenda, where there is one."""
    following = meeting_in_place_of(register, cancelled)
    if following is None:
        return []
    taken = len(moving_on(register, cancelled))
    numbers = islice(free_numbers(following), taken, None)
    return [
        ChangeRequested(
            meeting=following.reference,
            item=next(numbers),
            title=item.title,
            about=item.about,
            recommendation=item.recommendation or item.title,
            owner=item.owner,
            effect=item.effect,
        )
        for item in cancelled.items.values()
        if item.effect is not None
    ]


def about(effect: Effect) -> str | None:
    """Return the reference, or the partner's code, of what an effect would change; None of what there is not yet."""
    match effect.content:
        case effects.MoveProject() | effects.SetBaseline() as part:
            return part.project
        case effects.DropMilestone() as part:
            return part.milestone
        case effects.WithdrawCommitment() | effects.GrantDerogation() as part:
            return part.commitment
        case effects.RecordPartnerLeaving() as part:
            return part.partner
        case _:
            return None


def who_asks(register: Register, effect: Effect, on: date) -> str | None:
    """Return the partner whose change it is: its project, its derogation, its leaving; None for the secretary's own.

    What an effect names need not be there.
    """
    content = effect.content
    if isinstance(content, effects.GrantDerogation | effects.RecordPartnerLeaving):
        return content.partner
    reference = about(effect) or ""
    project = register.projects.get(project_of(reference) if reference in register.milestones else reference)
    return None if project is None else project.participation.lead_on(on)
