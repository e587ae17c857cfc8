"""Partnerships and meetings that nobody thinks of first: a pack says of them what is so, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from contracts.events.partnership import Role
from contracts.events.projects import MilestoneAdded, MilestonesBaselined, ProjectMoved, ProjectProposed, Stage
from contracts.events.returns import Answer, CommitmentAttested, QuantityReported
from domain.register.papers import MeetingNotice
from services.reporting.pack import Edition, PackContent, make_content, previous_pack
from services.reporting.pack.document import Facts, Paragraph, Table
from services.reporting.pack.document import Section as PackSection
from tests.domain.history import CALENDAR, History
from tests.reporting.pack.story import FIRST, SECOND, content, notice

MOVED_TO = date(2014, 7, 30)
"""Where the first meeting moves to after its papers went out."""


def section(made: PackContent, mark: str) -> PackSection:
    return next(each for each in made.sections if each.mark == mark)


def said(made: PackContent, mark: str) -> str:
    return " ".join(each.text for each in section(made, mark).blocks if isinstance(each, Paragraph))


def table(made: PackContent, mark: str, caption: str) -> Table:
    return next(
        each for each in section(made, mark).blocks if isinstance(each, Table) and each.caption.startswith(caption)
    )


def who_gets(made: PackContent) -> list[str]:
    facts = (each for block in section(made, "I").blocks if isinstance(block, Facts) for each in block.facts)
    return next(each.cell.text for each in facts if each.label == "Who gets it").split("\n")


def supplement_after_a_move() -> PackContent:
    """The supplement to the first meeting's pack: it moved, and an amount came in before its new cut-off."""
    history = History("BRE", "HAC").agreed("C1", {"kind": "quantity", "unit": "days", "target": "6"})
    history.meeting("2014-04-02", "B01", "2014-07-17")
    pack = notice(FIRST)
    before = previous_pack(history.register(pack.timetable.cut_off), pack)
    amount = QuantityReported(commitment="LAP-C1", partner="BRE", on=date(2014, 6, 20), amount=Decimal(6))
    history.told("2014-07-15", amount)
    days = replace(CALENDAR.timetable(MOVED_TO), quarter=pack.timetable.quarter)
    moved = MeetingNotice(FIRST, MOVED_TO, pack.time, pack.place, days)
    return make_content(
        history.register(days.cut_off), moved, before=before, edition=Edition.supplement(1), as_at=days.cut_off
    )


def test_a_member_without_a_partner_is_not_told_to_be_the_programme_office() -> None:
    # given
    history = History("BRE").appointed("LAP-U001", Role.SECRETARY).appointed("LAP-U002", Role.CHAIR)
    history.appointed("LAP-U003", Role.BOARD_MEMBER).appointed("LAP-U004", Role.BOARD_MEMBER)
    history.appointed("LAP-U005", Role.BOARD_MEMBER, partners=("BRE",))
    # when
    made = content(history.meeting("2014-04-02", "B01", "2014-07-17"), first=True)
    # then
    assert who_gets(made) == [
        "Chair: one without a partner",
        "Board member: 2 without a partner and London Borough BRE",
        "Secretary: the programme office",
    ]


def test_without_projects_no_signs_are_explained_and_nothing_is_said_of_their_silence() -> None:
    made = content(History("BRE").meeting("2014-04-02", "B01", "2014-07-17"), first=True)

    assert said(made, "4") == ""
    assert "open project and milestone" not in " ".join(
        each.empty for each in section(made, "H").blocks if isinstance(each, Table) and not each.rows
    )


def test_a_supplement_says_of_its_pack_up_to_when_that_one_goes_and_that_the_meeting_has_moved() -> None:
    assert supplement_after_a_move().cover.banner == (
        "This supplement goes with the pack for LAP-B01, 17 July 2014, with data up to 4 July 2014, which stands "
        "unchanged. The meeting has been moved since; its new date and time stand below."
    )


