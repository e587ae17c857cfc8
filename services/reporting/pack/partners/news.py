"""What a board must know since its last meeting about partners: who fell silent, came, left or has another name."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.news import Direction, News
from services.reporting.pack.partners.since import changes
from services.reporting.pack.previous import PreviousPack


def silence(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield the partners that fell silent, then those that were heard of again."""
    for code, days in briefing.now.silent.items():
        if code not in before.silent:
            yield News(Direction.WORSE, _named(briefing, code), f"Silent for {wording.days(days)}")
    for code in sorted(before.silent - briefing.now.silent.keys()):
        yield News(Direction.BETTER, _named(briefing, code), "Heard of again")


def members(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield how the membership changed."""
    for partner, what, since, reason in changes(briefing, before):
        note = f" ({what.note})" if what.note else ""
        yield News(Direction.CHANGED, partner, f"{what.text}{note}, from {since.text}", reason)


def _named(briefing: Briefing, code: str) -> Cell:
    return Cell(briefing.now.partner_name(code), link="#reporting")
