"""What each section says, and that it says so in words."""

from __future__ import annotations

from datetime import date

import pytest

from domain.wording.cells import Cell, Tone
from services.reporting.pack import PREVIEW, Edition, PackContent, make_content
from services.reporting.pack.document import Drawn, Facts, Heading, Matter, Paragraph, Section, Table
from tests.domain.history import History, at
from tests.reporting.pack.story import SECOND, attested, content, notice, story

TITLES = [
    ("2", "What you are asked to decide"),
    ("3", "Since your last meeting"),
    ("4", "Programme at a glance"),
    ("5", "Compliance by exception"),
    ("6", "Load, high risks and overdue actions"),
    ("A", "Everything that moved"),
    ("B", "Projects"),
    ("C", "Compliance"),
    ("D", "Load and capacity"),
    ("E", "Risks"),
    ("F", "Decisions and actions"),
    ("G", "Forward plan"),
    ("H", "Who has not reported"),
    ("I", "Definitions and provenance"),
]


@pytest.fixture(scope="module")
def made() -> PackContent:
    return content(story())


def section(made: PackContent, mark: str) -> Section:
    return next(each for each in made.sections if each.mark == mark)


def table(made: PackContent, mark: str, caption: str) -> Table:
    tables = (each for each in section(made, mark).blocks if isinstance(each, Table))
    return next(each for each in tables if each.caption.startswith(caption))


def row(found: Table, start: str) -> dict[str, Cell]:
    cells = next(each for each in found.rows if each[0].text.startswith(start))
    return {column.title: cell for column, cell in zip(found.columns, cells, strict=True)}


def entry(made: PackContent, mark: str, label: str) -> dict[str, Cell]:
    entries = (each for each in section(made, mark).blocks if isinstance(each, Matter))
    found = next(each for each in entries if each.label == label)
    return {fact.label: fact.cell for fact in (*found.facts, *([found.aside] if found.aside else []))}


def words(made: PackContent, mark: str) -> str:
    """Return the running text of a section, and what its empty tables say."""
    blocks = section(made, mark).blocks
    texts = [each.text for each in blocks if isinstance(each, Paragraph | Heading)]
    return " ".join(texts + [each.empty for each in blocks if isinstance(each, Table) and not each.rows])


def test_a_pack_has_all_its_sections_under_their_numbers(made: PackContent) -> None:
    assert [(each.mark, each.title) for each in made.sections] == TITLES


def test_the_cover_names_partnership_meeting_quarter_cut_off_issue_and_edition(made: PackContent) -> None:
    facts = {fact.label: fact.cell.text for fact in made.cover.facts}
    assert made.cover.partnership == "London Archives Partnership"
    assert facts == {
        "Meeting": "LAP-B02",
        "Date and time": "Thursday 16 October 2014, 14:00",
        "Place": "Metropolitan Archives",
        "Quarter covered": "2014-15 Q2: 1 July 2014 to 30 September 2014",
        "Data cut-off": "Friday 3 October 2014, 17:00",
        "Issued": "Wednesday 8 October 2014",
        "Edition": "LAP-B02-PACK, issued",
    }


def test_annex_i_says_who_gets_the_pack_by_role_and_partner_and_never_by_person(made: PackContent) -> None:
    facts = {
        fact.label: fact.cell.text
        for each in section(made, "I").blocks
        if isinstance(each, Facts)
        for fact in each.facts
    }
    assert facts["Who gets it"].split("\n") == [
        "Chair: London Borough BRE",
        "Board member: London Borough HAC (2)",
        "Secretary: the programme office",
    ]


def test_a_preview_is_marked_as_one() -> None:
    cover = content(story(), PREVIEW).cover
    assert cover.banner.startswith("Preview. This is not the issued pack")
    assert cover.state == "Preview"


def test_an_item_for_decision_has_its_recommendation_owner_and_what_one_needs_to_know(made: PackContent) -> None:
    assert entry(made, "2", "Item 1") == {
        "Concerns": Cell(
            "P01 Shared catalogue",
            "in delivery; confidence amber; schedule red",
            link="#LAP-P01",
        ),
        "Recommendation": Cell("Ten services are live."),
        "Owner": Cell("London Borough LMA"),
        "To know": Cell(
            "P01-M02 First ten services live: baseline 19 December 2014, forecast 30 January 2015 (+42\u00a0days); "
            "re-forecast 2 times."
        ),
    }


def test_a_breach_is_among_what_the_board_is_asked_to_decide(made: PackContent) -> None:
    breach = entry(made, "2", "Breach")
    assert breach["To know"].text.startswith("C1: 2014-15 Q1 not reported, 2014-15 Q2 not reported.")
    assert breach["Owner"].text == "London Borough HAR"


