"""Files are read one at a time, however many are sent at once."""

from __future__ import annotations

import asyncio
from threading import Event, get_ident

import pytest

from services.programme.sheets.cells import FileRefused
from services.programme.sheets.in_turn import in_turn


async def test_the_second_begins_when_the_first_is_done() -> None:
    # given
    done: list[str] = []
    may_end, begun = Event(), Event()

    def first() -> int:
        begun.set()
        assert may_end.wait(30)
        done.append("first")
        return get_ident()

    def second() -> int:
        done.append("second")
        return get_ident()

    # when
    both = asyncio.gather(in_turn(first), in_turn(second))
    await asyncio.to_thread(begun.wait, 30)
    assert done == []
    may_end.set()
    # then
    threads = await both
    assert done == ["first", "second"]
    assert len({*threads, get_ident()}) == 2


async def test_what_is_raised_is_raised() -> None:
    def refused() -> None:
        raise FileRefused("No.")

    with pytest.raises(FileRefused, match="No"):
        await in_turn(refused)
