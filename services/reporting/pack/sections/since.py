"""Section 3: what moved between the last issued pack and this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from services.reporting.pack import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Paragraph, Section, Table
from services.reporting.pack.edition import State
from services.reporting.pack.previous import PreviousPack
from services.reporting.pack.sections import (
    since_amendments,
    since_board,
    since_compliance,
    since_partners,
    since_projects,
    since_risks,
)

Part = tuple[str, Callable[[Briefing, PreviousPack], Table]]
PARTS: tuple[Part, ...] = (
    ("Partners", since_partners.partners),
    ("Stages", since_projects.stages),
    ("Delivery confidence", since_projects.confidences),
    ("Forecasts", since_projects.forecasts),
    ("Baselines", since_projects.baselines),
    ("Milestones reached", since_projects.reached),
    ("Milestones dropped", since_projects.dropped),
    ("Risks", since_risks.risks),
    ("Compliance", since_compliance.rates),
    ("Compliance by partner", since_compliance.partners),
    ("Decisions carried out or failed", since_board.effects),
    ("Actions done and overdue", since_board.actions),
    ("Amendments", since_amendments.amendments),
    ("Recorded since about earlier quarters", since_compliance.late_entries),
)


def section(briefing: Briefing) -> Section:
    """Return the section."""
    is_supplement = briefing.edition.state is State.SUPPLEMENT
    heading = "Since the pack was issued" if is_supplement else "Since your last meeting"
    return Section(3, "since", heading, tuple(_blocks(briefing)))


def _blocks(briefing: Briefing) -> Iterator[Block]:
    before = briefing.before
    if before is None:
        yield Paragraph("This is the partnership’s first pack, so there is no earlier one to compare it with.", "lead")
        return
    yield Paragraph(
        f"Compared with the pack for {before.notice.reference} ({wording.plain_date(before.notice.date)}), "
        f"which took in what was recorded up to {briefing.local(before.at)}.",
        "lead",
    )
    tables = [(title, table(briefing, before)) for title, table in PARTS]
    for _, table in tables:
        if table.rows:
            yield table
    unchanged = [title.lower() for title, table in tables if not table.rows]
    if unchanged:
        yield Paragraph(f"Nothing has changed, or been recorded, under: {', '.join(unchanged)}.", "quiet")
