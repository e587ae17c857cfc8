"""What was amended, handed over or taken back since the last pack, with the value before and the one now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain import wording
from domain.register.amendments import Amendment, Value
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Column, Table
from services.reporting.pack.news import Direction, News
from services.reporting.pack.previous import PreviousPack

_PARTNERS = frozenset({"owner", "lead", "taking part", "must attend"})


def amendments(briefing: Briefing, before: PreviousPack) -> Table:
    """Return what is not as it was, in the order in which it was recorded."""
    return Table(
        "What was amended, handed over or taken back",
        (
            Column("Of", share=1.8),
            Column("What", share=0.9),
            Column("Was", share=1.6),
            Column("Is now", share=1.6),
            Column("Reason", share=1.8),
        ),
        tuple(_rows(briefing)),
        "Nothing was amended.",
        dense=True,
    )


def leads(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield the projects that another partner leads, or will."""
    for each in briefing.register.amendments:
        if each.what == "lead" and briefing.is_news(each.recorded_at):
            change = f"Led by {_shown(briefing, each, each.now)}, before by {_shown(briefing, each, each.was)}"
            from_ = _from(each)
            what = Cell(briefing.short(each.subject), link=f"#{each.subject}")
            yield News(Direction.CHANGED, what, f"{change}{f', {from_}' if from_ else ''}", each.reason or "")


def _rows(briefing: Briefing) -> Iterator[tuple[Cell, ...]]:
    for each in briefing.register.amendments:
        if briefing.is_news(each.recorded_at):
            yield (
                Cell(briefing.titled(each.subject)),
                Cell(each.what[:1].upper() + each.what[1:]),
                Cell(_shown(briefing, each, each.was)),
                Cell(_shown(briefing, each, each.now), _from(each)),
                Cell(each.reason or wording.NOTHING),
            )


def _from(amendment: Amendment) -> str:
    return "" if amendment.since is None else f"from {wording.plain_date(amendment.since)}"


def _shown(briefing: Briefing, amendment: Amendment, value: Value) -> str:
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, date):
        return wording.plain_date(value)
    names = briefing.now.partner_name if amendment.what in _PARTNERS else str
    return wording.listed([names(each) for each in value]) if isinstance(value, tuple) else names(value)
