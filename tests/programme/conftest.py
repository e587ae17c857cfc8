"""The partnership that most tests of deciding begin with."""

from __future__ import annotations

import pytest

from tests.programme.partnerships import CHAIR, HACKNEY, LMA, Partnership, london


@pytest.fixture
def lap() -> Partnership:
    """A partnership of four that was just set up."""
    return london()


@pytest.fixture
def board(lap: Partnership) -> Partnership:
    """The same with meeting B01 in progress: all three members are there, and it has items 1 to 3 to decide."""
    lap.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    for item in (1, 2, 3):
        lap.given("add_agenda_item", meeting="B01", item=item, kind="decision", title=f"Item {item}")
    lap.at(lap.register.meetings["LAP-B01"].date, 13)
    return lap.given("open_meeting", meeting="B01", present=[CHAIR, HACKNEY, LMA])
