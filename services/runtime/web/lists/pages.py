"""The pages of a list: what a caller may ask of it, and which rows that gives.

Rows are in the order of their keys, and a cursor holds the key of the last row that was given. So a list may change
while somebody goes through it: what is there throughout is given exactly once.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from services.runtime.base.problems import FieldFault, Problem
from services.runtime.web.lists.filters import Filter, filters_of

PAGE = 100
MOST = 1_000
Key = tuple[str, ...]
Thing = TypeVar("Thing")
_NUMBERS = re.compile(r"([0-9]+)")


class ListQuery(BaseModel):
    """What every list can be asked for."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[
        str | None, Field(max_length=1_000, description="Where to go on: as the link to the next page has it.")
    ] = None
    limit: Annotated[
        int | None,
        Field(ge=1, le=MOST, description=f"How many at most: {PAGE} unless given; as CSV, all of them."),
    ] = None
    format: Annotated[Literal["json", "csv"], Field(description="csv: the same rows as text/csv, to be saved.")] = (
        "json"
    )

    @property
    def most(self) -> int | None:
        """How many rows the page may have, None for all."""
        return self.limit or (None if self.format == "csv" else PAGE)

    @property
    def after(self) -> Key:
        """The key of the last row that was given, empty at the beginning. Raises Problem: 422."""
        return () if self.cursor is None else _key_in(self.cursor)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as they are shown; ``cursor`` leads to those behind them, where there are any."""

    rows: Sequence[BaseModel]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class List(Generic[Thing]):
    """A list of ``shape``; ``name`` stands in its address. ``query`` is what it can be asked, its filters among it."""

    name: str
    shape: type[BaseModel]
    filters: Mapping[str, Filter]
    query: type[ListQuery]
    latest_first: bool = False

    @classmethod
    def of(
        cls, name: str, shape: type[BaseModel], base: type[ListQuery] = ListQuery, *, latest_first: bool = False
    ) -> List[Thing]:
        """Return the list of this name; ``base`` is what it can be asked beside its filters, under other names."""
        filters = filters_of(shape)
        if taken := filters.keys() & base.model_fields.keys():
            raise ValueError(
                f"the list of {name} cannot be filtered by {', '.join(sorted(taken))}, which it is asked for"
            )
        parameters: dict[str, Any] = {parameter: (each.annotation, None) for parameter, each in filters.items()}
        words = "".join(part.capitalize() for part in re.split(r"[^a-z]", name))
        query = create_model(f"{words}Query", __base__=base, **parameters)
        return cls(name, shape, filters, query, latest_first)

    def page(self, things: Iterable[tuple[Key, Thing]], show: Callable[[Thing], BaseModel], wanted: ListQuery) -> Page:
        """Return the page that is wanted. Raises Problem: 422 for a cursor that was never given."""
        after = order(wanted.after)

        def is_behind(key: Key) -> bool:
            return not after or (order(key) < after if self.latest_first else order(key) > after)

        behind = sorted(
            ((key, thing) for key, thing in things if is_behind(key)),
            key=lambda row: order(row[0]),
            reverse=self.latest_first,
        )
        fitting = ((key, row) for key, row in ((key, show(thing)) for key, thing in behind) if self.fits(row, wanted))
        return cut(fitting, wanted.most)

    def fits(self, row: BaseModel, wanted: ListQuery) -> bool:
        """Say whether a row passes every filter that was given."""
        given = ((each, getattr(wanted, parameter)) for parameter, each in self.filters.items())
        return all(each.fits(row, value) for each, value in given if value is not None)


def cut(rows: Iterator[tuple[Key, BaseModel]], most: int | None) -> Page:
    """Return the first rows as a page, ``most`` of them, with the cursor to the next one."""
    if most is None:
        return Page([row for _, row in rows])
    found = list(islice(rows, most + 1))
    return Page([row for _, row in found[:most]], cursor_behind(found[most - 1][0]) if len(found) > most else None)


def order(key: Key) -> tuple[tuple[str | int, ...], ...]:
    """Return what sorts a key as people count: P9 before P10."""
    return tuple(
        tuple(int(part) if place % 2 else part for place, part in enumerate(_NUMBERS.split(text))) for text in key
    )


def cursor_behind(key: Key) -> str:
    """Return the cursor to what lies behind the row of this key."""
    return urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _key_in(cursor: str) -> Key:
    try:
        key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        key = None
    if not isinstance(key, list) or not all(isinstance(each, str) for each in key):
        fault = FieldFault(
            field="cursor",
            place="query",
            problem="The cursor is none that was given here.",
            expected="Follow the link to the next page as it was given, or begin without a cursor.",
        )
        raise Problem(422, f"{fault.problem} {fault.expected}", errors=[fault])
    return tuple(key)
