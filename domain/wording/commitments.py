"""Statuses of obligations in words."""

from __future__ import annotations

from domain.figures.compliance import Status
from domain.wording.cells import Cell, Tone
from domain.wording.dates import NOTHING

OBLIGATIONS = {
    Status.MET: Cell("Met", tone=Tone.GOOD),
    Status.MET_LATE: Cell("Met late", tone=Tone.GOOD),
    Status.PARTLY_MET: Cell("Partly met", tone=Tone.CAUTION),
    Status.NOT_MET: Cell("Not met", tone=Tone.BAD),
    Status.NOT_REPORTED: Cell("Not reported", tone=Tone.BAD),
    Status.NOT_YET_DUE: Cell("Not yet due", tone=Tone.NEUTRAL),
    Status.DEROGATED: Cell("Derogated", tone=Tone.NEUTRAL),
    Status.NOT_APPLICABLE: Cell(NOTHING),
}
