"""What changed in decisions and actions."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from services.reporting.comparing.comparison import Change, Way, way
from services.reporting.comparing.names import Names
from services.reporting.comparing.pairs import in_both, only_in
from services.reporting.comparing.reported import Reported, ReportedAction, ReportedDecision


def decisions(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield decisions that are new, and what became of those that the earlier pack had."""
    for new in only_in(later.decisions, earlier.decisions, lambda each: each.ref):
        yield Change(_text(new), new.ref, "New decision", wording.NOTHING, _stands(new), _way_of_new(new))
    for was, now in in_both(earlier.decisions, later.decisions, lambda each: each.ref):
        if _stands(was) != _stands(now):
            yield Change(_text(now), now.ref, "How far it has come", _stands(was), _stands(now), _way(was, now))


def actions(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield actions that are new, done, overdue or dropped, or whose due date or owner changed."""
    for new in only_in(later.actions, earlier.actions, lambda each: each.ref):
        is_late = Way.WORSE if new.status == "overdue" else Way.NEITHER
        said = f"{_status(new).lower()}, due {wording.plain_date(new.due)}"
        yield Change(_text(new), new.ref, "New action", wording.NOTHING, said, is_late)
    for was, now in in_both(earlier.actions, later.actions, lambda each: each.ref):
        yield from _action(was, now, names)


def _action(was: ReportedAction, now: ReportedAction, names: Names) -> Iterator[Change]:
    if was.status != now.status:
        better = {"done": Way.BETTER, "overdue": Way.WORSE}.get(now.status, Way.NEITHER)
        yield Change(_text(now), now.ref, "Status", _status(was), _status(now), better)
    if was.due != now.due:
        moved = (now.due - was.due).days
        said = f"{wording.plain_date(now.due)} ({wording.slip(moved)})"
        later = way(0, moved, more_is_better=False)
        yield Change(_text(now), now.ref, "Due", wording.plain_date(was.due), said, later)
    if was.owner and was.owner != now.owner:
        yield Change(_text(now), now.ref, "Owner", names.of(was.owner), names.of(now.owner))


def _stands(decision: ReportedDecision) -> str:
    outcome = wording.OUTCOMES[decision.outcome]
    if decision.superseded_by is not None:
        return f"{outcome}, superseded by {decision.superseded_by}"
    if decision.failed is not None:
        return f"{outcome}, could not be carried out: {decision.failed}"
    if decision.carried_out:
        return f"{outcome}, carried out"
    return f"{outcome}, waits for ratification" if decision.awaits_ratification else outcome


def _way(was: ReportedDecision, now: ReportedDecision) -> Way:
    if now.failed is not None and was.failed is None:
        return Way.WORSE
    is_done = now.carried_out and not was.carried_out
    return Way.BETTER if is_done or (was.awaits_ratification and not now.awaits_ratification) else Way.NEITHER


def _way_of_new(decision: ReportedDecision) -> Way:
    return Way.NEITHER if decision.failed is None else Way.WORSE


def _status(action: ReportedAction) -> str:
    cell = wording.ACTIONS.get(action.status)
    return action.status if cell is None else cell.text


def _text(thing: ReportedDecision | ReportedAction) -> str:
    return thing.text or thing.ref