def test_a_supplement_says_when_it_is_issued_and_up_to_when_it_goes_itself() -> None:
    facts = {each.label: each.cell.text for each in supplement_after_a_move().cover.facts}

    assert facts["Issued"] == "Tuesday 22 July 2014"
    assert facts["Data up to"] == "Thursday 17 July 2014, 17:00"
    assert "Data cut-off" not in facts
    assert "Issue of the pack" not in facts


def test_a_supplement_for_a_meeting_that_stands_says_nothing_of_a_move() -> None:
    history = History("BRE").meeting("2014-04-02", "B02", "2014-10-16")
    pack = notice(SECOND)
    register = history.register(pack.timetable.cut_off)

    made = make_content(register, pack, before=previous_pack(register, pack), edition=Edition.supplement(1))

    assert made.cover.banner.endswith("which stands unchanged.")


def test_two_papers_about_one_quarter_head_their_columns_by_which_is_which() -> None:
    made = supplement_after_a_move()

    for caption, first in (
        ("Compliance of 2014-15 Q1, as in the last pack and now", "Commitment"),
        ("Partners whose rate of 2014-15 Q1 went up or down", "Partner"),
    ):
        assert [each.title for each in table(made, "A", caption).columns] == [
            first,
            "In the last pack",
            "Now",
            "Change",
        ]


def test_a_partnership_whose_projects_have_all_ended_is_not_told_to_have_none_yet() -> None:
    # given
    history = History("BRE").meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    proposed = ProjectProposed(
        project="LAP-P01", title="A catalogue", purpose="", lead="BRE", stage=Stage.IN_DELIVERY, tolerance_days=14
    )
    history.told("2014-04-02", proposed).told("2014-06-02", ProjectMoved(project="LAP-P01", stage=Stage.CLOSED))
    # then
    glance = section(content(history), "4").blocks
    assert [each.empty for each in glance if isinstance(each, Table)] == [
        "No project is open, and none ended since the last pack."
    ]


def test_a_rate_that_was_put_right_since_the_last_pack_is_told_beside_what_that_pack_said() -> None:
    # given the last pack counted the first quarter as met, and page one compares with what it comes to by now
    history = History("BRE").agreed("C1", {"kind": "attestation"})
    history.meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    for day, answer in (("2014-06-30", Answer.YES), ("2014-07-10", Answer.NO)):
        history.told(day, CommitmentAttested(commitment="LAP-C1", partner="BRE", period="2014-15 Q1", answer=answer))
    # when
    made = content(history)
    # then
    rates = [
        [cell.text for cell in row]
        for each in section(made, "3").blocks
        if isinstance(each, Table)
        for row in each.rows
        if row[0].text == "All commitments"
    ]
    assert rates == [
        [
            "All commitments",
            "Worse",
            "Down 100 points: 0 of 1 (0\u00a0%) met, before 1 of 1 (100\u00a0%)",
            "By what was recorded since, 2014-15 Q1 comes to 0 of 1 (0\u00a0%).",
        ]
    ]


def test_a_milestone_that_two_decisions_gave_a_baseline_counts_once() -> None:
    # given
    history = History("BRE").meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    due = date(2014, 12, 19)
    history.told(
        "2014-04-02",
        ProjectProposed(
            project="LAP-P01", title="A catalogue", purpose="", lead="BRE", stage=Stage.IN_DELIVERY, tolerance_days=14
        ),
        MilestoneAdded(milestone="LAP-P01-M01", title="Live", owner="BRE", forecast=due, baseline=due),
    )
    for decision, day in (("LAP-D01", date(2015, 1, 30)), ("LAP-D02", date(2015, 3, 30))):
        history.told(
            "2014-07-17", MilestonesBaselined(project="LAP-P01", baselines={"LAP-P01-M01": day}, decision=decision)
        )
    # then
    told = [
        row[2].text for each in section(content(history), "3").blocks if isinstance(each, Table) for row in each.rows
    ]
    assert "Baseline set for 1 milestone by LAP-D01 and LAP-D02" in told