def test_what_is_still_running_stands_by_commitment_and_by_how_far_the_partners_have_come(made: PackContent) -> None:
    running = table(made, "C", "Progress so far, counted in no rate")
    assert [[cell.text for cell in line] for line in running.rows if line[0].note == "2014-15, to 31 March 2015"] == [
        ["C3 Commitment C3", "0 of 2 items", "3 of 4: London Borough HAC, London Borough HAR and London Borough LMA"],
        ["C3 Commitment C3", "1 of 2 items", "1 of 4: London Borough BRE"],
    ]
    assert row(running, "C4")["Partners"].text == "All 4 partners that it binds"


def test_of_what_is_still_running_most_partners_are_those_that_are_not_named() -> None:
    history = History(*(f"P{number:02d}" for number in range(9))).agreed("C1", {"kind": "evidence", "minimum": 2})
    history.meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    sent = next(each.fact for each in story().events if type(each.fact).__name__ == "EvidenceSubmitted")
    early = sent.model_copy(update={"commitment": "LAP-C1", "partner": "P03", "on": date(2014, 10, 2)})
    running = table(content(history.told("2014-10-02", early)), "C", "Progress so far")
    assert [line[2].text for line in running.rows] == [
        "8 of 9: those that the rows below do not name",
        "1 of 9: London Borough P03",
    ]


def test_what_moved_since_the_last_meeting_is_told_with_both_states(made: PackContent) -> None:
    assert row(table(made, "A", "Projects that moved"), "LAP-P02")["Was"].text == "Proposed"
    assert row(table(made, "A", "Projects whose delivery confidence"), "LAP-P01")["Was"].text == "Green"
    forecast = row(table(made, "A", "Milestones that were re-forecast"), "LAP-P01-M02")
    assert forecast["Moved by"].text == "+42\u00a0days"
    assert forecast["Reason"].note == "re-forecast 2 times"
    baseline = row(table(made, "A", "Milestones whose baseline"), "LAP-P01-M03")
    assert (baseline["Baseline was"].text, baseline["By decision"].text) == ("none", "LAP-D01")
    reached = row(table(made, "A", "Milestones that were reached"), "LAP-P01-M01")
    assert reached["Against baseline"] == Cell("Done late", "29 days after baseline", Tone.CAUTION)
    assert row(table(made, "A", "Risks"), "LAP-R01")["What changed"].text == "Rising"
    assert row(table(made, "A", "Risks"), "LAP-R02")["What changed"].text == "Closed"
    assert row(table(made, "A", "Decisions whose effect"), "LAP-D01")["On"].text == "17\u00a0Jul\u00a02014"
    actions = table(made, "A", "Actions")
    assert row(actions, "LAP-A01")["Status"].text == "Overdue"
    assert row(actions, "LAP-A02")["Status"] == Cell("Done", "on 4\u00a0Aug\u00a02014", Tone.GOOD)


def test_compliance_up_and_down_is_told_with_counts(made: PackContent) -> None:
    changed = row(table(made, "A", "Compliance, 2014-15 Q1"), "LAP-C2")
    assert changed["2014-15 Q1"].text == "2 of 4 (50\u00a0%)"
    assert changed["2014-15 Q2"].text == "0 of 3 (0\u00a0%)"
    assert changed["Change"].text == "Down 50 points"


def test_a_late_entry_about_an_earlier_quarter_shows_as_recorded_since(made: PackContent) -> None:
    late = table(made, "A", "Recorded since")
    changed = row(late, "London Borough HAC")
    assert (changed["Last pack said"].text, changed["Now"].text) == ("Partly met", "Met late")
    assert late.rows[-1][3] == Cell("3.00 days", "recorded 4\u00a0Aug\u00a02014")


def test_the_first_pack_says_that_there_is_nothing_to_compare_with() -> None:
    assert "first pack" in words(content(story(), first=True), "A")


def test_confidence_and_schedule_stand_apart_and_in_words(made: PackContent) -> None:
    line = row(table(made, "4", "Open projects"), "LAP-P01")
    assert line["Delivery confidence"] == Cell("Amber", tone=Tone.CAUTION)
    assert line["Schedule status"] == Cell("Red", tone=Tone.BAD)
    assert line["Next milestone"] == Cell("First ten services live", "30 January 2015")
    assert line["Direction"] == Cell("Worse", tone=Tone.BAD)


