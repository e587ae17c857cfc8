"""A pack shows the name and vision that hold on the day of its meeting. Source: domain.md sections 9 and 10."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.partnership import PartnershipAmended
from domain.register.papers import notice_of
from services.reporting.pack import make_content
from tests.domain.history import History


@pytest.mark.parametrize(
    ("holds_from", "name"),
    [("2014-10-16", "Greater London Archives"), ("2014-10-17", "London Archives Partnership")],
)
def test_a_pack_shows_the_name_of_the_day_of_its_meeting(holds_from: str, name: str) -> None:
    history = History("BRE").meeting("2014-06-02", "B02", "2014-10-16")
    amended = PartnershipAmended(
        name="Greater London Archives", vision="All", holds_from=date.fromisoformat(holds_from), reason="Agreed."
    )
    register = history.told("2014-09-01", amended).register()
    content = make_content(register, notice_of(register, register.meetings["LAP-B02"]))
    assert content.cover.partnership == name
    assert content.cover.vision == ("All" if name.startswith("Greater") else "")
    assert content.furniture.head.startswith(name)
