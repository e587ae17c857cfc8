"""A return goes out as sheets and comes back as answers to its lines: what was filled in, and what is wrong where."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from domain.register import Register
from services.programme.core.deciding import Context, decide
from services.programme.returns.drafts import DraftAnswer
from services.programme.returns.form.answer import Answer
from services.programme.returns.form.filled_in import FilledForm, chosen_in
from services.programme.returns.form.return_form import ReturnForm
from services.programme.returns.sheet.layout import fields_of, form_with_series, return_sheets, short_words
from services.programme.returns.sheet.reading import SheetAnswers, read_return
from services.programme.sheets.cells import FileRefused
from services.programme.sheets.reading import read_book
from services.programme.sheets.writing import write_book
from tests.programme.partnerships import LMA_LEAD, Partnership

Q1, Q2 = "2014-15 Q1", "2014-15 Q2"
HEADINGS = 5
BELONGS = "This belongs to the answer “It is done”, and you chose “No change”."
TYPED_AT = datetime(2014, 8, 19, 12, tzinfo=UTC)


@pytest.fixture
def summer(lap: Partnership) -> Partnership:
    """In the second quarter."""
    return lap.at(date(2014, 8, 20))


def form(lap: Partnership, quarter: str = Q2, draft: tuple[DraftAnswer, ...] = ()) -> ReturnForm:
    register: Register = lap.register
    partner = register.partners["LMA"]
    return form_with_series(register, partner, register.calendar.quarter(quarter), lap.now, chosen_in(draft))


def typed(line: str, choice: str, base: str = "", **fields: str) -> DraftAnswer:
    return DraftAnswer(Answer(choice, fields), base, "", LMA_LEAD, TYPED_AT, 7, line)


def downloaded(lap: Partnership, *draft: DraftAnswer, quarter: str = Q2) -> bytes:
    filled = FilledForm(form(lap, quarter, draft), draft)
    return write_book("Return", return_sheets(filled))


def filled_in(content: bytes, lines: dict[str, dict[str, Any]]) -> bytes:
    """Return a file in which cells of lines, by key and heading, have other values."""
    book = load_workbook(BytesIO(content))
    for sheet in book.worksheets:
        columns = {cell.value: cell.column for cell in sheet[HEADINGS]}
        for row in range(HEADINGS + 1, sheet.max_row + 1) if "Line" in columns else ():
            for heading, value in lines.get(str(sheet.cell(row, columns["Line"]).value), {}).items():
                sheet.cell(row, columns[heading]).value = value
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def read(lap: Partnership, content: bytes, quarter: str = Q2) -> SheetAnswers:
    return read_return(read_book(content), form(lap, quarter))


def said(read: SheetAnswers) -> list[str]:
    return [str(fault) for fault in read.faults]


def test_a_file_that_nobody_touched_has_no_answers(summer: Partnership) -> None:
    assert read(summer, downloaded(summer)) == SheetAnswers((), ())


def test_what_is_filled_in_comes_back_as_it_would_be_typed_on_the_page(summer: Partnership) -> None:
    # given
    content = filled_in(
        downloaded(summer),
        {
            "milestone-P01-M01": {
                "Answer": "It has a new date",
                "New date": date(2014, 9, 30),
                "Why it moves": "Late.",
            },
            "commitment-C1": {"Answer": "yes", "What shows it": "Minutes"},
            "days-P01": {"Answer": "Add days", "Days": 2.5, "On": "18 Aug 2014"},
            "days-P01-2": {"Answer": "Add days", "Days": "1", "On": date(2014, 8, 19)},
            "risk-R01": {"Answer": "Judge it anew", "Likelihood": 2, "Impact": "5", "Why": "Calmer."},
            "note": {"Your note": "All is well."},
        },
    )
    # when
    answers = read(summer, content)
    # then
    assert answers.faults == ()
    assert {each.line.key: (each.answer, each.will_be) for each in answers.answers} == {
        "milestone-P01-M01": (
            Answer("reforecast", {"forecast": "30 September 2014", "reason": "Late."}),
            "forecast for 30 September 2014: Late.",
        ),
        "commitment-C1": (Answer("yes", {"evidence.title": "Minutes"}), "yes, with evidence: Minutes"),
        "days-P01": (
            Answer("add", {"days": "2.5", "on": "18 August 2014"}),
            "2.50 days given: 2.50 days on 18 August 2014",
        ),
        "days-P01-2": (Answer("add", {"days": "1", "on": "19 August 2014"}), "1 day given: 1 day on 19 August 2014"),
        "risk-R01": (
            Answer("reassess", {"likelihood": "2", "impact": "5", "reason": "Calmer."}),
            "likelihood 2, impact 5: Calmer.",
        ),
        "note": (Answer("write", {"note": "All is well."}), "All is well."),
    }
    # and
    for each in answers.answers:
        command = each.line.command(each.answer)
        assert command is not None
        assert decide(summer.register, command, Context(LMA_LEAD, summer.now))


def test_a_draft_goes_out_with_the_file_and_comes_back(summer: Partnership) -> None:
    # given
    draft = (
        typed("milestone-P01-M01", "reforecast", forecast="30/9/14", reason="Late."),
        typed("commitment-C1", "no"),
        typed("days-P01", "add", days="many", on="18/8/14"),
    )
    # when
    content = downloaded(summer, *draft)
    answers = read(summer, content)
    # then
    assert [(each.line.key, each.answer, each.seen) for each in answers.answers] == [
        ("milestone-P01-M01", Answer("reforecast", {"forecast": "30 September 2014", "reason": "Late."}), (7,)),
        ("commitment-C1", Answer("no"), (7,)),
    ]
    assert said(answers) == ["Days you gave, G6: “many” is not an amount. Give an amount such as 6 or 4.50."]


def test_an_answer_holds_for_the_facts_of_its_download(summer: Partnership) -> None:
    # given
    answer = {"milestone-P01-M01": {"Answer": "It is done", "Done on": date(2014, 8, 1)}}
    content = filled_in(downloaded(summer), answer)
    before = read(summer, content).answers[0]
    # when
    summer.given("reforecast_milestone", milestone="P01-M01", forecast="2014-10-01", reason="Later.")
    after = read(summer, content).answers[0]
    # then
    assert (before.is_overtaken, after.is_overtaken) == (False, True)
    assert (after.then, after.line.was) == ("forecast for 31 July 2014", "forecast for 1 October 2014")


M01, CHOICES = "milestone-P01-M01", "Choose one of: No change, It has a new date, It is done."
LATER = {"Answer": "It has a new date"}
WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "no choice": (
        M01,
        {"Answer": "Perhaps"},
        f"Milestones you own, F6: “Perhaps” is not one of the choices. {CHOICES}",
    ),
    "no answer": (M01, {"New date": date(2014, 9, 30)}, f"Milestones you own, F6: There is no answer. {CHOICES}"),
    "no date": (
        M01,
        {**LATER, "New date": "soon", "Why it moves": "Late."},
        "Milestones you own, G6: “soon” is not a date. Give a date such as 2 October 2015 or 2/10/2015.",
    ),
    "no reason": (
        M01,
        {**LATER, "New date": date(2014, 9, 30)},
        "Milestones you own, H6: Enter why the date moves.",
    ),
    "another answer": (
        M01,
        {"Answer": "No change", "Done on": date(2014, 8, 1)},
        f"Milestones you own, I6: {BELONGS} Choose the other, or empty the cell.",
    ),
    "no beginning": (
        "days-P01-2",
        {"Answer": "Add days", "Days": 1, "On": "18/8/2014"},
        "Days you gave, F7: The line above it has no answer. Fill that line in first.",
    ),
    "too long": (
        "note",
        {"Your note": "x" * 1_001},
        f"A note to the board, F6: “{'x' * 60}…” is too long. Give at most 1000 characters.",
    ),
    "unknown": (
        "new-risk",
        {"Line": "risk-R99", "Answer": "Raise a risk"},
        "Risks you own, F7: This line is asked no more. Leave it empty.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_at_its_cell(summer: Partnership, case: str) -> None:
    line, cells, fault = WRONG[case]
    assert said(read(summer, filled_in(downloaded(summer), {line: cells})))[:1] == [fault]


def test_a_file_of_another_return_or_of_none_is_refused(summer: Partnership) -> None:
    with pytest.raises(
        FileRefused, match=r"The file has the return 2014-15 Q1 LMA; this is the page of 2014-15 Q2 LMA"
    ):
        read(summer, downloaded(summer, quarter=Q1))
    with pytest.raises(FileRefused, match=r"The file is no return\. Download the return"):
        read(summer, b"Line,Answer\nnote,Hello\n")


def test_a_file_with_several_returns_has_each_on_sheets_of_its_own(summer: Partnership) -> None:
    # given
    forms = [FilledForm(form(summer, quarter)) for quarter in (Q1, Q2)]
    content = write_book("Returns", [each for filled in forms for each in return_sheets(filled, with_quarter=True)])
    # when
    sheets = read_book(content).shown
    # then
    assert [sheet.name for sheet in sheets][:2] == ["14-15 Q1 LMA Milestones you own", "14-15 Q1 LMA Commitments"]
    assert len(sheets) == 12
    assert read(summer, content, Q1) == read(summer, content, Q2) == SheetAnswers((), ())


def test_one_sheet_saved_as_csv_is_enough(summer: Partnership) -> None:
    # given
    (sheet,) = (each for each in read_book(downloaded(summer)).sheets if each.name == "Milestones you own")
    lines = [list(row) for row in sheet.rows[HEADINGS - 1 :]]
    lines[1][5:9] = ["It is done", "", "", "1/8/2014"]
    content = "\n".join(";".join(str(value or "") for value in line) for line in lines).encode("cp1252")
    # when
    (answer,) = read(summer, content).answers
    # then
    assert (answer.answer, answer.place) == (Answer("done", {"on": "1 August 2014"}), "F2")


@pytest.mark.parametrize("quarter", [Q1, Q2])
def test_options_and_fields_can_be_told_apart_by_their_short_words(summer: Partnership, quarter: str) -> None:
    for section in form(summer, quarter).sections:
        for line in section.lines:
            words = [short_words(option).casefold() for option in line.options]
            assert len(set(words)) == len(words)
            for option in line.options:
                assert len({field.label for field in option.fields}) == len(option.fields)
        kinds = [field.kind for field in fields_of(section.lines).values()]
        assert len(kinds) == len(fields_of(section.lines))
