"""Figures counted by hand from ``valley.yaml`` equal those in ``pack.json``.

The counting stands in the tables below, by the rules of domain.md sections 3 to 6. Each row says what it rests on.
Meetings, by five clear days and three working days more:

=======  ==================  ==================  ============================  ==========
meeting  held                issued              cut-off                       covers
=======  ==================  ==================  ============================  ==========
B01      Thu 17 July 2014    Wed 9 July 2014     Fri 4 July 2014, 17:00 BST    2014-15 Q1
B02      Thu 16 Oct 2014     Wed 8 Oct 2014      Fri 3 Oct 2014, 17:00 BST     2014-15 Q2
B03      Thu 22 Jan 2015     Wed 14 Jan 2015     Fri 9 Jan 2015, 17:00 GMT     2014-15 Q3
=======  ==================  ==================  ============================  ==========
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

VALLEY = Path(__file__).with_name("valley.yaml")
Q1, Q2, Q3 = "2014-15 Q1", "2014-15 Q2", "2014-15 Q3"

FIRST_QUARTER = {
    # Ashford: attested with evidence; 20 of 20 days; returned at the very deadline; leads P01.
    ("C1", "AAA"): "met",
    ("C2", "AAA"): "met",
    ("C5", "AAA"): "met",
    ("C6", "AAA"): "met",
    # Birchwood: yes without the evidence; 3 of 6 days is half; returned a minute after the cut-off; takes part in P01.
    ("C1", "BBB"): "partly_met",
    ("C2", "BBB"): "partly_met",
    ("C5", "BBB"): "not_reported",
    ("C6", "BBB"): "met",
    # Coldbrook: nothing attested yet; 2.99 of 6 days is under half; no return; its project is only approved.
    ("C1", "CCC"): "not_reported",
    ("C2", "CCC"): "not_met",
    ("C5", "CCC"): "not_reported",
    ("C6", "CCC"): "not_met",
    # Elmstead: attested no; no days; returned; in no project.
    ("C1", "EEE"): "not_met",
    ("C2", "EEE"): "not_reported",
    ("C5", "EEE"): "met",
    ("C6", "EEE"): "not_met",
    # Fernhill joined on the second day of the quarter.
    ("C1", "FFF"): "not_applicable",
    ("C2", "FFF"): "not_applicable",
    ("C5", "FFF"): "not_applicable",
    ("C6", "FFF"): "not_applicable",
    # Nobody had adopted the optional commitment by the first day.
    ("C7", "AAA"): "not_applicable",
    ("C7", "BBB"): "not_applicable",
    ("C7", "CCC"): "not_applicable",
}

SECOND_QUARTER = {
    # Ashford: attested with evidence; 12 + 8 days, the 8 withdrawn: 12 of 20 is over half; signed in June; returned.
    ("C1", "AAA"): "met",
    ("C2", "AAA"): "partly_met",
    ("C4", "AAA"): "met",
    ("C5", "AAA"): "met",
    ("C6", "AAA"): "met",
    # Birchwood: partly; 5.50 + 0.50 of 6 days; signed an hour after the cut-off; returned a minute before it.
    ("C1", "BBB"): "partly_met",
    ("C2", "BBB"): "met",
    ("C4", "BBB"): "not_reported",
    ("C5", "BBB"): "met",
    ("C6", "BBB"): "met",
    # Birchwood adopted the optional commitment a day after the quarter began, Coldbrook on its first day.
    ("C7", "BBB"): "not_applicable",
    ("C7", "CCC"): "met",
    # Coldbrook: nothing attested; leave granted for C2; signed partly; no return; P02 in delivery from 29 September.
    ("C1", "CCC"): "not_reported",
    ("C2", "CCC"): "derogated",
    ("C4", "CCC"): "partly_met",
    ("C5", "CCC"): "not_reported",
    ("C6", "CCC"): "met",
    # Dunmore joined on 4 August.
    ("C1", "DDD"): "not_applicable",
    ("C4", "DDD"): "not_applicable",
    ("C5", "DDD"): "not_applicable",
    # Elmstead left on 15 September, before the quarter ended and after C4's period (1 April to 12 September) did.
    ("C1", "EEE"): "not_applicable",
    ("C4", "EEE"): "met",
    ("C6", "EEE"): "not_applicable",
    # Fernhill: nothing; it was no member on 1 April, the first day of C4's period.
    ("C1", "FFF"): "not_reported",
    ("C2", "FFF"): "not_reported",
    ("C4", "FFF"): "not_applicable",
    ("C5", "FFF"): "not_reported",
    ("C6", "FFF"): "not_met",
}

THIRD_QUARTER = {
    ("C1", "AAA"): "met",
    ("C2", "AAA"): "met",
    ("C5", "AAA"): "met",
    ("C6", "AAA"): "met",
    ("C1", "BBB"): "not_met",
    ("C2", "BBB"): "partly_met",
    ("C5", "BBB"): "not_reported",
    ("C6", "BBB"): "met",
    ("C7", "BBB"): "partly_met",
    ("C1", "CCC"): "met",
    ("C2", "CCC"): "derogated",
    ("C5", "CCC"): "not_reported",
    ("C6", "CCC"): "met",
    ("C7", "CCC"): "met",
    ("C1", "DDD"): "not_reported",
    ("C2", "DDD"): "not_reported",
    ("C5", "DDD"): "not_reported",
    ("C6", "DDD"): "not_met",
    # Leave for Fernhill awaits the second ratification, which comes after the cut-off.
    ("C1", "FFF"): "not_reported",
    ("C2", "FFF"): "not_reported",
    ("C5", "FFF"): "not_reported",
    ("C6", "FFF"): "not_met",
    ("C1", "EEE"): "not_applicable",
}


def counts(met: int = 0, late: int = 0, partly: int = 0, no: int = 0, silent: int = 0, *, rate: int | None) -> dict:
    """Write counts as pack.json has them."""
    return {
        "met": met,
        "met_late": late,
        "partly_met": partly,
        "not_met": no,
        "not_reported": silent,
        "rate": rate,
    }


def made(file: Path, meetings: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Make the packs of these meetings as a user would."""
    packs = {}
    for meeting in meetings:
        folder = tmp_path_factory.mktemp(meeting)
        command = [sys.executable, "-m", "services.cli", "pack", str(file), "--meeting", meeting, "--out", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        packs[meeting] = json.loads((folder / "pack.json").read_text("utf-8"))
    return packs


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return made(VALLEY, ("B01", "B02", "B03"), tmp_path_factory)


def statuses(pack: dict[str, Any], *, counted: bool) -> dict[tuple[str, str], str]:
    return {
        (each["commitment"].removeprefix("VAP-"), each["partner"]): each["status"]
        for each in pack["compliance"]["obligations"]
        if each.get("counted", True) is counted
    }


def by(key: str, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows}


@pytest.mark.parametrize(
    ("meeting", "quarter", "cut_off", "issue_on"),
    [
        ("B01", Q1, "2014-07-04T17:00:00+01:00", "2014-07-09"),
        ("B02", Q2, "2014-10-03T17:00:00+01:00", "2014-10-08"),
        ("B03", Q3, "2015-01-09T17:00:00+00:00", "2015-01-14"),
    ],
)
def test_the_timetable(packs, meeting: str, quarter: str, cut_off: str, issue_on: str):
    pack = packs[meeting]
    assert pack["meeting"] == f"VAP-{meeting}"
    assert (pack["quarter"], pack["cut_off"], pack["issue_on"]) == (quarter, cut_off, issue_on)


@pytest.mark.parametrize(
    ("meeting", "expected"), [("B01", FIRST_QUARTER), ("B02", SECOND_QUARTER), ("B03", THIRD_QUARTER)]
)
def test_every_obligation_that_the_pack_counts(packs, meeting: str, expected: dict):
    shown = statuses(packs[meeting], counted=True)
    assert {key: shown[key] for key in expected} == expected
    assert all(shown[key] == "not_applicable" for key in shown.keys() - expected.keys())


def test_the_partnership_counts_and_rates(packs):
    # B01: 6 of 16 is 37.5 %, half up. B02: 10 of 20. B03: 8 of 21 is 38.1 %.
    assert packs["B01"]["compliance"]["partnership"] == counts(6, 0, 2, 4, 4, rate=38)
    assert packs["B02"]["compliance"]["partnership"] == counts(10, 0, 3, 1, 6, rate=50)
    assert packs["B03"]["compliance"]["partnership"] == counts(8, 0, 2, 3, 8, rate=38)


def test_the_counts_by_partner(packs):
    assert packs["B02"]["compliance"]["by_partner"] == {
        "AAA": counts(met=4, partly=1, rate=80),
        "BBB": counts(met=3, partly=1, silent=1, rate=60),
        "CCC": counts(met=2, partly=1, silent=2, rate=40),
        "DDD": counts(rate=None),
        "EEE": counts(met=1, rate=100),
        "FFF": counts(no=1, silent=3, rate=0),
    }


def test_the_counts_by_commitment(packs):
    assert packs["B02"]["compliance"]["by_commitment"] == {
        "VAP-C1": counts(met=1, partly=1, silent=2, rate=25),
        "VAP-C2": counts(met=1, partly=1, silent=1, rate=33),
        "VAP-C3": counts(rate=None),
        "VAP-C4": counts(met=2, partly=1, silent=1, rate=50),
        "VAP-C5": counts(met=2, silent=2, rate=50),
        "VAP-C6": counts(met=3, no=1, rate=75),
        "VAP-C7": counts(met=1, rate=100),
    }


def test_the_trend_counts_earlier_quarters_again_as_at_the_cut_off(packs):
    # Q1 as at B02: Coldbrook attested and Birchwood returned late, so 8 of 16. Before the partnership nothing was due.
    trend = [(each["quarter"], each["rate"]) for each in packs["B02"]["compliance"]["trend"]]
    assert trend == [("2013-14 Q2", None), ("2013-14 Q3", None), ("2013-14 Q4", None), (Q1, 50)]
    # Q2 as at B03: Birchwood has signed the protocol late, so 11 of 20.
    trend = [(each["quarter"], each["rate"]) for each in packs["B03"]["compliance"]["trend"]]
    assert trend == [("2013-14 Q3", None), ("2013-14 Q4", None), (Q1, 50), (Q2, 55)]


def test_obligations_still_running_are_listed_and_not_counted(packs):
    # C3's year runs to 31 March; the quarterly ones of Q3 began on 1 October.
    running = statuses(packs["B02"], counted=False)
    assert running["C3", "AAA"] == "met"
    assert running["C3", "BBB"] == running["C3", "CCC"] == "not_yet_due"
    assert running["C3", "FFF"] == "not_applicable"
    assert running["C1", "AAA"] == "not_yet_due"
    assert running["C6", "AAA"] == "met"


def test_breaches(packs):
    found = {
        meeting: {
            (each["commitment"].removeprefix("VAP-"), each["partner"]): each["periods"]
            for each in pack["compliance"]["breaches"]
        }
        for meeting, pack in packs.items()
    }
    assert found["B01"] == {}
    assert found["B02"] == {("C1", "BBB"): [Q1, Q2], ("C5", "CCC"): [Q1, Q2]}
    assert found["B03"] == {
        ("C1", "BBB"): [Q2, Q3],
        ("C1", "FFF"): [Q2, Q3],
        ("C2", "FFF"): [Q2, Q3],
        ("C5", "CCC"): [Q2, Q3],
        ("C5", "FFF"): [Q2, Q3],
        ("C6", "FFF"): [Q2, Q3],
    }


def test_milestones_at_the_second_cut_off(packs):
    shown = by("ref", packs["B02"]["milestones"])
    rows = {
        ref: (each["baseline"], each["forecast"], each["actual"], each["slip_days"], each["status"])
        for ref, each in shown.items()
    }
    assert rows == {
        # 14 August is 31 July and 14 days: within the tolerance.
        "VAP-P01-M01": ("2014-07-31", "2014-07-31", "2014-08-14", 0, "done"),
        # 19 December to 30 January: 12 + 30 days.
        "VAP-P01-M02": ("2014-12-19", "2015-01-30", None, 42, "red"),
        "VAP-P01-M03": ("2014-10-01", "2014-10-01", None, 0, "overdue"),
        # Due on the very day of the cut-off.
        "VAP-P01-M04": ("2014-10-03", "2014-10-03", None, 0, "green"),
        "VAP-P01-M05": ("2014-06-30", "2014-06-30", "2014-07-15", 0, "done"),
        # Five days, the project's own tolerance.
        "VAP-P02-M01": ("2014-11-03", "2014-11-08", None, 5, "amber"),
        "VAP-P02-M02": (None, "2014-09-25", None, None, "not_baselined"),
        "VAP-P03-M01": (None, "2015-03-02", None, None, "not_baselined"),
    }
    assert [ref for ref, each in shown.items() if each["done_late"]] == ["VAP-P01-M05"]
    assert shown["VAP-P01-M02"]["reforecasts"] == 2


def test_projects_at_the_second_cut_off(packs):
    shown = by("ref", packs["B02"]["projects"])
    assert {ref: (each["stage"], each["schedule_status"]) for ref, each in shown.items()} == {
        "VAP-P01": ("in_delivery", "red"),
        "VAP-P02": ("in_delivery", "amber"),
        "VAP-P03": ("proposed", "none"),
    }
    # P03 was last spoken of on 20 June: 10 days of June, 31, 31, 30 and 3 of October.
    assert {ref: each["confidence"] for ref, each in shown.items()} == {
        "VAP-P01": {"stated": "green", "shown": "green", "silent_days": None},
        "VAP-P02": {"stated": None, "shown": None, "silent_days": None},
        "VAP-P03": {"stated": "green", "shown": "amber", "silent_days": 105},
    }


def test_a_project_that_is_approved_takes_its_forecasts_as_baseline(packs):
    milestone = by("ref", packs["B03"]["milestones"])["VAP-P03-M01"]
    assert (milestone["baseline"], milestone["slip_days"], milestone["status"]) == ("2015-03-02", 0, "green")
    assert by("ref", packs["B03"]["projects"])["VAP-P03"]["stage"] == "approved"


def test_load_in_the_second_quarter(packs):
    # Members all quarter: AAA 10.50, BBB 1.99, CCC 0, FFF 0; their mean is 12.49 / 4 = 3.1225 days.
    rows = {
        partner: (each["pledged"], each["released"], each["ratio"], each["flags"])
        for partner, each in by("partner", packs["B02"]["load"]).items()
    }
    assert rows == {
        "AAA": ("10.00", "10.50", "3.36", ["carrying_more_than_its_share"]),
        "BBB": ("4.00", "1.99", "0.64", ["under_its_pledge"]),
        "CCC": ("3.00", "0.00", "0.00", ["under_its_pledge"]),
        "DDD": ("0.00", "1.00", "0.32", []),
        "EEE": ("0.00", "2.00", "0.64", []),
        "FFF": ("0.00", "0.00", "0.00", []),
    }


def test_without_released_days_there_is_no_ratio(packs):
    assert {each["ratio"] for each in packs["B01"]["load"]} == {None}


def test_silent_partners(packs):
    # Fernhill has recorded nothing since it joined on 2 April; Elmstead has left.
    assert packs["B02"]["silent"] == [{"partner": "FFF", "days": 184}]
    # Dunmore released a day on 20 August: 11, 30, 31, 30, 31 and 9 days to 9 January.
    assert packs["B03"]["silent"] == [{"partner": "DDD", "days": 142}, {"partner": "FFF", "days": 282}]


def test_decisions(packs):
    def rows(meeting: str) -> dict[str, tuple[str, bool, bool]]:
        return {
            ref: (each["outcome"], each["quorate"], each["carried_out"])
            for ref, each in by("ref", packs[meeting]["decisions"]).items()
        }

    # Coldbrook had no vote on item 1 and stayed in its quorum; Birchwood withdrew from item 2, which left two of three.
    assert rows("B02") == {"VAP-D01": ("agreed", True, True), "VAP-D02": ("agreed", False, False)}
    after = rows("B03")
    # D04 ratified D02, whose effect was then carried out. D05 waits for Birchwood.
    assert after["VAP-D02"] == ("agreed", False, True)
    assert after["VAP-D03"] == ("agreed", True, True)
    assert after["VAP-D05"] == ("agreed", True, False)


def test_actions(packs):
    rows = {ref: (each["status"], each["due"]) for ref, each in by("ref", packs["B02"]["actions"]).items()}
    assert rows == {
        "VAP-A01": ("overdue", "2014-09-30"),
        "VAP-A02": ("open", "2014-10-03"),
        "VAP-A03": ("done", "2014-08-15"),
    }
