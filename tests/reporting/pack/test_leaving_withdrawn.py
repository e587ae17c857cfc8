"""That a partner leaves was taken back: the next pack tells it, and the one before stays what it was."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.partners import PartnerLeavingWithdrawn, PartnerLeft
from services.reporting.comparing import compare
from services.reporting.pack.document import Table
from tests.domain.history import History
from tests.reporting.comparing.test_comparing import changes, reported
from tests.reporting.pack.story import content
from tests.reporting.pack.test_sections import row, section, table

LEAVES = PartnerLeft(partner="HAR", left_on=date(2014, 8, 1))
TAKEN_BACK = PartnerLeavingWithdrawn(partner="HAR", left_on=date(2014, 8, 1), reason="Haringay was meant.")
AGAIN = PartnerLeft(partner="HAR", left_on=date(2014, 9, 15))


def history() -> History:
    """Return a history in which packs go out in July and in October."""
    told = History("BRE", "HAR").meeting("2014-04-02", "B01", "2014-07-17")
    return told.meeting("2014-04-02", "B02", "2014-10-16")


def news_of_haringey(told: History) -> list[tuple[str, str]]:
    """Return what the pack of October says on its third page of who is a member, and why."""
    tables = [each for each in section(content(told), "3").blocks if isinstance(each, Table)]
    rows = [each for found in tables if found.caption.startswith("What changed") for each in found.rows]
    return [(each[2].text.replace("\u00a0", " "), each[3].text) for each in rows if each[0].text.endswith("HAR")]


TOLD = ("Leaving on 1 August 2014 taken back, from 1 Sep 2014", "Haringay was meant.")


@pytest.mark.parametrize("left_on", ["2014-06-10", "2014-08-10"], ids=["told in July", "never told"])
def test_the_next_pack_tells_that_it_was_taken_back_and_why_whether_the_one_before_told_of_it_or_not(
    left_on: str,
) -> None:
    told = history().told(left_on, LEAVES).told("2014-09-01", TAKEN_BACK)
    assert news_of_haringey(told) == [TOLD]
    made = content(told)
    assert row(table(made, "A", "Partners that"), "London Borough HAR")["What changed"].text == TOLD[0].split(",")[0]
    amended = row(table(made, "A", "What was amended"), "London Borough HAR")
    assert [amended[each].text for each in ("What", "Was", "Is now", "Reason")] == [
        "Leaving",
        "1 August 2014",
        "none",
        "Haringay was meant.",
    ]


def test_it_is_told_once() -> None:
    told = history().told("2014-06-10", LEAVES).told("2014-06-11", TAKEN_BACK)
    assert news_of_haringey(told) == []


def test_that_it_leaves_on_another_day_is_told_beside_it() -> None:
    told = history().told("2014-06-10", LEAVES).told("2014-09-01", TAKEN_BACK, AGAIN)
    assert news_of_haringey(told) == [TOLD, ("Left, from 15 Sep 2014", "–")]


def test_the_pack_that_was_issued_before_is_made_again_as_it_was() -> None:
    before = history().told("2014-06-10", LEAVES)
    issued = content(before, first=True).data
    assert content(before.told("2014-09-01", TAKEN_BACK), first=True).data == issued
    assert [each["left_on"] for each in issued["partners"]] == [None, "2014-08-01"]


def test_comparing_two_packs_tells_it_as_each_of_them_has_it() -> None:
    told = history().told("2014-06-10", LEAVES)
    july = reported(content(told, first=True).data)
    october = reported(content(told.told("2014-09-01", TAKEN_BACK)).data)
    again = reported(content(told.told("2014-09-02", AGAIN)).data)
    [back], [moved] = (
        [(each.was, each.now) for each in changes(compare(july, then), "Partners") if each.what == "Leaving"]
        for then in (october, again)
    )
    assert back == ("leaves on 1 August 2014", "stays")
    assert moved == ("leaves on 1 August 2014", "leaves on 15 September 2014")
