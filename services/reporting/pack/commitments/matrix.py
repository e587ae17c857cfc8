"""The matrix of partners and commitments: the status of each obligation that fell due in the quarter.

A commitment stands in it by its code and a status by one short word, so that many partners go on a page; what these
mean stands below. A table takes up to ten commitments; more are shared out evenly over further tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from contracts.references import short
from domain import wording
from domain.figures.compliance import Obligation, Status
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Paragraph, Table

COMMITMENTS_PER_TABLE = 10
SHORT = {
    Status.MET: "Met",
    Status.MET_LATE: "Late",
    Status.PARTLY_MET: "Partly",
    Status.NOT_MET: "Not",
    Status.NOT_REPORTED: "None",
    Status.NOT_YET_DUE: "Ahead",
    Status.DEROGATED: "Leave",
}
"""A status in one word of a few letters."""


def matrix(briefing: Briefing) -> Iterator[Block]:
    """Yield how each partner stood with each commitment that fell due in the quarter."""
    label = briefing.now.quarter.label
    obligations = briefing.now.covered.obligations
    tables = list(_tables(briefing, obligations, f"Status of each obligation, {label}"))
    if not tables:
        yield Paragraph(f"No obligation of any partner ended in {label}.")
        return
    yield from tables
    words = "; ".join(f"{word}: {wording.OBLIGATIONS[status].text.lower()}" for status, word in SHORT.items())
    yield Paragraph(f"{words}; a dash: it did not apply to that partner in that period.", "quiet")
    yield _codes(briefing, obligations)


def _tables(briefing: Briefing, obligations: Iterable[Obligation], caption: str) -> Iterator[Table]:
    by_key = {(each.partner, each.commitment): each for each in obligations if each.status is not Status.NOT_APPLICABLE}
    commitments = sorted({commitment for _, commitment in by_key}, key=_in_order(briefing))
    code = briefing.register.code
    partners = [each for each in briefing.now.compliance.partners if any(partner == each.code for partner, _ in by_key)]
    for part in _shared_out(commitments):
        whole = len(part) == len(commitments)
        yield Table(
            caption if whole else f"{caption}: {part[0]} to {part[-1]}",
            (Column("Partner", share=4.2), *(Column(short(code, each), ColumnKind.STATUS) for each in part)),
            tuple(
                (
                    briefing.partner(partner.code),
                    *(
                        _status(by_key[partner.code, each]) if (partner.code, each) in by_key else Cell(wording.NOTHING)
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


def _shared_out(commitments: list[str]) -> Iterator[list[str]]:
    """Yield the commitments in as few parts as hold them, none of which has two more than another."""
    parts = -(-len(commitments) // COMMITMENTS_PER_TABLE)
    for part in range(parts):
        yield commitments[len(commitments) * part // parts : len(commitments) * (part + 1) // parts]


def _codes(briefing: Briefing, obligations: Iterable[Obligation]) -> Paragraph:
    """Return what the codes at the heads of the columns stand for."""
    known = {each.commitment for each in obligations if each.status is not Status.NOT_APPLICABLE}
    named = (briefing.short(each) for each in sorted(known, key=_in_order(briefing)))
    return Paragraph(f"The commitments: {'; '.join(named)}.", "quiet")


def _status(obligation: Obligation) -> Cell:
    return Cell(SHORT[obligation.status], tone=wording.OBLIGATIONS[obligation.status].tone)
