"""What changed between two packs: from what they say themselves, worded as the packs word it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from contracts.events.commitments import DerogationGranted
from contracts.events.projects import MilestoneReforecast
from services.reporting.comparing import Change, Comparison, NotComparable, Reported, Way, compare, read
from services.reporting.pack import Edition
from tests.reporting.pack.story import content, story


def data(**changes: Any) -> dict[str, Any]:
    """Return the figures of the story's second pack with ``changes``."""
    return {**content(story()).data, **changes}


def reported(figures: dict[str, Any]) -> Reported:
    return read(json.dumps(figures).encode(), "pack.json")


@pytest.fixture(scope="module")
def first() -> Reported:
    return reported(content(story(), first=True).data)


@pytest.fixture(scope="module")
def second() -> Reported:
    return reported(data())


def changes(comparison: Comparison, title: str) -> Iterator[Change]:
    return (change for group in comparison.groups if group.title == title for change in group.changes)


def test_what_moved_is_told_as_it_was_and_as_it_is(first: Reported, second: Reported) -> None:
    comparison = compare(first, second)

    told = {(each.code, each.what): (each.was, each.now, each.way) for each in changes(comparison, "Milestones")}
    assert told["LAP-P01-M01", "Reached"][2] is Way.BETTER
    assert told["LAP-P01-M02", "Forecast"] == ("19 December 2014", "30 January 2015 (+42\u00a0days)", Way.WORSE)
    assert told["LAP-P01-M02", "Status"] == ("Green", "Red", Way.WORSE)
    projects = {(each.code, each.what): (each.was, each.now, each.way) for each in changes(comparison, "Projects")}
    assert projects["LAP-P01", "Delivery confidence"] == ("Green", "Amber", Way.WORSE)
    assert projects["LAP-P02", "Stage"] == ("Proposed", "Approved", Way.NEITHER)
    risks = {each.code: (each.was, each.now, each.way) for each in changes(comparison, "Risks")}
    assert risks == {"LAP-R01": ("9", "20", Way.WORSE), "LAP-R02": ("score 10", "closed", Way.BETTER)}


def test_things_are_named_as_people_know_them(first: Reported, second: Reported) -> None:
    comparison = compare(first, second)

    assert {each.name for each in changes(comparison, "Risks")} == {"Shared catalogue", "Money"}
    assert "Write to Haringey" in {each.name for each in changes(comparison, "Actions")}
    assert all("LAP-C" not in each.name for each in changes(comparison, "Breaches"))


def test_figures_stand_side_by_side_with_their_difference(first: Reported, second: Reported) -> None:
    figures = {each.name: each for each in compare(first, second).figures}

    pack = content(story())
    assert figures["Breaches"].now == str(len(pack.data["compliance"]["breaches"]))
    assert figures["High risks"].difference == "+1"
    assert figures["High risks"].way is Way.WORSE
    assert figures["Milestones done"].way is Way.BETTER
    assert figures["Days released"].difference == "−9.00"


def test_the_order_in_which_two_packs_are_named_changes_nothing(first: Reported, second: Reported) -> None:
    assert compare(first, second) == compare(second, first)


def test_what_got_worse_comes_before_what_got_better(first: Reported, second: Reported) -> None:
    for group in compare(first, second).groups:
        ways = [list(Way).index(change.way) for change in group.changes]
        assert ways == sorted(ways), group.title


def test_the_sentence_counts_every_change_once(first: Reported, second: Reported) -> None:
    comparison = compare(first, second)

    counted = [int(word) for word in comparison.says.replace("1 thing ", "1 ").split() if word.isdecimal()]
    assert sum(counted) == sum(len(group.changes) for group in comparison.groups)


def test_two_editions_that_list_the_same_are_said_to(second: Reported) -> None:
    again = reported(data(pack="LAP-B02-PACK-S1", supplement=1))

    comparison = compare(second, again)

    assert comparison.groups == ()
    assert comparison.says == "Nothing that the packs list has changed."


def test_a_supplement_is_compared_with_its_pack_about_the_same_periods(second: Reported) -> None:
    later = story().told(
        "2014-10-03", DerogationGranted(commitment="LAP-C1", partner="HAR", periods=("2014-15 Q2",), decision="LAP-D01")
    )
    supplement = reported(content(later, Edition.supplement(1)).data)

    since = list(changes(compare(second, supplement), "Recorded since about the same periods"))

    assert [(each.code, each.what, each.was, each.now) for each in since] == [
        ("HAR, LAP-C1", "2014-15 Q2", "Not reported", "Derogated")
    ]


def test_a_milestone_that_is_moved_forward_got_better(second: Reported) -> None:
    sooner = MilestoneReforecast(milestone="LAP-P01-M02", forecast=date(2014, 12, 1), reason="x")
    other = reported(content(story().told("2014-08-05", sooner), Edition.supplement(1)).data)

    [forecast] = [each for each in changes(compare(second, other), "Milestones") if each.what == "Forecast"]

    assert forecast.way is Way.BETTER


def test_packs_of_two_partnerships_are_refused(second: Reported) -> None:
    with pytest.raises(NotComparable, match="one of TST: only packs of one partnership"):
        compare(second, reported(data(partnership="TST", pack="TST-B02-PACK")))


def test_one_pack_is_not_compared_with_itself(second: Reported) -> None:
    with pytest.raises(NotComparable, match="both are LAP-B02-PACK"):
        compare(second, second)


def test_a_pack_of_an_older_template_has_codes_where_it_has_no_names(second: Reported) -> None:
    since = ("title", "text", "lead", "owner", "before", "moves", "original_due")
    older = data(pack="LAP-B01-PACK", chain="0", as_at="2014-07-04T17:00:00+01:00")
    for name in ("projects", "milestones", "risks", "decisions", "actions"):
        older[name] = [{key: value for key, value in each.items() if key not in since} for each in older[name]]
    for name in ("partners", "to_hand_over", "notes", "risks"):
        del older[name]

    comparison = compare(reported(older), second)

    assert {each.code for each in changes(comparison, "Risks")} == {"LAP-R01", "LAP-R02"}
    assert not list(changes(comparison, "Partners"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "x is not the pack.json of a pack"),
        (b"[]", "x is not the pack.json of a pack"),
        (b'{"format": "other/1"}', "x is not the pack.json of a pack"),
        (b'{"format": "concordat-pack/9"}', "x is written in the format concordat-pack/9; this version reads"),
        (b'{"format": "concordat-pack/1"}', "x cannot be read: pack: Field required"),
    ],
)
def test_what_is_no_pack_is_refused_in_words(content: bytes, reason: str) -> None:
    with pytest.raises(NotComparable, match=reason):
        read(content, "x")


def test_a_partners_note_to_the_board_is_told_where_it_is_new_reads_otherwise_or_is_gone() -> None:
    def noted(version: int, **notes: str) -> Reported:
        said = [{"partner": partner, "note": note} for partner, note in notes.items()]
        return reported(data(notes=said, chain=str(version), events_taken_in=version))

    was = noted(1, BRE="Short of staff", HAC="Moving house", HAR="As before")
    now = noted(2, BRE="Staff found", LMA="Hello", HAR="As before")

    told = {each.code: (each.was, each.now) for each in changes(compare(was, now), "Partners’ notes to the board")}
    assert told == {"BRE": ("Short of staff", "Staff found"), "LMA": ("–", "Hello"), "HAC": ("Moving house", "–")}
