"""The garbage collector is held off while much is made that is to be kept, and never left off."""

from __future__ import annotations

import gc
from contextlib import ExitStack

import pytest

from services.runtime.base.gc_control import settle, without_collecting


def test_nothing_is_collected_until_the_block_ends() -> None:
    with without_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_last_of_several_blocks_to_end_lets_collecting_go_on() -> None:
    one, other = ExitStack(), ExitStack()
    one.enter_context(without_collecting())
    other.enter_context(without_collecting())
    one.close()
    assert not gc.isenabled()
    other.close()
    assert gc.isenabled()


def test_a_block_that_fails_lets_collecting_go_on() -> None:
    with pytest.raises(ValueError, match="half way"), without_collecting():
        raise ValueError("half way")
    assert gc.isenabled()


def test_what_is_held_once_settled_is_not_looked_at_again() -> None:
    held = [object()]
    try:
        settle()
        assert not any(each is held for each in gc.get_objects())
    finally:
        gc.unfreeze()
