"""Receipts: what stood on the page when somebody submitted a return, line by line, in the words that they read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import JSON, Column, Connection, MetaData, String, Table, insert, select

from services.runtime.store.columns import Instant

metadata = MetaData()
_receipts = Table(
    "return_receipts",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("quarter", String(32), primary_key=True),
    Column("partner", String(64), primary_key=True),
    Column("submitted_at", Instant, primary_key=True),
    Column("lines", JSON, nullable=False),
)


class ReceiptLine(NamedTuple):
    """One change: of what, what it was and what it is now."""

    title: str
    code: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was submitted, and when that was."""

    submitted_at: datetime
    lines: tuple[ReceiptLine, ...]


def keep(
    connection: Connection, partnership: str, quarter: str, partner: str, at: datetime, lines: Sequence[ReceiptLine]
) -> None:
    """Keep the receipt of a submission, in its transaction."""
    connection.execute(
        insert(_receipts).values(
            partnership=partnership,
            quarter=quarter,
            partner=partner,
            submitted_at=at,
            lines=[list(each) for each in lines],
        )
    )


def read(connection: Connection, partnership: str, quarter: str, partner: str) -> list[Receipt]:
    """Return the receipts of a return, the latest first."""
    question = (
        select(_receipts.c.submitted_at, _receipts.c.lines)
        .where(
            _receipts.c.partnership == partnership,
            _receipts.c.quarter == quarter,
            _receipts.c.partner == partner,
        )
        .order_by(_receipts.c.submitted_at.desc())
    )
    return [
        Receipt(submitted_at, tuple(ReceiptLine(*each) for each in lines))
        for submitted_at, lines in connection.execute(question)
    ]