def test_silence_caps_the_confidence_shown_and_says_for_how_long() -> None:
    history = History("BRE").meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    work = [event.fact for event in story().events if getattr(event.fact, "project", "") == "LAP-P01"]
    history.told(
        "2014-04-02", *[fact for fact in work if type(fact).__name__ in {"ProjectProposed", "ConfidenceStated"}][:2]
    )
    line = row(table(content(history), "4", "Open projects"), "LAP-P01")
    assert line["Delivery confidence"] == Cell("Amber", "stated green, silent for 184 days", Tone.CAUTION)


def test_a_project_has_purpose_progress_next_help_and_its_workplan_drawn_row_by_row(made: PackContent) -> None:
    blocks = section(made, "B").blocks
    labels = {fact.label for each in blocks if isinstance(each, Facts) for fact in each.facts}
    assert {"Purpose", "Progress", "Next", "Help needed", "Delivery confidence", "Schedule status", "Lead"} <= labels
    milestone = row(table(made, "B", "Workplan of LAP-P01"), "M02")
    assert isinstance(milestone["Dates"], Drawn)
    assert (milestone["Baseline"].text, milestone["Forecast"].text) == (
        "19\u00a0Dec\u00a02014",
        "30\u00a0Jan\u00a02015",
    )
    assert milestone["Status"] == Cell("Red", "re-forecast 2 times", Tone.BAD)
    assert milestone["Milestone"].note == "LAP-P01-M02, owner BRE; needs M01"


def test_a_project_without_milestones_says_so(made: PackContent) -> None:
    assert "This project has no milestones yet." in words(made, "B")


def test_the_matrix_has_every_status_in_one_word_and_says_what_each_means(made: PackContent) -> None:
    line = row(table(made, "C", "Status of each obligation"), "London Borough HAC")
    assert {column.split(" ")[0]: cell.text for column, cell in line.items()} == {
        "Partner": "London Borough HAC",
        "C1": "None",
        "C2": "Leave",
        "C4": "None",
    }
    assert "None: not reported; Ahead: not yet due; Leave: derogated" in words(made, "C")
    assert "The commitments: C1 Commitment C1; C2 Commitment C2; C4 Commitment C4." in words(made, "C")


def test_rates_stand_with_their_counts_and_none_due_is_said(made: PackContent) -> None:
    by_quarter = table(made, "C", "The partnership by quarter")
    assert [(each[0].text, each[1].text) for each in by_quarter.rows] == [
        ("2013-14 Q2", "none due"),
        ("2013-14 Q3", "none due"),
        ("2013-14 Q4", "none due"),
        ("2014-15 Q1", "5 of 12 (42\u00a0%)"),
        ("2014-15 Q2", "2 of 11 (18\u00a0%)"),
    ]


def test_derogations_and_evidence_are_listed(made: PackContent) -> None:
    derogation = row(table(made, "C", "Derogations"), "London Borough HAC")
    assert derogation["Runs out"] == Cell("30\u00a0Sep\u00a02014", "has run out")
    evidence = [table(made, "C", f"Evidence put forward for 2014-15 Q2: {each}") for each in ("LAP-C1", "LAP-C3")]
    assert [(row[1].link, row[1].note) for each in evidence for row in each.rows] == [
        ("https://archives.example/evidence?of=1&more=2", ""),
        ("", "ftp://x"),
    ]


def test_no_evidence_of_a_preview_is_of_a_day_that_has_not_come() -> None:
    told, now = story().told("2014-09-12", attested("BRE", "2014-15 Q2", "Minutes")), at("2014-09-12")
    preview = make_content(told.register(now), notice(SECOND), edition=PREVIEW, as_at=now)
    tables = (table(preview, "C", f"Evidence put forward for 2014-15 Q2: {each}") for each in ("LAP-C1", "LAP-C3"))
    assert [row[2].text for each in tables for row in each.rows] == [
        "12\u00a0Sep\u00a02014",
        "1\u00a0Aug\u00a02014",
    ]


def test_the_load_is_told_with_ratio_and_flag(made: PackContent) -> None:
    line = row(table(made, "D", "Days by partner"), "London Borough LMA")
    assert (line["Released"].text, line["Load ratio"].text) == ("20.00", "4.00")
    assert line["Flag"] == Cell("Carrying more than its share", tone=Tone.CAUTION)
    assert row(table(made, "D", "Days by partner"), "London Borough BRE")["Flag"].text == "Under its pledge"


def test_a_risk_has_its_score_in_words_and_its_direction(made: PackContent) -> None:
    line = row(table(made, "E", "Open risks"), "LAP-R01")
    assert (line["Score"].text, line["Direction"].text, line["Direction"].note) == ("20 high", "Rising", "was 9")
    assert row(table(made, "E", "Risks closed"), "LAP-R02")["Reason"].text == "The grant came"


