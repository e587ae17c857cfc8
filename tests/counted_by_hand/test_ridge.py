"""Figures counted by hand from ``ridge.yaml``, by the rules of domain.md section 10, equal those in ``pack.json``.

B01 is held on Thursday 16 October 2014 (cut-off Friday 3 October), B02 on Thursday 22 January 2015 (cut-off 9 January).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.counted_by_hand.test_valley import by, made

RIDGE = Path(__file__).with_name("ridge.yaml")


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return made(RIDGE, ("B01", "B02"), tmp_path_factory)


def statuses(pack: dict[str, Any], commitment: str, period: str) -> dict[str, str]:
    of = (f"RID-{commitment}", period)
    found = [each for each in pack["compliance"]["obligations"] if (each["commitment"], each["period"]) == of]
    return {each["partner"]: each["status"] for each in found}


def test_obligations(packs):
    # Durmast left within the quarter. The Society had adopted C1 by its first day, and C2 never.
    assert statuses(packs["B01"], "C1", "2014-15 Q2") == {
        "AAA": "met",
        "BBB": "not_reported",
        "CCC": "met",
        "DDD": "not_applicable",
        "SSS": "not_met",
    }
    assert statuses(packs["B01"], "C2", "2014-15 Q2") == {
        "AAA": "not_reported",
        "BBB": "not_reported",
        "CCC": "met",
        "DDD": "not_applicable",
        "SSS": "not_applicable",
    }
    # Three of seven.
    assert packs["B01"]["compliance"]["partnership"]["rate"] == 43
    # From 1 October on the Society is a full member, as was recorded before the cut-off.
    assert statuses(packs["B02"], "C2", "2014-15 Q3")["SSS"] == "not_reported"


def test_load(packs):
    # The mean is over Alder, Beech and Cedar: 6, 0 and 3 days, so 3. Durmast left, the Society supports.
    rows = {partner: (each["ratio"], each["flags"]) for partner, each in by("partner", packs["B01"]["load"]).items()}
    assert rows == {
        "AAA": ("2.00", []),
        "BBB": ("0.00", []),
        "CCC": ("1.00", []),
        "DDD": ("1.00", []),
        "SSS": ("3.00", ["carrying_more_than_its_share"]),
    }


def test_silent_partners(packs):
    # What the librarian of both records of Alder does not speak for Beech, which has been there since 1 April.
    assert packs["B01"]["silent"] == [{"partner": "BBB", "days": 185}]
    # At the second cut-off the Society is full; everybody's last word was by 1 October, the first day of the quarter.
    assert packs["B02"]["silent"] == [{"partner": "BBB", "days": 283}]


def test_the_card_is_news_by_the_decision_about_it(packs):
    # Released for on 14 July, within the second quarter; decided upon on 16 October, within the third.
    assert [packs[meeting]["projects"][0]["confidence"]["silent_days"] for meeting in ("B01", "B02")] == [None, None]


def test_what_durmast_led_and_owned_is_to_be_handed_over(packs):
    wanted = [{"ref": ref, "partner": "DDD", "left_on": "2014-09-01"} for ref in ("RID-P01", "RID-P01-M01")]
    assert packs["B01"]["to_hand_over"] == packs["B02"]["to_hand_over"] == wanted


def test_two_people_are_a_quorum_of_three_partners_without_the_one_that_left(packs):
    # Durmast's librarian was there and counted for nothing; Durmast need not attend any more.
    assert [each["quorate"] for each in packs["B02"]["decisions"]] == [True]


def test_partners_are_shown_by_their_present_names_and_membership(packs):
    rows = {each["code"]: (each["name"], each["membership"], each["left_on"]) for each in packs["B02"]["partners"]}
    assert rows["BBB"] == ("Beechwood Libraries", "full", None)
    assert rows["SSS"] == ("Society of Readers", "full", None)
    assert rows["DDD"] == ("Durmast Libraries", "full", "2014-09-01")
