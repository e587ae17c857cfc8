"""The matrix of partners and commitments: once by status for the quarter, once by progress for what is still running.

A table takes up to six commitments, so that every status stands in it as words; more make a further table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from domain import wording
from domain.figures.compliance import Obligation, Status
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Paragraph, Table

COMMITMENTS_PER_TABLE = 6
LONGEST_HEADING = 48

Word = Callable[[Obligation], Cell]


def matrix(briefing: Briefing) -> Iterator[Block]:
    """Yield how each partner stood with each commitment that fell due in the quarter."""
    label = briefing.now.quarter.label
    obligations = briefing.now.covered.obligations
    tables = list(_tables(briefing, obligations, f"Status of each obligation, {label}", _status))
    if not tables:
        yield Paragraph(f"No obligation of any partner ended in {label}.")
        return
    yield Paragraph("A dash: the commitment did not apply to that partner in that period.", "quiet")
    yield from tables


def progress_matrix(briefing: Briefing) -> Iterator[Block]:
    """Yield the progress of each obligation whose period is still running; these are counted nowhere."""
    obligations = briefing.now.running
    tables = list(_tables(briefing, obligations, "Progress so far", _progress))
    if not tables:
        yield Paragraph("No obligation’s period is still running.")
        return
    yield Paragraph(f"They are counted in no rate. Running are: {'; '.join(_periods(briefing, obligations))}.", "quiet")
    yield from tables


def _tables(briefing: Briefing, obligations: Iterable[Obligation], caption: str, word: Word) -> Iterator[Table]:
    by_key = {(each.partner, each.commitment): each for each in obligations if each.status is not Status.NOT_APPLICABLE}
    commitments = sorted({commitment for _, commitment in by_key}, key=_in_order(briefing))
    partners = [each for each in briefing.now.compliance.partners if any(partner == each.code for partner, _ in by_key)]
    for first in range(0, len(commitments), COMMITMENTS_PER_TABLE):
        part = commitments[first : first + COMMITMENTS_PER_TABLE]
        whole = len(part) == len(commitments)
        yield Table(
            caption if whole else f"{caption}: {part[0]} to {part[-1]}",
            (Column("Partner", share=2.4), *(Column(_heading(briefing, each), ColumnKind.STATUS) for each in part)),
            tuple(
                (
                    briefing.partner(partner.code),
                    *(
                        word(by_key[partner.code, each]) if (partner.code, each) in by_key else Cell(wording.NOTHING)
                        for each in part
                    ),
                )
                for partner in partners
            ),
            "",
            dense=True,
            is_matrix=True,
        )


def _in_order(briefing: Briefing) -> Callable[[str], int]:
    order = {each.reference: place for place, each in enumerate(briefing.now.compliance.commitments)}
    return lambda reference: order[reference]


def _heading(briefing: Briefing, commitment: str) -> str:
    title = briefing.register.commitments[commitment].title
    return f"{commitment} {title if len(title) <= LONGEST_HEADING else title[:LONGEST_HEADING].rstrip() + '…'}"


def _periods(briefing: Briefing, obligations: Iterable[Obligation]) -> Iterator[str]:
    periods = {each.commitment: each.period for each in obligations if each.status is not Status.NOT_APPLICABLE}
    for reference in sorted(periods, key=_in_order(briefing)):
        period = periods[reference]
        yield f"{reference} {period.label} (to {wording.plain_date(period.last_day)})"


def _status(obligation: Obligation) -> Cell:
    return wording.OBLIGATIONS[obligation.status]


def _progress(obligation: Obligation) -> Cell:
    if obligation.status is Status.DEROGATED:
        return wording.OBLIGATIONS[Status.DEROGATED]
    if obligation.status in (Status.MET, Status.MET_LATE):
        return Cell("Met so far", tone=Tone.GOOD)
    return Cell(obligation.progress[:1].upper() + obligation.progress[1:])
