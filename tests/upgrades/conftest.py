"""Which of these tests are part of a run: the same word that leaves out houses with faults leaves out these."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.conftest import FORM, pytest_configure

__all__ = ["pytest_collection_modifyitems", "pytest_configure"]

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unwanted = [
        item
        for item in items
        if FORM == "none" and _HERE in item.path.parents and item.get_closest_marker("every_form") is None
    ]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in unwanted]
