"""3: what a board must know of what moved between the last issued pack and this one; annex A has everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain import wording
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Paragraph, Section, Table
from services.reporting.pack.edition import EditionState
from services.reporting.pack.news import DIRECTIONS, Direction, News, Telling
from services.reporting.pack.previous import PreviousPack
from services.reporting.pack.shortened import shortened

FIRST_PACK = "This is the partnership’s first pack, so there is no earlier one to compare it with."
MOST = {Direction.WORSE: 12, Direction.CHANGED: 6, Direction.BETTER: 6}
"""How many of each are told before the rest is counted."""
CAPTIONS = {
    Direction.WORSE: "What got worse",
    Direction.CHANGED: "What changed, for better or worse",
    Direction.BETTER: "What got better",
}


def section(tellings: Sequence[Telling], briefing: Briefing) -> Section:
    """Return the section, with what each of ``tellings`` has to tell."""
    is_supplement = briefing.edition.state is EditionState.SUPPLEMENT
    heading = "Since the pack was issued" if is_supplement else "Since your last meeting"
    return Section("3", "since", heading, tuple(_blocks(tellings, briefing)), starts_page=True)


def compared_with(briefing: Briefing) -> str:
    """Say which pack this one is compared with."""
    before = briefing.before
    if before is None:
        return FIRST_PACK
    return f"Compared with {pack_before(briefing, before)}."


def pack_before(briefing: Briefing, before: PreviousPack) -> str:
    """Return the pack before in words: of which meeting, and up to when."""
    return (
        f"the pack for {before.notice.reference}, {wording.plain_date(before.notice.date)}, "
        f"with data up to {wording.plain_date(briefing.now.calendar.local_date(before.at))}"
    )


def _blocks(tellings: Sequence[Telling], briefing: Briefing) -> Iterator[Block]:
    yield Paragraph(compared_with(briefing), "lead")
    if briefing.before is None:
        return
    news = [each for telling in tellings for each in telling(briefing, briefing.before)]
    if not news:
        yield Paragraph("Nothing moved that the board must know of.")
        return
    for direction in Direction:
        yield from _told(direction, [each for each in news if each.direction is direction])


def _told(direction: Direction, news: Sequence[News]) -> Iterator[Block]:
    if not news:
        return
    table = Table(
        CAPTIONS[direction],
        (
            Column("What", share=2),
            Column("Direction", ColumnKind.STATUS, 0.8),
            Column("How it moved", share=2.4),
            Column("Why", share=2.2),
        ),
        tuple(
            (each.what, DIRECTIONS[direction], Cell(each.change), Cell(each.why or wording.NOTHING)) for each in news
        ),
        "",
        dense=True,
    )
    yield from shortened(table, MOST[direction], "A")
