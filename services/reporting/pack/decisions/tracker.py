"""F: decisions since the last pack, those awaiting ratification, and actions open and closed since."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.register.decisions import ACTIONS, AGREED, DECISIONS, Action, Decision
from domain.wording.cells import Cell
from domain.wording.decisions import effect_of, how_reached
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.decisions.ratification import awaiting, waiting, where
from services.reporting.pack.document import (
    Block,
    Column,
    ColumnKind,
    Detail,
    Heading,
    Matter,
    Paragraph,
    Section,
    Table,
)


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("F", "decisions", "Decisions and actions", tuple(_blocks(briefing)))


def _blocks(briefing: Briefing) -> Iterator[Block]:
    recent = [each for each in briefing.now.by_number(DECISIONS) if briefing.is_news(each.recorded_at)]
    unratified = awaiting(briefing)
    yield Heading("Decisions since the last pack" if briefing.before else "Decisions")
    if not recent:
        yield Paragraph("The board has recorded no decision since the last pack’s cut-off.")
    for decision in recent:
        yield _decision(briefing, decision)
    yield Heading("Awaiting ratification")
    if not unratified:
        yield Paragraph("No decision is awaiting ratification.")
    for decision in unratified:
        yield waiting(briefing, decision)
    yield Heading("Actions")
    yield _actions(briefing)


def _decision(briefing: Briefing, decision: Decision) -> Matter:
    facts = [
        Detail("Outcome", Cell(wording.OUTCOMES[decision.outcome])),
        Detail("Reached", Cell(_reached(briefing, decision))),
    ]
    if decision.reasons:
        facts.append(Detail("Reasons", Cell(decision.reasons)))
    if decision.alternatives:
        facts.append(Detail("Alternatives considered", Cell(decision.alternatives)))
    facts.append(Detail("Effect", effect_of(decision, briefing.titled, briefing.now.calendar)))
    if decision.supersedes or decision.superseded_by:
        facts.append(Detail("Related", Cell(_succession(decision))))
    return Matter(decision.reference, decision.text, tuple(facts), anchor=decision.reference)


def _reached(briefing: Briefing, decision: Decision) -> str:
    on = wording.plain_date(decision.effective_on)
    return f"{where(decision)}, on {on}, {how_reached(decision)}{_quorum(decision)}"


def _quorum(decision: Decision) -> str:
    if decision.quorate:
        return ""
    return "; without a quorum, so a recommendation only" if decision.outcome in AGREED else "; without a quorum"


def _succession(decision: Decision) -> str:
    parts = (
        decision.supersedes and f"supersedes {decision.supersedes}",
        decision.superseded_by and f"superseded by {decision.superseded_by}",
    )
    return wording.sentence(" and ".join(part for part in parts if part))


def _actions(briefing: Briefing) -> Table:
    return Table(
        "Actions that are open, and those done or dropped since the last pack",
        (
            Column("Action", share=0.85),
            Column("What", share=2.8),
            Column("Owner", share=1.4),
            Column("Due", ColumnKind.DATE, 1),
            Column("Status", ColumnKind.STATUS, 1.1),
        ),
        tuple(_action_rows(briefing)),
        "There are no open actions, and none was done since the last pack.",
    )


def _action_rows(briefing: Briefing) -> Iterator[tuple[Cell, ...]]:
    for action in briefing.now.by_number(ACTIONS):
        ended_at = action.completed_at or action.dropped_at
        if ended_at is not None and not briefing.is_news(ended_at):
            continue
        shown = wording.ACTIONS[briefing.now.action_status(action)]
        done = "" if action.completed_on is None else f"on {wording.short_date(action.completed_on)}"
        yield (
            Cell(action.reference, f"from {action.decision}"),
            Cell(action.text, _ended(action)),
            Cell(briefing.now.partner_name(action.owner), _role(briefing, action.person)),
            Cell(wording.short_date(action.due), first_due(action)),
            Cell(shown.text, done, shown.tone),
        )


def first_due(action: Action) -> str:
    """Say when a moved action was first due, and how often it was moved."""
    if not action.moves:
        return ""
    return f"first due {wording.short_date(action.original_due)}, {wording.moved(action.moves)}"


def _ended(action: Action) -> str:
    if action.dropped_because is not None:
        return f"Dropped: {action.dropped_because}"
    return f"Evidence: {action.evidence}" if action.evidence else ""


def _role(briefing: Briefing, person: str | None) -> str:
    """Return the roles of a person, who is never named."""
    known = briefing.register.people.get(person or "")
    return (
        ""
        if known is None
        else wording.listed(sorted(role.value.replace("_", " ") for role in known.roles_on(briefing.now.on)), "")
    )
