"""In one minute: the sentences of the first page, made by fixed rules in a fixed order."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from contracts.events.capacity import CapacityReleased
from contracts.events.projects import ProjectProposed, Stage
from domain.wording import listed_up_to
from services.reporting.pack import PackContent
from services.reporting.pack.rendering import render
from tests.domain.history import History
from tests.reporting.pack import reading
from tests.reporting.pack.story import content, story


@pytest.fixture(scope="module")
def made() -> PackContent:
    return content(story())


def said(made: PackContent) -> list[str]:
    return [each.text.replace("\u00a0", " ") for each in made.cover.sentences]


def test_the_most_serious_comes_first_and_each_is_told_by_name(made: PackContent) -> None:
    assert said(made) == [
        "You are asked to decide 2 items (Shared catalogue and Scanner) and respond to 3 partners in breach.",
        (
            "In breach of core commitments: London Borough HAR (C1 Commitment C1, C2 Commitment C2 and "
            "C4 Commitment C4), London Borough HAC (C1 Commitment C1 and C4 Commitment C4) and "
            "London Borough LMA (C1 Commitment C1 and C4 Commitment C4)."
        ),
        "1 of 2 open projects is red: Shared catalogue (newly, 42 days behind).",
        (
            "2 of 11 obligations of 2014-15 Q2 were met (18 %, down from 42 % in 2014-15 Q1); of the 9 that were not, "
            "most are those of London Borough HAR (3), London Borough LMA (3) and London Borough HAC (2)."
        ),
        (
            "Silent: London Borough HAR (for 184 days); carrying more than its share: London Borough LMA "
            "(4.00 times the mean)."
        ),
        (
            "Of what was decided, 2 have not happened: LAP-A01 Write to Haringey (London Borough BRE, due 1 September "
            "2014) and LAP-D02 Approve the brand (to be ratified by partners since 17 July 2014)."
        ),
    ]


def test_the_data_has_the_sentences_of_the_page(made: PackContent) -> None:
    assert made.data["in_one_minute"] == [each.text for each in made.cover.sentences]


def test_every_clause_names_the_place_that_proves_it(made: PackContent) -> None:
    places = {section.anchor for section in made.sections}
    assert {clause.see for each in made.cover.sentences for clause in each.clauses} <= places


def test_the_pdf_gives_the_page_of_each_and_the_page_a_link(made: PackContent) -> None:
    files = render(made)
    first, *others = reading.pdf(files["pack.pdf"]).pages
    text = re.sub(r"\s+", " ", first.extract_text())
    asked = re.search(r"3 partners in breach p\. (\d+)", text)
    assert asked is not None
    assert "What you are asked to decide" in others[int(asked[1]) - 2].extract_text()
    assert '(<a href="#decide">2 What you are asked to decide</a>)' in files["pack.html"].decode()


def test_where_little_is_amiss_one_true_sentence_says_what_is_well() -> None:
    history = History("BRE", "HAC").meeting("2014-04-02", "B01", "2014-07-17")
    project = ProjectProposed(
        project="LAP-P01", title="Brand", purpose="", lead="BRE", stage=Stage.IN_DELIVERY, tolerance_days=14
    )
    history.told("2014-05-02", project)
    for partner in ("BRE", "HAC"):
        days = CapacityReleased(partner=partner, project="LAP-P01", on=date(2014, 5, 2), days=Decimal(2))
        history.told("2014-05-03", days)
    assert said(content(history, first=True)) == [
        "No project is red, no partner is silent and no partner carries more than its share."
    ]


def test_of_a_partnership_with_nothing_in_it_no_rule_pretends_that_all_is_well() -> None:
    assert said(content(History(), first=True)) == ["Nothing has been planned, agreed or asked for yet."]


def test_names_are_listed_up_to_a_number_and_the_rest_is_counted() -> None:
    assert listed_up_to(2, ["a", "b", "c", "d"]) == "a, b and 2 more"
    assert listed_up_to(2, ["a", "b", "c"]) == "a, b and c"
