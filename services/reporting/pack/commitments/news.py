"""What a board must know since its last meeting about compliance."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.figures.compliance import Counts
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.commitments.breaches import NAMED_IN_FULL, in_few_signs
from services.reporting.pack.commitments.record import record_in_words
from services.reporting.pack.commitments.since import change
from services.reporting.pack.commitments.since import late_entries as entered_late
from services.reporting.pack.news import Direction, News
from services.reporting.pack.previous import PreviousPack

NOTABLE = 10
"""By how many points the rate of a commitment goes up or down before a board must know; the partnership's by one."""


def breaches(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield by partner the breaches that have arisen, then those that are no more."""
    now = frozenset((each.commitment, each.partner) for each in briefing.now.breaches)
    yield from _breaches(briefing, now - before.breaches, Direction.WORSE, "In breach since this quarter")
    yield from _breaches(briefing, before.breaches - now, Direction.BETTER, "In breach no more")


def _breaches(
    briefing: Briefing, found: frozenset[tuple[str, str]], direction: Direction, words: str
) -> Iterator[News]:
    for partner in sorted({partner for _, partner in found}):
        commitments = sorted(commitment for commitment, each in found if each == partner)
        told = commitments if len(commitments) <= NAMED_IN_FULL else commitments[: NAMED_IN_FULL - 1]
        records = (record_in_words(briefing, each, partner, periods=2) for each in told)
        named = wording.listed(in_few_signs(briefing, commitments))
        what = Cell(briefing.now.partner_name(partner), link="#exceptions")
        yield News(direction, what, f"{words}: {named}", " ".join(records))


def rates(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield the partnership's rate if it moved, and those of commitments that moved by much."""
    covered, restated = briefing.now.covered, _restated(briefing, before)
    yield from _rate(
        Cell("All commitments", link="#exceptions"), before.covered.partnership, covered.partnership, 1, restated
    )
    for reference, counts in covered.by_commitment.items():
        was = before.covered.by_commitment.get(reference)
        if was is not None:
            yield from _rate(Cell(briefing.short(reference), link="#exceptions"), was, counts, NOTABLE)


def _restated(briefing: Briefing, before: PreviousPack) -> str:
    """Say what the quarter of the last pack comes to by now, where that is another rate than it had."""
    now = next((each.partnership for each in briefing.now.trend if each.quarter == before.quarter), None)
    if now is None or now.rate == before.covered.partnership.rate:
        return ""
    return f"By what was recorded since, {before.quarter.label} comes to {wording.rate(now)}."


def _rate(what: Cell, was: Counts, now: Counts, least: int, why: str = "") -> Iterator[News]:
    if was.rate is None or now.rate is None or abs(now.rate - was.rate) < least:
        return
    moved = change(was.rate, now.rate).text
    direction = Direction.BETTER if now.rate > was.rate else Direction.WORSE
    yield News(direction, what, f"{moved}: {wording.rate(now)} met, before {wording.rate(was)}", why)


def late_entries(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield, counted, what was recorded since about quarters that the last pack had counted."""
    late = entered_late(briefing, before).rows
    if late:
        entries = wording.count(len(late), "entry has", "entries have")
        what = Cell(f"{before.quarter.label} and earlier", link="#moved")
        yield News(Direction.CHANGED, what, f"{wording.sentence(entries).rstrip('.')} been recorded since")
