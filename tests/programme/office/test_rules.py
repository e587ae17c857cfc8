"""The secretary changes name, rules and holidays of the partnership; what earlier meetings went by stays."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.programme.office.test_people import text_of
from tests.programme.office.test_people_forms import led_to, sent
from tests.programme.pages.rooms import BRENT, Rooms

PAGE = "/office/LAP/partnership"
RULES = {
    "clear_days": "7",
    "cutoff_working_days": "3",
    "quorum_count": "1",
    "quorum_partners": "1",
    "from": "1 January 2015",
    "reason": "Members asked for more time to read.",
}


async def rules_on(office: Rooms, day: date) -> tuple[int, int]:
    partnership = await office.service.dispatcher.view(office.code, lambda register: register.partnership.rules_on(day))
    return partnership.clear_days, partnership.cutoff_working_days


async def test_rules_hold_for_meetings_from_a_day_on_and_the_page_says_so(office: Rooms) -> None:
    said = await led_to(office, await sent(office, f"{PAGE}/rules", **RULES))
    assert "The rules of the board of the partnership changed for meetings from 1 January 2015 on." in said
    assert re.search(r"1 January 2015 7 3 working days 1 member of 1 partner .*Members asked for more time", said)
    assert await rules_on(office, date(2014, 12, 31)) == (5, 3)
    assert await rules_on(office, date(2015, 1, 1)) == (7, 3)


async def test_what_was_not_changed_is_not_fixed_by_a_form_that_shows_it(office: Rooms) -> None:
    # given
    await led_to(office, await sent(office, f"{PAGE}/rules", **RULES))
    # when something else is changed for earlier meetings
    await led_to(
        office,
        await sent(
            office,
            f"{PAGE}/rules",
            **{**RULES, "clear_days": "5", "cutoff_working_days": "4", "from": "1 November 2014"},
        ),
    )
    # then it goes on into the later ones, whose clear days stay as they were changed
    assert await rules_on(office, date(2014, 11, 1)) == (5, 4)
    assert await rules_on(office, date(2015, 1, 1)) == (7, 4)


async def test_rules_that_stay_as_they_are_and_days_that_are_past_are_refused_in_words(office: Rooms) -> None:
    same = await sent(office, f"{PAGE}/rules", **{**RULES, "clear_days": "5"})
    past = await sent(office, f"{PAGE}/rules", **{**RULES, "from": "1 January 2014"})
    assert (same.status, past.status) == (422, 422)
    assert "Nothing is amended" in text_of(same.text)
    assert 'href="#from"' in past.text


async def test_a_name_and_a_vision_are_changed(office: Rooms) -> None:
    typed = {"name": "Greater London Archives", "vision": "", "from": "10 October 2014", "reason": "Renamed."}
    said = await led_to(office, await sent(office, f"{PAGE}/name", **typed))
    assert "Name Greater London Archives LAP Vision –" in said


async def test_a_holiday_is_added_and_taken_back(office: Rooms) -> None:
    said = await led_to(office, await sent(office, f"{PAGE}/add-holiday", on="3 November 2014", name="Archives day"))
    assert "3 November 2014 became a holiday: Archives day." in said
    assert "Undo" in said
    said = await led_to(
        office, await sent(office, f"{PAGE}/remove-holiday", on="2014-11-03", reason="It is on another day.")
    )
    assert "3 November 2014 is no holiday after all." in said


@pytest.mark.parametrize("path", ["", "/rules", "/name", "/bank-holidays", "/add-holiday"])
async def test_the_partnership_is_the_secretarys(strangers: Rooms, path: str) -> None:
    lead = await strangers.read_by(BRENT)
    assert (await lead.get(f"{PAGE}{path}")).status == 403
    assert (await strangers.read_by_stranger().get(f"{PAGE}{path}")).status == 303
