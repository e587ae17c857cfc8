"""Tables that sort: by links in the address, so that an order can be bookmarked and needs no script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

Row = TypeVar("Row")


class Sorting(Generic[Row]):
    """The order that an address asks for with ``sort=lead``, or ``sort=-lead`` for the other way round.

    ``by`` has a key for each column that sorts, in which None stands for an empty cell; ``first`` is the order of an
    address that asks for none, or for one that there is not. What else the address says, its links keep.
    """

    def __init__(self, query: QueryParams, by: Mapping[str, Callable[[Row], Any]], first: str) -> None:
        asked = query.get("sort", first)
        self._by = by
        self._others = [(name, value) for name, value in query.multi_items() if name != "sort"]
        self._asked = asked if asked.removeprefix("-") in by else first

    def sorted(self, rows: Iterable[Row]) -> list[Row]:
        """Return ``rows`` in order; equal ones as they came, and empty cells last whichever way it goes."""
        key = self._by[self._asked.removeprefix("-")]
        rows = list(rows)
        filled = [row for row in rows if key(row) is not None]
        empty = [row for row in rows if key(row) is None]
        return sorted(filled, key=key, reverse=self._asked.startswith("-")) + empty

    def direction(self, column: str) -> str:
        """Return how a column is sorted, as ``aria-sort`` has it: ``ascending``, ``descending`` or nothing."""
        return {column: "ascending", f"-{column}": "descending"}.get(self._asked, "")

    def address(self, column: str) -> str:
        """Return the address that sorts by a column, the other way round where it sorts by it already."""
        wanted = f"-{column}" if self._asked == column else column
        return f"?{urlencode([*self._others, ('sort', wanted)])}"
