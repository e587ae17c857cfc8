"""The programme at a glance shares its page out: many projects have a line each, past that what goes well folds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from contracts.events.projects import (
    Confidence,
    ConfidenceStated,
    MilestoneAdded,
    MilestoneReforecast,
    ProjectProposed,
    Stage,
)
from services.reporting.pack import PackContent
from services.reporting.pack.document import Paragraph, Table
from services.reporting.pack.projects.glance import FOLDING
from services.reporting.pack.rendering.as_pdf import typesetter
from tests.domain.history import History
from tests.reporting.pack import reading
from tests.reporting.pack.story import content
from tests.reporting.pack.test_sections import row, section, table


def programme(number: int, *, overdue: int = 0, title: str = "Work") -> History:
    """Tell of as many projects, of which some have a milestone that is overdue."""
    history = (
        History("BRE", "HAC").meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    )
    for each in range(1, number + 1):
        due = date(2014, 9, 1) if each <= overdue else date(2015, 3, 1)
        project = f"LAP-P{each:02d}"
        history.told(
            "2014-04-02",
            ProjectProposed(
                project=project, title=title, purpose="", lead="BRE", stage=Stage.IN_DELIVERY, tolerance_days=14
            ),
            MilestoneAdded(milestone=f"{project}-M01", title="Begun", owner="BRE", forecast=due, baseline=due),
        )
    return history


def test_few_projects_have_their_lead_and_next_milestone_by_name() -> None:
    told = row(table(content(programme(12)), "4", "Open projects"), "LAP-P01")
    assert told["Project"].note == "In delivery; lead: London Borough BRE"
    assert told["Next milestone"].text == "Begun"


def test_forty_projects_go_on_one_page_with_a_line_each() -> None:
    made = content(programme(FOLDING))
    assert len(table(made, "4", "Open projects").rows) == FOLDING
    told = row(table(made, "4", "Open projects"), "LAP-P01")
    assert (told["Stage, lead"].text, told["Delivery confidence"].text) == ("In delivery, BRE", "None, silent")
    pages = [page.extract_text() for page in reading.pdf(typesetter(made)()).pages]
    assert len([page for page in pages if "Stage, lead" in page]) == 1


def pages_of_the_glance(made: PackContent) -> int:
    """Return how many pages the section takes."""
    pages = (page.extract_text() for page in reading.pdf(typesetter(made)()).pages)
    return sum(all(head in page for head in ("confidence", "Direction", "Milestones", "Slip")) for page in pages)


def test_forty_titles_that_go_on_a_line_stand_on_one_page() -> None:
    title = "Shared catalogue of maps and plans by 1900"
    made = content(programme(FOLDING, title=title))
    told = row(table(made, "4", "Open projects"), "LAP-P01")
    assert (told["Project"].text, "Stage, lead" in told) == (f"LAP-P01 {title}", False)
    assert pages_of_the_glance(made) == 1


def test_forty_titles_of_many_lines_stand_in_annex_b_and_the_programme_on_one_page() -> None:
    made = content(programme(FOLDING, title="Letters of the county " * 8))
    told = row(table(made, "4", "Open projects"), "LAP-P01")
    assert (told["Project"].text, told["Stage, lead"].text) == ("LAP-P01", "In delivery, BRE")
    assert "The titles are too long to stand here; annex B has them." in texts(made)
    assert pages_of_the_glance(made) == 1


def texts(made: PackContent) -> list[str]:
    """Return the paragraphs of the section."""
    return [each.text for each in section(made, "4").blocks if isinstance(each, Paragraph)]


def test_of_more_projects_those_that_go_well_fold_into_a_sentence_and_none_is_left_out() -> None:
    made = content(programme(FOLDING + 2, overdue=3))
    assert [each[0].text for each in table(made, "4", "Open projects").rows] == [
        "LAP-P01 Work",
        "LAP-P02 Work",
        "LAP-P03 Work",
    ]
    folded = texts(made)[1]
    assert folded.count(" Work") == FOLDING - 1


def since_the_last_meeting(made: PackContent) -> Mapping[str, str]:
    """Return the direction of everything that section 3 tells of, by its name."""
    tables = (each for each in section(made, "3").blocks if isinstance(each, Table))
    return {line[0].text: line[1].text for each in tables for line in each.rows}


def test_a_project_moves_in_the_same_direction_at_a_glance_as_since_the_last_meeting() -> None:
    history = programme(4)
    for project in ("LAP-P03", "LAP-P01"):
        amber = ConfidenceStated(project=project, confidence=Confidence.AMBER, reason="Few helpers")
        history.told("2014-07-01", amber)
    later, earlier = date(2015, 3, 8), date(2015, 2, 20)
    for project, forecast in (("LAP-P01", later), ("LAP-P02", earlier), ("LAP-P04", later)):
        history.told(
            "2014-09-01",
            MilestoneReforecast(milestone=f"{project}-M01", forecast=forecast, reason="Looked at again"),
        )
    for project in ("LAP-P03", "LAP-P01"):
        green = ConfidenceStated(project=project, confidence=Confidence.GREEN, reason="Helpers came")
        history.told("2014-09-01", green)
    made = content(history)

    glance = {line[0].text.removeprefix("LAP-"): line[3].text for line in table(made, "4", "Open projects").rows}

    assert glance == {"P01 Work": "Changed", "P02 Work": "Better", "P03 Work": "Better", "P04 Work": "Worse"}
    assert glance.items() <= since_the_last_meeting(made).items()
