"""How large a file may be. All of it is known before anything is parsed, or counted while it is read.

Source: a return of 33 partners, or a workplan with 1,000 milestones, fits into a tenth of each.
"""

from __future__ import annotations

from services.programme.sheets.cells import FileRefused
from services.runtime.web.bodies import LARGEST_FILE

MIB = 1024 * 1024
MOST_PARTS = 300
LARGEST_UNPACKED = 16 * MIB
MOST_UNPACKED_TIMES = 100
"""How many times as large a file may become. Tables of one repeated word come to a third of it."""
MOST_SHARED_TEXTS = 100_000
MOST_ELEMENTS_OF_CELLS = 600_000
MOST_OTHER_ELEMENTS = 60_000
"""Formats, merged cells, rules, drawings: a parser is ten times slower with each of them than with a cell."""
MOST_SHEETS = 60
MOST_ROWS = 5_000
MOST_COLUMNS = 1_000
MOST_CELLS = 100_000
MOST_PLACES = 2_000_000
"""Cells with the empty ones between them: a value far to the right in every row costs as much as all on its way."""
LONGEST_TEXT = 32_767
"""The most characters that a spreadsheet lets a cell have."""
MOST_CHARACTERS = 4_000_000
TOO_MUCH_TEXT = "The file has more text than is read. Leave out what is not needed."


def check_size(content: bytes) -> None:
    """Raise FileRefused where a file is empty, or larger than any that is meant."""
    if not content:
        raise FileRefused("The file is empty. Choose the file that you saved.")
    if len(content) > LARGEST_FILE:
        raise FileRefused(
            f"The file has {len(content) / MIB:.1f} MiB; the most that is read is {LARGEST_FILE // MIB} MiB. "
            "Leave out pictures and sheets that are not needed."
        )


class Counter:
    """Counts what is read of a file, and refuses it once there is too much."""

    def __init__(self) -> None:
        self._cells = 0
        self._places = 0
        self._characters = 0

    def row(self, number: int, width: int) -> None:
        """Count a row. Raises FileRefused."""
        if number > MOST_ROWS:
            raise FileRefused(f"A sheet has more than {MOST_ROWS:,} rows. Leave out those that are not needed.")
        self._places += width
        if self._places > MOST_PLACES:
            raise FileRefused("A sheet reaches too far to the right. Delete the columns that are not needed.")

    def value(self, value: object, column: int) -> None:
        """Count a cell that is not empty. Raises FileRefused."""
        self._cells += 1
        if column > MOST_COLUMNS:
            raise FileRefused(f"A sheet has more than {MOST_COLUMNS:,} columns. Leave out those that are not needed.")
        if self._cells > MOST_CELLS:
            raise FileRefused(f"The file has more than {MOST_CELLS:,} filled cells. Leave out what is not needed.")
        if isinstance(value, str):
            self._characters += len(value)
            if len(value) > LONGEST_TEXT or self._characters > MOST_CHARACTERS:
                raise FileRefused(TOO_MUCH_TEXT)
