"""Plans of every form come out as the same neutral plan, whatever saved them, whatever their columns are called."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.programme.projects.bring_in.headings import ColumnRole, matched
from services.programme.projects.bring_in.plan import PlanLine
from services.programme.projects.bring_in.reading import Reading, read_plan
from services.programme.sheets.cells import FileRefused
from services.programme.sheets.values import DateOrder
from tests.programme.sheets.files import workbook

FILES = Path(__file__).parent / "files"
PLANNER_COLUMNS = (
    "Task ID|Task Name|Bucket Name|Progress|Priority|Assigned To|Created By|Created Date|Start date|Due date|"
    "Is Recurring|Late|Completed Date|Completed By|Completed Checklist Items|Checklist Items|Labels|Description"
)
PLANNER_AGREED = (
    "aA1|Standard agreed|To do|Completed|Medium|Priya Raman;Lena Brandt|P. Lead|03/02/2015||07/10/2015|"
    "false|false|07/09/2015|Priya Raman"
)
PLANNER_LIVE = "bB2|First services live|To do|Not started|Medium||P. Lead|03/02/2015||12/11/2015|false|false"
PLANNER = [
    ["Plan name", "Shared archives catalogue"],
    ["Plan ID", "xqQg5FS2LkCp935s-FIFm2QAFkHM"],
    ["Date of export", "03/31/2015"],
    [],
    *(line.split("|") for line in (PLANNER_COLUMNS, PLANNER_AGREED, PLANNER_LIVE)),
]


def plan_of(content: bytes, **reading):
    return read_plan(content, Reading(**reading))[0]


def table(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def test_a_plan_of_ms_project_is_read_with_its_owners_and_links() -> None:
    # when
    plan = plan_of((FILES / "ms-project.xml").read_bytes())
    # then
    assert (plan.source, plan.title, plan.faults) == ("Microsoft Project", "Shared archives catalogue", ())
    assert plan.lines == (
        PlanLine("task 1", "1", "Phase 1: Standard", due=date(2015, 7, 31), is_summary=True),
        PlanLine("task 2", "4", "Draft the standard", due=date(2015, 6, 30), depends_on=("9",)),
        PlanLine(
            "task 3",
            "9",
            "Kick-off held",
            due=date(2015, 4, 8),
            done_on=date(2015, 4, 9),
            is_done=True,
            is_milestone=True,
        ),
        PlanLine(
            "task 4",
            "5",
            "Standard agreed & published",
            "Name of HAC",
            date(2015, 7, 31),
            is_milestone=True,
            depends_on=("4",),
        ),
        PlanLine(
            "task 7",
            "8",
            "First services live",
            "J. Archivist",
            date(2015, 12, 18),
            is_milestone=True,
            depends_on=("5", "4"),
        ),
    )


def test_milestones_that_stand_alone_depend_on_what_stood_behind_the_tasks_between_them() -> None:
    # given
    plan = plan_of((FILES / "ms-project.xml").read_bytes())
    # when
    points = plan.alone(plan.points(milestones_alone=True))
    # then
    assert [(point.key, point.depends_on) for point in points] == [("9", ()), ("5", ("9",)), ("8", ("5", "9"))]
    assert [point.key for point in plan.points(milestones_alone=False)] == ["4", "9", "5", "8"]


def test_a_plan_of_ms_project_in_utf_16_is_read_too() -> None:
    content = (FILES / "ms-project.xml").read_text().replace("UTF-8", "UTF-16").encode("utf-16")
    assert len(plan_of(content).lines) == 5


def test_what_jira_gives_out_is_read_with_its_links_in_both_directions() -> None:
    # when
    plan = plan_of((FILES / "jira.csv").read_bytes())
    # then
    assert (plan.source, plan.title, plan.faults, plan.remarks) == ("Jira", "Shared archives catalogue", (), ())
    assert [(line.key, line.title, line.due, line.is_summary) for line in plan.lines] == [
        ("CAT-1", "Shared catalogue", date(2015, 12, 18), True),
        ("CAT-2", "Standard agreed", date(2015, 7, 31), False),
        ("CAT-3", "Supplier chosen", date(2015, 9, 30), False),
        ("CAT-4", "First services live", date(2015, 12, 18), False),
        ("CAT-5", "Tidy up", None, False),
    ]
    assert [line.depends_on for line in plan.lines] == [(), (), ("CAT-2",), ("CAT-3", "OTHER-7", "CAT-2"), ()]
    assert [(line.is_done, line.done_on) for line in plan.lines[1:]] == [
        (True, date(2015, 7, 30)),
        (False, None),
        (False, None),
        (True, None),
    ]
    assert plan.owners == ("Priya Raman",)
    assert plan.lines[1].place == "A3"


def test_what_planner_gives_out_is_read_with_the_month_first() -> None:
    # when
    plan = plan_of(workbook(PLANNER))
    # then
    assert (plan.source, plan.title) == ("Microsoft Planner", "Shared archives catalogue")
    assert plan.lines == (
        PlanLine(
            "Sheet1, B6",
            "aA1",
            "Standard agreed",
            "Priya Raman",
            date(2015, 7, 10),
            date(2015, 7, 9),
            is_done=True,
        ),
        PlanLine("Sheet1, B7", "bB2", "First services live", due=date(2015, 12, 11)),
    )
    assert plan.remarks == ("Dates such as 1/2/2015 are read with the month first. Say so below where that is wrong.",)
    # and
    other = plan_of(workbook(PLANNER), order=DateOrder.DAY_FIRST)
    assert (other.lines[0].due, other.remarks) == (date(2015, 10, 7), ())


def test_a_spreadsheet_with_headings_of_its_own_is_read() -> None:
    # given
    rows = [
        ["Programme of works 2015"],
        [],
        ["No.", "What", "Responsible organisation", "Start", "By when", "Predecessors", "% complete", "Comments"],
        [1, "Standard agreed", "Hackney", date(2015, 4, 1), date(2015, 7, 31), None, 1, "Well done"],
        [2, "Supplier chosen", "Brent", None, "30 Sept 2015", "1FS+2 days", 0.5, None],
        [3, "First services live", "", None, "18/12/2015", "1; 2", 0, None],
        [None, None, None, None, None, None, None, "A note beside nothing"],
    ]
    # when
    plan = plan_of(workbook(rows))
    # then
    assert plan.source == "a spreadsheet"
    assert [(line.title, line.owner, line.due, line.depends_on, line.is_done) for line in plan.lines] == [
        ("Standard agreed", "Hackney", date(2015, 7, 31), (), True),
        ("Supplier chosen", "Brent", date(2015, 9, 30), ("1",), False),
        ("First services live", "", date(2015, 12, 18), ("1", "2"), False),
    ]


@pytest.mark.parametrize(
    ("headings", "roles"),
    [
        (
            ["Ref", "Milestone", "Lead partner", "Forecast date (revised)", "Actual"],
            {
                ColumnRole.KEY: (1,),
                ColumnRole.TITLE: (2,),
                ColumnRole.OWNER: (3,),
                ColumnRole.DUE: (4,),
                ColumnRole.DONE_ON: (5,),
            },
        ),
        (
            ["Name", "Finish", "Resource Names", "Start"],
            {ColumnRole.TITLE: (1,), ColumnRole.DUE: (2,), ColumnRole.OWNER: (3,)},
        ),
        (
            ["Mileston", "Respnsible", "Dependancies"],
            {ColumnRole.TITLE: (1,), ColumnRole.OWNER: (2,), ColumnRole.DEPENDS_ON: (3,)},
        ),
        (["Description", "Title", "TITLE"], {ColumnRole.TITLE: (2,)}),
        (["Fruit", "Colour", None], {}),
    ],
)
def test_columns_are_told_by_the_words_of_their_headings_and_by_likeness(headings, roles) -> None:
    assert matched(headings) == roles


def test_a_person_corrects_which_column_is_which() -> None:
    # given
    content = table("Fruit,Colour,Date", "Standard agreed,Brent,31/7/2015")
    with pytest.raises(FileRefused, match=r"No column is the title of a milestone. Say which one is\."):
        plan_of(content)
    # when
    plan = plan_of(content, columns={ColumnRole.TITLE: 1, ColumnRole.OWNER: 2, ColumnRole.DUE: 0})
    # then
    assert plan.lines == (PlanLine("A2", "1", "Standard agreed", "Brent"),)


def test_a_date_that_tells_the_order_tells_it_for_all() -> None:
    plan = plan_of(table("Task,Due", "One,1/2/2015", "Two,2/28/2015"))
    assert [line.due for line in plan.lines] == [date(2015, 1, 2), date(2015, 2, 28)]
    assert plan.remarks == ()


def test_what_cannot_be_read_is_a_fault_at_its_cell_and_the_others_are_read() -> None:
    plan = plan_of(table("Task,Due", "One,soon", "Two,28/2/2015"))
    assert [str(fault) for fault in plan.faults] == [
        "B2: “soon” is not a date. Give a date such as 2 October 2015 or 2/10/2015."
    ]
    assert [line.due for line in plan.lines] == [None, date(2015, 2, 28)]


NAMESPACE = "http://schemas.microsoft.com/project"
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<html><body/></html>", "This is no plan of Microsoft Project"),
        (f"<Project xmlns='{NAMESPACE}'/>", "This is no plan of Microsoft Project"),
        (f"<Project xmlns='{NAMESPACE}'><Tasks>", "no plan of Microsoft Project"),
        (f"{LAUGHS}<Project xmlns='{NAMESPACE}'><Title>&b;</Title></Project>", "no plan of Microsoft"),
        (f"<Project xmlns='{NAMESPACE}'>" + "<Task/>" * 1_001 + "</Project>", "more than 1,000 tasks"),
        (f"<Project xmlns='{NAMESPACE}'>" + "<a>" * 100 + "</a>" * 100 + "</Project>", "more in it than is read"),
        (f"<Project xmlns='{NAMESPACE}'>" + "<a/>" * 300_001 + "</Project>", "has more in it than is read"),
        ("<?xml version='1.0' encoding='no-such'?><Project/>", "is no plan of Microsoft Project"),
    ],
    ids=["html", "empty", "open", "laughs", "many", "deep", "large", "encoding"],
)
def test_xml_that_is_no_plan_gets_a_sentence(content: str, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        plan_of(content.encode())
    assert said in str(refused.value)


def test_a_plan_that_is_too_long_gets_a_sentence() -> None:
    with pytest.raises(FileRefused, match="more than 1,000 lines"):
        plan_of(table("Task,Due", *(f"Number {n},1/2/2015" for n in range(1_001))))
