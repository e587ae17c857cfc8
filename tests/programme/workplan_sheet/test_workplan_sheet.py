"""A workplan goes out as a sheet and comes back: what was changed changes, and nothing else does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.register.projects import MILESTONES
from services.programme.core.deciding import Context, Refused, decide
from services.programme.projects.workplan_sheet.layout import MilestoneValues
from services.programme.sheets.cells import FileRefused
from tests.parts.libreoffice import saved_by_libreoffice
from tests.programme.partnerships import HACKNEY_LEAD, LMA_LEAD, Partnership, london
from tests.programme.workplan_sheet.filling_in import P01, as_csv, compared, downloaded, filled_in, read, record

TODAY = "it is 31 October 2014, so give that day or an earlier one"
M01, M02 = f"{P01}-M01", f"{P01}-M02"


@pytest.fixture
def lap() -> Partnership:
    """The partnership half a year on."""
    return london().at(date(2014, 10, 31))


def values_of(lap: Partnership) -> dict[str, MilestoneValues]:
    return {ref: MilestoneValues.of(each) for ref, each in lap.register.milestones.items() if each.project == P01}


@pytest.mark.parametrize("saved", [lambda content: content, as_csv], ids=["xlsx", "csv"])
def test_a_file_that_nobody_touched_changes_nothing(lap: Partnership, saved) -> None:
    # given
    lap.given("complete_milestone", milestone="P01-M01", on="2014-07-30")
    # when
    changes = compared(lap, saved(downloaded(lap)))
    # then
    assert (changes.changes, changes.added, changes.steps, changes.faults) == ((), (), (), ())


@pytest.mark.parametrize("saved", [lambda content: content, as_csv], ids=["xlsx", "csv"])
def test_every_field_that_was_changed_is_changed_by_the_command_that_a_page_would_send(lap: Partnership, saved) -> None:
    # given
    content = filled_in(
        downloaded(lap),
        {
            ("M01", "Done on"): date(2014, 10, 1),
            ("M02", "Milestone"): "Second, and last",
            ("M02", "Owner"): "Name of HAC (HAC)",
            ("M02", "Depends on"): "",
            ("M02", "Forecast"): date(2015, 1, 30),
            ("M02", "Reason"): "Two services join later.",
        },
    )
    # when
    changes = compared(lap, saved(content))
    # then
    assert [(each.reference, each.field, each.clashes) for each in changes.changes] == [
        (M01, "done_on", False),
        (M02, "title", False),
        (M02, "owner", False),
        (M02, "depends_on", False),
        (M02, "forecast", False),
    ]
    assert [step.command.do for step in changes.steps] == [
        "amend_milestone",
        "reforecast_milestone",
        "complete_milestone",
    ]
    # and when
    record(lap, changes)
    # then
    assert values_of(lap) == {
        M01: MilestoneValues("First", "LMA", (), date(2014, 7, 31), date(2014, 10, 1)),
        M02: MilestoneValues("Second, and last", "HAC", (), date(2015, 1, 30), None),
    }
    assert lap.register.milestones[M02].forecasts[-1].reason == "Two services join later."


def test_new_lines_are_added_each_behind_those_that_it_depends_on(lap: Partnership) -> None:
    # given
    content = filled_in(
        downloaded(lap),
        {
            ("M03", "Milestone"): "Third",
            ("M03", "Owner"): "hac",
            ("M03", "Forecast"): "31 March 2015",
            ("M03", "Depends on"): "M04, p02-m01",
            ("M04", "Milestone"): "Before the third",
            ("M04", "Owner"): "Name of BRE",
            ("M04", "Forecast"): date(2014, 10, 30),
            ("M04", "Done on"): date(2014, 10, 30),
            ("M02", "Depends on"): "M01 M03",
            ("M02", "Reason"): "It needs the third.",
        },
    )
    # when
    changes = compared(lap, content)
    record(lap, changes)
    # then
    assert changes.added == (f"{P01}-M03", f"{P01}-M04")
    now = values_of(lap)
    assert now[f"{P01}-M03"] == MilestoneValues("Third", "HAC", (f"{P01}-M04", "LAP-P02-M01"), date(2015, 3, 31), None)
    assert now[f"{P01}-M04"].done_on == date(2014, 10, 30)
    assert now[M02].depends_on == (M01, f"{P01}-M03")


def test_a_reference_that_somebody_else_took_meanwhile_gives_way_wherever_the_file_names_it(lap: Partnership) -> None:
    # given
    content = filled_in(
        downloaded(lap),
        {
            ("M03", "Milestone"): "Third",
            ("M03", "Owner"): "HAC",
            ("M03", "Forecast"): date(2015, 3, 31),
            ("M02", "Depends on"): "M03",
            ("M02", "Reason"): "It needs the third.",
        },
    )
    lap.given("add_milestone", project="P01", code="M03", title="Another's", owner="LMA", due="2015-02-01")
    # when
    changes = compared(lap, content)
    record(lap, changes)
    # then
    assert changes.added == (f"{P01}-M04",)
    assert values_of(lap)[f"{P01}-M04"].title == "Third"
    assert values_of(lap)[M02].depends_on == (f"{P01}-M04",)
    # and when the same file is sent again
    again = compared(lap, content)
    # then
    assert (again.added, again.steps) == ((), ())


def test_the_same_file_can_be_filled_in_further_and_sent_again(lap: Partnership) -> None:
    # given
    new = {("M03", "Milestone"): "Third", ("M03", "Owner"): "HAC", ("M03", "Forecast"): date(2015, 3, 31)}
    content = filled_in(downloaded(lap), new)
    record(lap, compared(lap, content))
    # when
    further = filled_in(content, {("M03", "Forecast"): date(2015, 4, 30), ("M03", "Reason"): "Later."})
    changes = compared(lap, further)
    record(lap, changes)
    # then
    assert changes.added == ()
    assert values_of(lap)[f"{P01}-M03"].forecast == date(2015, 4, 30)


def test_what_somebody_else_changed_meanwhile_stays_where_the_file_leaves_it_alone(lap: Partnership) -> None:
    # given
    content = filled_in(downloaded(lap), {("M02", "Milestone"): "Renamed", ("M02", "Reason"): "Clearer."})
    lap.given("reforecast_milestone", milestone="P01-M02", forecast="2015-02-27", reason="Later.")
    # when
    record(lap, compared(lap, content))
    # then
    assert values_of(lap)[M02] == MilestoneValues("Renamed", "BRE", (M01,), date(2015, 2, 27), None)


def test_what_two_changed_differently_waits_for_a_choice(lap: Partnership) -> None:
    # given
    content = filled_in(downloaded(lap), {("M02", "Forecast"): date(2015, 1, 30), ("M02", "Reason"): "Later."})
    lap.given("reforecast_milestone", milestone="P01-M02", forecast="2015-02-27", reason="Much later.")
    # when
    (clash,) = compared(lap, content).clashes
    # then
    assert (clash.key, clash.was, clash.is_now, clash.will_be) == (
        f"{M02}.forecast",
        date(2014, 12, 19),
        date(2015, 2, 27),
        date(2015, 1, 30),
    )
    # and
    kept, taken = compared(lap, content, kept={clash.key}), compared(lap, content, taken={clash.key})
    assert (kept.changes, kept.steps) == ((), ())
    assert taken.clashes == ()
    assert [step.command.do for step in taken.steps] == ["reforecast_milestone"]


def test_what_two_changed_alike_is_no_change(lap: Partnership) -> None:
    # given
    content = filled_in(downloaded(lap), {("M02", "Forecast"): date(2015, 2, 27)})
    lap.given("reforecast_milestone", milestone="P01-M02", forecast="2015-02-27", reason="Later.")
    # then
    assert compared(lap, content).changes == ()


def test_a_done_that_is_emptied_reopens_and_another_day_is_another_completion(lap: Partnership) -> None:
    # given
    lap.given("complete_milestone", milestone="P01-M01", on="2014-07-30")
    content = downloaded(lap)
    # when
    emptied = compared(lap, filled_in(content, {("M01", "Done on"): None, ("M01", "Reason"): "Ticked by mistake."}))
    another = filled_in(content, {("M01", "Done on"): date(2014, 7, 29), ("M01", "Reason"): "Wrong day."})
    # then
    assert [step.command.do for step in emptied.steps] == ["reopen_milestone"]
    record(lap, compared(lap, another))
    assert values_of(lap)[M01].done_on == date(2014, 7, 29)


def test_a_milestone_is_dropped_where_the_line_says_so(lap: Partnership) -> None:
    # given
    lap.given("add_milestone", project="P01", code="M03", title="Needless", owner="LMA", due="2015-02-01")
    content = filled_in(downloaded(lap), {("M03", "Drop"): "drop", ("M03", "Reason"): "Needless."})
    # when
    changes = compared(lap, content)
    record(lap, changes)
    # then
    assert changes.dropped == (f"{P01}-M03",)
    assert lap.register.milestones[f"{P01}-M03"].dropped is not None
    assert f"{P01}-M03" not in str(read(lap, downloaded(lap)).lines)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (
            {("M02", "Forecast"): "soon"},
            "P01, F7: “soon” is not a date. Give a date such as 2 October 2015 or 2/10/2015.",
        ),
        ({("M02", "Owner"): "ZZZ"}, "P01, C7: There is no partner “ZZZ”. Choose one of the list, or write its code."),
        (
            {("M02", "Depends on"): "M01; the first"},
            "P01, D7: “THE” is no reference for a milestone. Write one such as M01 or P02-M01.",
        ),
        ({("M02", "Drop"): "yes"}, "P01, I7: “yes” is not one of the choices. Choose one of: drop."),
        (
            {("M02", "Reference"): "M2.1"},
            "P01, A7: “M2.1” is no reference for a milestone. Write one such as M01 or P02-M01.",
        ),
        ({("M02", "Reference"): "M01"}, "P01, A7: LAP-P01-M01 stands here twice. Leave one of them out."),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_fault_at_its_place(lap: Partnership, cells, fault: str) -> None:
    lines = read(lap, filled_in(downloaded(lap), cells))
    assert [str(each) for each in lines.faults] == [fault]
    assert [line.reference for line in lines.lines] == [M01]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({("M02", "Milestone"): None}, "P01, B7: A milestone has a title. Write one, or leave it as it was."),
        ({("M02", "Forecast"): None}, "P01, F7: A milestone has a forecast. Write one, or leave it as it was."),
        ({("M03", "Milestone"): "Third"}, "P01, C8: A milestone has an owner. Write one, or empty the line."),
        ({("M02", "Milestone"): "New"}, "P01, H7: There is no reason. Say in a few words why it changes."),
        ({("M02", "Drop"): "drop"}, "P01, H7: There is no reason. Say in a few words why it changes."),
    ],
)
def test_a_line_that_lacks_something_is_a_fault_at_its_place(lap: Partnership, cells, fault: str) -> None:
    changes = compared(lap, filled_in(downloaded(lap), cells))
    assert str(changes.faults[0]) == fault
    assert changes.steps == ()


def test_new_milestones_in_a_circle_are_a_fault_at_the_first_of_them(lap: Partnership) -> None:
    # given
    new = {("Owner"): "HAC", "Forecast": date(2015, 3, 31), "Milestone": "New"}
    cells = {(code, heading): value for code in ("M03", "M04") for heading, value in new.items()}
    content = filled_in(downloaded(lap), {**cells, ("M03", "Depends on"): "M04", ("M04", "Depends on"): "M03"})
    # when
    (fault,) = compared(lap, content).faults
    # then
    assert fault.problem.startswith("These depend on each other in a circle: LAP-P01-M0")


def test_what_the_rules_refuse_is_said_at_the_cell_that_it_comes_from(lap: Partnership) -> None:
    # given
    content = filled_in(
        downloaded(lap), {("M02", "Done on"): date(2014, 11, 1), ("M01", "Depends on"): "M09", ("M01", "Reason"): "So."}
    )
    # when
    said = []
    for step in compared(lap, content).steps:
        with pytest.raises(Refused) as refused:
            decide(lap.register, step.command, Context(LMA_LEAD, lap.now))
        said.append(str(step.fault(refused.value)))
    # then
    assert said == [
        "P01, D6: No milestone LAP-P01-M09; project LAP-P01 has M01, M02.",
        f"P01, G7: 1 November 2014 has not come yet; {TODAY}; perhaps 1 October 2014 was meant.",
    ]


def test_who_may_not_is_told_so_at_the_line(lap: Partnership) -> None:
    # given
    (step,) = compared(lap, filled_in(downloaded(lap), {("M01", "Done on"): date(2014, 10, 1)})).steps
    # when
    with pytest.raises(Refused) as refused:
        decide(lap.register, step.command, Context(HACKNEY_LEAD, lap.now))
    # then
    assert str(step.fault(refused.value)).startswith("P01, A6: LAP-U009 (partner lead of HAC) may not do this")


def test_a_file_of_another_project_or_of_none_is_refused(lap: Partnership) -> None:
    with pytest.raises(FileRefused, match=r"The file has milestones of LAP-P02; this is the page of LAP-P01\."):
        read(lap, downloaded(lap, "LAP-P02"))
    with pytest.raises(FileRefused, match=r"The file is no workplan: it has no line with the headings"):
        read(lap, b"Reference,Title\nM01,First\n")


def test_a_file_without_the_values_of_its_download_is_compared_with_what_is_there_now(lap: Partnership) -> None:
    # given
    content = b"Reference,Milestone,Forecast,Reason\nM02,Second,30/1/2015,Later.\n,Third,1/2/2015,\n"
    # when
    changes = compared(lap, content)
    # then
    assert [(each.key, each.is_now) for each in changes.changes] == [(f"{M02}.forecast", date(2014, 12, 19))]
    assert [str(each) for each in changes.faults] == ["row 3: A milestone has an owner. Write one, or empty the line."]


@pytest.mark.libreoffice
def test_a_workplan_that_libreoffice_saved_is_the_same(lap: Partnership, tmp_path: Path) -> None:
    # given
    lap.given("complete_milestone", milestone="P01-M01", on="2014-07-30")
    cells = {("M02", "Forecast"): date(2015, 1, 30), ("M02", "Reason"): "Two services join later."}
    # when
    content = saved_by_libreoffice(filled_in(downloaded(lap), cells), tmp_path)
    # then
    changes = compared(lap, content)
    assert [(each.key, each.will_be) for each in changes.changes] == [(f"{M02}.forecast", date(2015, 1, 30))]
    record(lap, changes)


TITLES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=40).map(
    lambda text: " ".join(text.split())
).filter(bool)  # fmt: skip
DAYS = st.dates(date(2014, 1, 1), date(2020, 12, 31))
LINES = st.lists(st.tuples(TITLES, st.sampled_from(["BRE", "HAC", "LMA"]), DAYS), min_size=1, max_size=5)


@settings(max_examples=10, deadline=None)
@given(LINES, st.lists(st.tuples(TITLES, DAYS), min_size=2, max_size=2))
def test_any_workplan_comes_back_as_it_was_filled_in(new, changed) -> None:
    # given
    lap = london().at(date(2014, 10, 31))
    cells = {}
    for number, (title, owner, due) in enumerate(new, start=3):
        line = {"Milestone": title, "Owner": owner, "Forecast": due}
        cells |= {(f"M{number:02}", heading): value for heading, value in line.items()}
    for number, (title, due) in enumerate(changed, start=1):
        line = {"Milestone": title, "Forecast": due, "Reason": "So."}
        cells |= {(f"M{number:02}", heading): value for heading, value in line.items()}
    # when
    record(lap, compared(lap, filled_in(downloaded(lap), cells)))
    # then
    now = values_of(lap)
    assert [(each.title, each.owner, each.forecast) for each in list(now.values())[2:]] == new
    assert [(each.title, each.forecast) for each in list(now.values())[:2]] == changed
    assert MILESTONES.next_reference(P01, now) == f"{P01}-M{len(new) + 3:02}"
    # and
    assert compared(lap, downloaded(lap)).steps == ()
