"""The London example in September 2015, a fortnight before returns are due, brought in once for all tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.programme.returns.stage import AUTUMN, Stage, copied, stage, with_example

EXAMPLE = Path(__file__).parents[3] / "examples" / "london.yaml"


@pytest.fixture(scope="session")
async def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The databases with the example."""
    folder = tmp_path_factory.mktemp("example")
    await with_example(folder, EXAMPLE.read_bytes(), AUTUMN)
    return folder


@pytest.fixture
async def london(example: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """The pages of returns on a copy of them."""
    async with stage(copied(example, tmp_path), AUTUMN) as ready:
        yield ready
