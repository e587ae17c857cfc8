"""A command that a test gives in this process leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runtime.logged import logging_put_back


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    # A command logs to what standard error is at its time: within a test that is closed when the test ends.
    with logging_put_back():
        yield
