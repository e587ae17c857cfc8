"""Where the pages of one return lie: ``/return/LAP/2014-15-Q2/BRE``, as its reference has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path

from contracts.paths import path_of_return
from services.runtime.web.partnership.addresses import Addresses

Quarter = Annotated[str, Path(pattern=r"^\d{4}(-\d{2})?-Q[1-4]$", description="The quarter.", examples=["2014-15-Q2"])]


def quarter_in(address: str) -> str:
    """Return the label of the quarter that an address names: ``2014-15 Q2`` for ``2014-15-Q2``."""
    year, _, quarter = address.rpartition("-")
    return f"{year} {quarter}"


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of a return; ``quarter`` is its label."""

    partnership: str
    quarter: str
    partner: str

    @property
    def form(self) -> str:
        """The form itself."""
        return path_of_return(self.partnership, self.quarter, self.partner)

    @property
    def door(self) -> str:
        """Where the link of a reminder leads."""
        return f"{self.form}/open"

    @property
    def check(self) -> str:
        """Check your answers."""
        return f"{self.form}/check"

    @property
    def submit(self) -> str:
        """Where it is submitted."""
        return f"{self.form}/submit"

    @property
    def receipt(self) -> str:
        """That it was submitted."""
        return f"{self.form}/submitted"

    def thing(self, code: str) -> str:
        """Where what a line is about is shown."""
        return Addresses(self.partnership).of(code)

    def pack(self, reference: str) -> str:
        """Where the pack for a meeting is shown."""
        return Addresses(self.partnership).pack(reference)

    def line(self, key: str) -> str:
        """Where one line is kept."""
        return f"{self.form}/lines/{key}"

    def choose(self, key: str) -> str:
        """Where one of several answers is chosen."""
        return f"{self.form}/choose/{key}"

    def change(self, key: str) -> str:
        """Where one line of a return that was submitted is changed."""
        return f"{self.form}/change/{key}"
