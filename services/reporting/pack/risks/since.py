"""What moved in the risk register since the last pack: new, closed and judged anew."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.register import Register
from domain.register.risks import RISKS, Risk
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Column, ColumnKind, Table
from services.reporting.pack.previous import PreviousPack


def risks(briefing: Briefing, before: PreviousPack) -> Table:
    """Return the risks that are new, were closed or reopened, or whose score changed."""
    return Table(
        "Risks that are new, closed, reopened or judged anew",
        (
            Column("Risk", share=2.2),
            Column("What changed", ColumnKind.STATUS, 1.1),
            Column("Score was", ColumnKind.NUMBER, 0.8),
            Column("Is now", ColumnKind.NUMBER, 0.8),
            Column("Reason", share=2.2),
        ),
        tuple(_rows(briefing, before)),
        "No risk is new, was closed or was judged anew.",
    )


def open_scores(register: Register) -> dict[str, int]:
    """Return the scores of the risks that are open, by reference."""
    return {each.reference: each.assessment.score for each in register.risks.values() if each.is_open}


def travel(now: int, was: int | None) -> Cell:
    """Say in which direction a risk travels."""
    if was is None:
        return Cell("New", tone=Tone.NEUTRAL)
    if now == was:
        return Cell("Unchanged")
    return Cell("Rising", f"was {was}", Tone.BAD) if now > was else Cell("Falling", f"was {was}", Tone.GOOD)


def direction(briefing: Briefing, risk: Risk) -> Cell:
    """Say in which direction an open risk travels since the last pack."""
    if briefing.before is None:
        return Cell(wording.NOTHING, "first pack")
    return travel(risk.assessment.score, briefing.before.of(open_scores).get(risk.reference))


def _rows(briefing: Briefing, before: PreviousPack) -> Iterator[tuple[Cell, ...]]:
    scores = before.of(open_scores)
    for risk in briefing.now.by_number(RISKS):
        was = scores.get(risk.reference)
        if not risk.is_open and was is not None:
            yield _row(risk, Cell("Closed", tone=Tone.GOOD), was, None, risk.closing_reason or "")
        elif risk.is_open and was is None:
            is_new = briefing.is_news(risk.raised_at)
            what = Cell("New" if is_new else "Reopened", tone=Tone.NEUTRAL)
            yield _row(risk, what, None, risk.assessment.score, risk.cause)
        elif risk.is_open and was != risk.assessment.score:
            reason = risk.assessment.reason or ""
            changed = travel(risk.assessment.score, was)
            yield _row(risk, Cell(changed.text, tone=changed.tone), was, risk.assessment.score, reason)


def _row(risk: Risk, changed: Cell, was: int | None, now: int | None, reason: str) -> tuple[Cell, ...]:
    return (
        Cell(f"{risk.reference} {risk.title}"),
        changed,
        Cell(wording.NOTHING if was is None else str(was)),
        Cell(wording.NOTHING if now is None else str(now)),
        Cell(reason),
    )
