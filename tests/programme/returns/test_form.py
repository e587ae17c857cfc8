"""What the form of a return asks, what it says was said and is seen, and the commands that its answers come to."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.events.capacity import CapacityReleased
from contracts.events.projects import MilestoneCompleted
from contracts.events.returns import EvidenceItem
from domain.figures.compliance import Compliance, Status
from domain.wording.cells import Cell, Tone
from services.programme.core.deciding import Context, decide
from services.programme.returns.commands import AttestCommitment, SubmitReturn
from services.programme.returns.form.answer import Answer
from services.programme.returns.form.line import AnswerRefused, Line
from services.programme.returns.form.return_form import ReturnForm, quarters_to_return, return_form
from services.programme.risks.commands import RaiseRisk
from tests.programme.partnerships import HACKNEY_LEAD, LMA_LEAD, Partnership

Q1, Q2 = "2014-15 Q1", "2014-15 Q2"


def form(lap: Partnership, partner: str = "LMA", quarter: str = Q2, **chosen: str) -> ReturnForm:
    keys = {key.replace("_", "-"): choice for key, choice in chosen.items()}
    register = lap.register
    return return_form(register, register.partners[partner], register.calendar.quarter(quarter), lap.now, keys)


def line(lap: Partnership, key: str, partner: str = "LMA", **more: str) -> Line:
    found = form(lap, partner, **more).line(key)
    assert found is not None
    return found


def keys(of: ReturnForm) -> list[str]:
    return [each.key for each in of.lines]


@pytest.fixture
def summer(lap: Partnership) -> Partnership:
    """In the second quarter."""
    return lap.at(date(2014, 8, 20))


def test_a_partner_is_asked_for_what_it_owns_and_leads_and_for_its_commitments(summer: Partnership) -> None:
    assert keys(form(summer, "LMA")) == [
        "milestone-P01-M01",
        *("commitment-C1", "commitment-C2", "commitment-C3", "commitment-C4"),
        "days-P01",
        *("confidence-P01", "highlight-P01"),
        *("risk-R01", "new-risk"),
        "note",
    ]


def test_what_follows_from_other_records_is_named_and_not_asked_for(summer: Partnership) -> None:
    commitments = next(each for each in form(summer).sections if each.key == "commitments")
    assert commitments.note == "“Title of C5” needs no answer here."


def test_a_commitment_that_binds_the_partner_by_adoption_is_asked_for(summer: Partnership) -> None:
    summer.given("adopt_commitment", commitment="C6", partner="HAC", **{"from": "2014-07-01"})
    assert "commitment-C6" in keys(form(summer, "HAC"))
    assert "commitment-C6" not in keys(form(summer, "LMA"))


def test_what_the_board_sees_of_a_line_is_the_figure_of_the_pack(summer: Partnership) -> None:
    register = summer.register
    commitment, partner = register.commitments["LAP-C2"], register.partners["LMA"]
    obligation = Compliance(register, summer.now).obligation(commitment, partner, register.calendar.quarter(Q2))
    assert line(summer, "commitment-C2").sees == Cell("Not yet due", obligation.progress, Tone.NEUTRAL)
    assert obligation.status is Status.NOT_YET_DUE


def test_what_the_board_counts_each_quarter_must_be_answered_and_nothing_else(summer: Partnership) -> None:
    # given a pledge, of which nothing was given yet, beside what is due this quarter and what is due later
    summer.given("pledge_capacity", partner="LMA", project="P01", quarter=Q2, days=4)
    # when, then
    assert [each.key for each in form(summer).lines if each.must] == ["commitment-C1", "commitment-C2", "days-P01"]


def test_what_was_reported_already_need_not_be_answered(summer: Partnership) -> None:
    summer.given("attest_commitment", commitment="C1", partner="LMA", period=Q2, answer="no")
    summer.given("report_quantity", commitment="C2", partner="LMA", on="2014-08-01", amount=2)
    assert [each.key for each in form(summer).lines if each.must] == []
    assert line(summer, "commitment-C1").was == "no"
    assert line(summer, "commitment-C2").was == "2 days reported"


def test_a_line_that_must_be_answered_suggests_the_answer_of_the_quarter_before(lap: Partnership) -> None:
    # given
    lap.at(date(2014, 6, 20))
    evidence = {"title": "Minutes", "link": "https://lma.example/minutes"}
    lap.given("attest_commitment", commitment="C1", partner="LMA", period=Q1, answer="yes", evidence=evidence)
    lap.given("report_quantity", commitment="C2", partner="LMA", on="2014-06-03", amount="4.50")
    lap.given("release_capacity", partner="LMA", project="P01", on="2014-06-03", days=3)
    # when
    lap.at(date(2014, 8, 20))
    # then
    said = {"evidence.title": "Minutes", "evidence.link": "https://lma.example/minutes"}
    assert line(lap, "commitment-C1").suggested == Answer("yes", said)
    assert line(lap, "commitment-C1").last_said == "For 2014-15 Q1 you said: yes, with evidence: Minutes"
    assert line(lap, "commitment-C2").suggested == Answer("add", {"amount": "4.50", "on": "20 August 2014"})
    assert line(lap, "days-P01").suggested == Answer("add", {"days": "3", "on": "20 August 2014"})


def test_days_of_a_past_quarter_are_suggested_for_its_last_day(lap: Partnership) -> None:
    lap.at(date(2014, 6, 20)).given("release_capacity", partner="LMA", project="P01", on="2014-06-03", days=3)
    lap.at(date(2014, 10, 2))
    suggested = line(lap, "days-P01").suggested
    assert suggested is not None
    assert suggested.fields["on"] == "30 September 2014"


def test_what_was_never_reported_has_nothing_to_suggest(summer: Partnership) -> None:
    assert line(summer, "commitment-C1").suggested is None


@pytest.mark.parametrize(
    ("key", "answer", "expected"),
    [
        (
            "milestone-P01-M01",
            Answer("reforecast", {"forecast": "3/10/14", "reason": "Staff."}),
            "forecast for 3 October 2014: Staff.",
        ),
        ("milestone-P01-M01", Answer("done", {"on": "18 Aug 2014"}), "done on 18 August 2014"),
        ("commitment-C1", Answer("partly", {}), "partly"),
        ("commitment-C1", Answer("yes", {"evidence.title": "Minutes"}), "yes, with evidence: Minutes"),
        ("commitment-C2", Answer("add", {"amount": "2,5", "on": "1/8/14"}), "2.50 days more, on 1 August 2014"),
        ("days-P01", Answer("add", {"days": "2", "on": "1/8/14"}), "2 days given: 2 days on 1 August 2014"),
        ("confidence-P01", Answer("red", {"reason": "No money."}), "red: No money."),
        ("highlight-P01", Answer("write", {"progress": "All.", "next": "None."}), "All. Next: None."),
        (
            "risk-R01",
            Answer("reassess", {"likelihood": "1", "impact": "2", "reason": "Over."}),
            "likelihood 1, impact 2: Over.",
        ),
        ("risk-R01", Answer("close", {"reason": "Over."}), "closed: Over."),
        ("risk-R01", Answer("keep"), "likelihood 3, impact 4"),
        ("note", Answer("write", {"note": "Thank you."}), "Thank you."),
    ],
)
def test_an_answer_says_what_the_line_will_be(summer: Partnership, key: str, answer: Answer, expected: str) -> None:
    assert line(summer, key).will_be(answer) == expected


def test_no_change_is_no_command(summer: Partnership) -> None:
    unchanged = [(each, each.unchanged) for each in form(summer).lines if each.unchanged is not None and not each.extra]
    assert [each.command(Answer(option)) for each, option in unchanged] == [None] * 7


def test_a_field_is_refused_with_what_would_be_right_and_every_one_at_once(summer: Partnership) -> None:
    milestone = line(summer, "milestone-P01-M01")
    with pytest.raises(AnswerRefused) as refused:
        milestone.command(Answer("reforecast", {"forecast": "soon", "reason": " "}))
    assert refused.value.faults == {
        "forecast": "“soon” is not a date. Give a date such as 2 October 2015 or 2/10/2015.",
        "reason": "Enter why the date moves.",
    }


def test_a_link_without_what_it_shows_is_asked_about(summer: Partnership) -> None:
    with pytest.raises(AnswerRefused) as refused:
        line(summer, "commitment-C1").command(Answer("yes", {"evidence.link": "https://lma.example/minutes"}))
    assert refused.value.faults == {"evidence.title": "Fill in “What shows it” too."}


def test_an_amount_that_is_none_is_refused_in_words(summer: Partnership) -> None:
    with pytest.raises(AnswerRefused) as refused:
        line(summer, "commitment-C2").command(Answer("add", {"amount": "many", "on": "1/8/14"}))
    assert refused.value.faults == {"amount": "“many” is not an amount. Give an amount such as 6 or 4.50."}


def test_an_option_that_there_is_not_is_refused(summer: Partnership) -> None:
    with pytest.raises(AnswerRefused, match="Choose one of the answers"):
        line(summer, "milestone-P01-M01").command(Answer("dance"))


def test_evidence_stands_in_the_command_as_a_group(summer: Partnership) -> None:
    fields = {"evidence.title": "Minutes", "evidence.link": "https://lma.example/minutes"}
    command = line(summer, "commitment-C1").command(Answer("yes", fields))
    assert isinstance(command, AttestCommitment)
    assert command.evidence is not None
    fact = summer.when(command.do, LMA_LEAD, **command.model_dump(mode="json"))[0]
    assert getattr(fact, "evidence", None) == EvidenceItem(title="Minutes", link="https://lma.example/minutes")


def test_whatever_is_added_asks_whether_there_is_more(summer: Partnership) -> None:
    asked = form(summer, commitment_C3="add", new_risk="raise", days_P01="add")
    assert {"commitment-C3-2", "days-P01-2", "new-risk-2"} <= set(keys(asked))
    assert all(each.extra for each in asked.lines if each.key.endswith("-2"))


def test_risks_that_are_raised_in_one_return_have_numbers_of_their_own(summer: Partnership) -> None:
    asked = form(summer, new_risk="raise")
    answer = Answer("raise", {"title": "Flood", "likelihood": "2", "impact": "3"})
    raised = [each.command(answer) for each in asked.lines if each.key.startswith("new-risk")]
    assert [each.code for each in raised if isinstance(each, RaiseRisk)] == ["LAP-R02", "LAP-R03"]


def test_a_milestone_that_was_done_meanwhile_stays_where_somebody_answered_it(summer: Partnership) -> None:
    before = line(summer, "milestone-P01-M01")
    summer.given("complete_milestone", milestone="P01-M01", on="2014-08-19")
    assert "milestone-P01-M01" not in keys(form(summer))
    after = line(summer, "milestone-P01-M01", milestone_P01_M01="reforecast")
    assert after.base != before.base
    assert after.was == "done on 19 August 2014"


def test_a_note_is_the_return_itself(summer: Partnership) -> None:
    command = line(summer, "note").command(Answer("write", {"note": "Thank you."}))
    assert command == SubmitReturn(partner="LMA", quarter=Q2, note="Thank you.")


def test_commands_of_a_form_do_not_rest_on_one_another(summer: Partnership) -> None:
    # given one of every kind of answer
    answers = {
        "milestone-P01-M01": Answer("done", {"on": "2014-08-18"}),
        "commitment-C1": Answer("no"),
        "commitment-C2": Answer("add", {"amount": "2", "on": "2014-08-01"}),
        "commitment-C3": Answer("add", {"title": "Show", "on": "2014-08-01"}),
        "days-P01": Answer("add", {"days": "2", "on": "2014-08-01"}),
        "confidence-P01": Answer("red", {"reason": "No money."}),
        "highlight-P01": Answer("write", {"progress": "All.", "next": "None."}),
        "risk-R01": Answer("close", {"reason": "Over."}),
        "new-risk": Answer("raise", {"title": "Flood", "likelihood": "2", "impact": "3"}),
        "new-risk-2": Answer("raise", {"title": "Fire", "likelihood": "2", "impact": "3"}),
        "note": Answer("write", {"note": "Thank you."}),
    }
    asked = form(summer, new_risk="raise")
    commands = [asked_for.command(answer) for key, answer in answers.items() if (asked_for := asked.line(key))]
    assert len(commands) == len(answers)
    # when they are decided upon one register, or one after another
    context = Context(LMA_LEAD, summer.now)
    together = [fact for each in commands if each for fact in decide(summer.register, each, context)]
    one_by_one = []
    for each in commands:
        assert each is not None
        decided = decide(summer.register, each, context)
        summer.happened(*decided, who=LMA_LEAD)
        one_by_one += decided
    # then
    assert together == one_by_one
    assert {MilestoneCompleted, CapacityReleased} <= {type(each.fact) for each in together}


def test_a_partner_that_owns_and_leads_nothing_is_told_so(summer: Partnership) -> None:
    empty = {each.key: each.empty for each in form(summer, "HAR").sections if not each.lines}
    assert empty == {
        "milestones": "You own no milestone that is still open.",
        "days": "You take part in no project that is under way.",
        "projects": "You lead no project.",
    }


def test_what_was_said_last_of_a_milestone_is_told(summer: Partnership) -> None:
    summer.given("reforecast_milestone", HACKNEY_LEAD, milestone="P03-M01", forecast="2014-09-09", reason="Ill.")
    told = line(summer, "milestone-P03-M01", "HAC")
    assert told.last_said == "On 20 August 2014 it was moved from 31 July 2014 to 9 September 2014: Ill."


class TestQuarters:
    """Which return is to be filled in."""

    def quarters(self, lap: Partnership, on: date, partner: str = "LMA") -> list[str]:
        lap.at(on)
        return [each.label for each in quarters_to_return(lap.register, lap.register.partners[partner], lap.now)]

    def test_it_is_that_of_the_quarter_that_ended_until_its_deadline(self, lap: Partnership) -> None:
        assert self.quarters(lap, date(2014, 7, 2)) == [Q1]

    def test_a_submitted_one_can_be_looked_at_until_its_deadline(self, lap: Partnership) -> None:
        lap.at(date(2014, 7, 1)).given("submit_return", LMA_LEAD, partner="LMA", quarter=Q1)
        assert self.quarters(lap, date(2014, 7, 2)) == [Q1]

    def test_then_that_of_the_present_quarter(self, lap: Partnership) -> None:
        lap.at(date(2014, 7, 1)).given("submit_return", LMA_LEAD, partner="LMA", quarter=Q1)
        assert self.quarters(lap, date(2014, 7, 20)) == [Q2]

    def test_a_missing_one_stays_beside_it(self, lap: Partnership) -> None:
        assert self.quarters(lap, date(2014, 7, 20)) == [Q1, Q2]

    def test_a_partner_that_joined_since_owes_none_of_before(self, lap: Partnership) -> None:
        lap.given("admit_partner", code="CAM", name="Camden", kind="london_borough", joined_on="2014-07-01")
        assert self.quarters(lap, date(2014, 7, 2), "CAM") == [Q2]
