"""A programme file played through the services: what is slow holds it up, and changes nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.cli import main
from services.reporting.catch_up import CatchUp
from tests.cli.command import SMALL, files_in


def packed(out: Path) -> dict[str, bytes]:
    assert main(["pack", str(SMALL), "--meeting", "B02", "--out", str(out)]) == 0
    return files_in(out)


def test_a_duty_for_which_the_journal_is_not_said_to_be_complete_in_time_is_done_in_its_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    in_time = packed(tmp_path / "in-time")
    complete, asked = CatchUp.complete, 0

    async def at_the_second_time(self: CatchUp, partnership: str) -> bool:
        nonlocal asked
        asked += 1
        return asked % 2 == 0 and await complete(self, partnership)

    monkeypatch.setattr(CatchUp, "complete", at_the_second_time)
    # when
    late = packed(tmp_path / "late")
    # then
    assert asked > 1
    assert late == in_time