def test_a_decision_tells_how_it_was_reached_and_what_became_of_its_effect(made: PackContent) -> None:
    decision = entry(made, "F", "LAP-D01")
    assert decision["Reached"].text == "LAP-B01, item 1, on 17 July 2014, by consensus"
    assert decision["Effect"].note == "carried out on 17 July 2014"


def test_the_tracker_shows_who_has_ratified_who_has_not_and_since_when(made: PackContent) -> None:
    entries = [each for each in section(made, "F").blocks if isinstance(each, Matter) and each.label == "LAP-D02"]
    waiting = {fact.label: fact.cell for fact in entries[-1].facts}
    assert waiting["Since"].text == "17 July 2014 (78 days)"
    assert waiting["Have ratified"].text == "London Borough BRE on 17 July 2014"
    assert waiting["Have not ratified"] == Cell("London Borough HAR", "since 17 July 2014")


def test_a_decision_without_a_quorum_is_a_recommendation(made: PackContent) -> None:
    entries = [each for each in section(made, "F").blocks if isinstance(each, Matter) and each.label == "LAP-D03"]
    assert "so a recommendation only" in entries[0].facts[1].cell.text
    assert "quorate meeting or a written procedure" in entries[1].facts[1].cell.text


def test_the_forward_plan_covers_the_two_quarters_after_the_one_covered(made: PackContent) -> None:
    assert row(table(made, "G", "Meetings in 2014-15 Q3"), "LAP-B02")["Date and time"].text.startswith("Thursday 16")
    assert {each[1].text for each in table(made, "G", "Milestones forecast for 2014-15 Q4").rows} == {
        "LAP-P01-M02 First ten services live",
        "LAP-P01-M03 Handed over",
    }
    assert "No meeting is planned for 2014-15 Q4." in words(made, "G")


def test_who_has_not_reported_is_named_and_the_age_of_figures_told(made: PackContent) -> None:
    assert "1 of 4 partners submitted a return for 2014-15 Q2." in words(made, "H")
    assert "Without a return: London Borough HAC, London Borough HAR and London Borough LMA." in words(made, "H")
    age = row(table(made, "H", "How old"), "London Borough BRE")
    assert age["Return for 2014-15 Q2"] == Cell("Submitted", tone=Tone.GOOD)
    assert (age["Submitted"].text, age["Age"].text) == ("4\u00a0Aug\u00a02014", "60 days")


def test_provenance_prints_the_last_event_and_the_chain_value(made: PackContent) -> None:
    facts = next(each for each in section(made, "I").blocks if isinstance(each, Facts))
    told = {fact.label: fact.cell.text for fact in facts.facts}
    assert told["Last event"] == f"version {made.position.version} of the log of LAP"
    assert told["Chain value"] == made.position.chain


def test_every_status_that_a_pack_can_show_is_defined(made: PackContent) -> None:
    defined = {fact.label for each in section(made, "I").blocks if isinstance(each, Facts) for fact in each.facts}
    assert {"Met", "Met late", "Partly met", "Not met", "Not reported", "Not yet due", "Derogated"} <= defined
    assert {"Overdue", "Not baselined", "Silent", "Breach", "Compliance rate", "Load ratio", "Recommended"} <= defined


def test_an_empty_partnership_says_in_a_sentence_what_is_not_there() -> None:
    empty = content(History(), first=True)
    for mark, sentence in (
        ("2", "The board is not asked to decide anything at this meeting"),
        ("4", "The partnership has no projects yet."),
        ("5", "The partnership has agreed no commitments yet."),
        ("6", "No partner carries more than its share, and none released less than half of its pledge."),
        ("6", "There are no open risks."),
        ("6", "No action is open."),
        ("B", "There are no open projects."),
        ("C", "The partnership has agreed no commitments yet."),
        ("D", "No days were pledged or released in 2014-15 Q1."),
        ("E", "There are no open risks."),
        ("F", "No decision is awaiting ratification."),
        ("G", "No milestone is forecast for 2014-15 Q2."),
        ("H", "No partner owed a return for 2014-15 Q1."),
    ):
        assert sentence in words(empty, mark)


def test_a_supplement_holds_what_to_decide_and_what_was_recorded_since_the_pack() -> None:
    made = content(story(), Edition.supplement(1))
    assert [(each.mark, each.title) for each in made.sections] == [
        ("2", "What you are asked to decide"),
        ("3", "Since the pack was issued"),
        ("A", "Everything that moved"),
        ("C", "Compliance now, beside the pack’s"),
        ("I", "Definitions and provenance"),
    ]
