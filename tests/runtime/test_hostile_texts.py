"""Texts that strangers write are read in a time that grows as they do, whatever stands in them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from services.programme.sheets import values
from services.runtime.base.logging import without_personal_data
from services.runtime.mail.addresses import without_addresses

SHORT, TIMES = 2_000, 8


def logged(text: str) -> None:
    without_personal_data(None, "info", {"path": text})


def is_date(text: str) -> None:
    values.is_in_numbers(text)
    try:
        values.day(text)
    except ValueError:
        return


HOSTILE: list[tuple[str, Callable[[str], object], Callable[[int], str]]] = [
    ("a path with an @ and a long word", logged, lambda size: f"/@/{'a' * size}"),
    ("a word that is nearly an address", logged, lambda size: f"{'a' * size} @"),
    ("credentials without an end", logged, lambda size: "@" + "://" * size),
    ("a bearer of nothing", logged, lambda size: "bearer" * size),
    ("what a mail server says", lambda text: without_addresses(text, ""), lambda size: f"@ {'<' * size}{'a' * size}"),
    ("blanks where a time could stand", is_date, lambda size: f"{' ' * size}x"),
    ("a date without an end", is_date, lambda size: "1/" * size),
]


def seconds(read: Callable[[str], object], text: str) -> float:
    """Return the least processor time of three readings."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        read(text)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize(("read", "text"), [each[1:] for each in HOSTILE], ids=[each[0] for each in HOSTILE])
def test_a_hostile_text_takes_no_longer_than_its_length(
    read: Callable[[str], object], text: Callable[[int], str]
) -> None:
    short, long = seconds(read, text(SHORT)), seconds(read, text(SHORT * TIMES))

    # Were each character compared with every other, it would take TIMES * TIMES as long.
    assert long < TIMES * 3 * short + 0.005
