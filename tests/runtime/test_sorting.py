"""The order of a table: what an address asks for, and the links that ask for another."""

from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from services.runtime.web.sorting import Sorting

Row = tuple[str, int | None]
ROWS: list[Row] = [("c", None), ("a", 2), ("b", 1), ("d", 2)]


def sorting(query: str) -> Sorting[Row]:
    return Sorting(QueryParams(query), {"name": lambda row: row[0], "slip": lambda row: row[1]}, "name")


@pytest.mark.parametrize(
    ("query", "order"),
    [("", "abcd"), ("sort=-name", "dcba"), ("sort=slip", "badc"), ("sort=-slip", "adbc")],
)
def test_rows_stand_as_the_address_says_with_empty_cells_last(query: str, order: str) -> None:
    assert "".join(name for name, _ in sorting(query).sorted(ROWS)) == order


@pytest.mark.parametrize(
    "query", ["sort=", "sort=-", "sort=colour", "sort=--name", "sort=%00", "sort=name&sort=colour"]
)
def test_an_order_that_there_is_not_is_the_first_one(query: str) -> None:
    assert sorting(query).sorted(ROWS) == sorted(ROWS, key=lambda row: row[0])


def test_a_link_turns_the_order_round_and_keeps_what_else_was_asked() -> None:
    asked = sorting("lead=BRE&lead=H%26F&sort=slip&stage=open")
    assert asked.address("slip") == "?lead=BRE&lead=H%26F&stage=open&sort=-slip"
    assert asked.address("name") == "?lead=BRE&lead=H%26F&stage=open&sort=name"
    assert (asked.direction("slip"), asked.direction("name")) == ("ascending", "")
    assert sorting("sort=-slip").address("slip") == "?sort=slip"
    assert sorting("sort=-slip").direction("slip") == "descending"
