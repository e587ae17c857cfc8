"""What needs somebody, by the roles that they hold. Source: the table of Home, by role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from contracts.events.board import (
    AgendaItemAdded,
    ChangeRequested,
    InterestDeclared,
    ItemKind,
    MeetingClosed,
    MeetingOpened,
    Vote,
    WrittenProcedureAnswered,
    WrittenProcedureOpened,
)
from contracts.events.decisions import (
    ActionAssigned,
    ActionCompleted,
    DecisionRatifiedByPartner,
    DecisionRecorded,
    EffectRefused,
    Outcome,
    RatificationRule,
)
from contracts.events.effects import Effect, MoveProject
from contracts.events.partnership import BoardAmendment, PartnershipAmended, Role, RolesEnded
from contracts.events.projects import MilestoneAdded, MilestoneCompleted, ProjectProposed, Stage
from contracts.events.returns import ReturnSubmitted
from domain.figures.overview import figures
from services.programme.home.needs import needs
from services.programme.home.reader import Beside, Need, Reader
from services.programme.returns.drafts import DraftAnswer
from services.programme.returns.form.answer import Answer
from services.runtime.access.directory import DirectoryEntry
from tests.domain.history import SECRETARY, History, at

LEAD, CONTRIBUTOR, CHAIR, MEMBER, SUBSTITUTE, OBSERVER = (f"LAP-U{number:03}" for number in range(2, 8))
RETURN = "/return/LAP/2014-15-Q2/BRE"
NOBODY = Beside()


def history() -> History:
    """Brent and Hackney with a person for each role; a meeting on 16 October, whose papers go out on the 8th."""
    told = History("BRE", "HAC").agreed("C1", {"kind": "attestation"})
    told.appointed(SECRETARY, Role.SECRETARY)
    told.appointed(LEAD, Role.PARTNER_LEAD, partners=("BRE",))
    told.appointed(CONTRIBUTOR, Role.CONTRIBUTOR, partners=("BRE",))
    told.appointed(CHAIR, Role.CHAIR, partners=("HAC",))
    told.appointed(MEMBER, Role.BOARD_MEMBER, partners=("BRE",))
    told.appointed(SUBSTITUTE, Role.SUBSTITUTE, partners=("BRE",))
    return told.appointed(OBSERVER, Role.OBSERVER).meeting("2014-06-02", "B02", "2014-10-16")


def needed(told: History, person: str, day: str, clock: str = "12:00", beside: Beside = NOBODY) -> list[Need]:
    instant = at(day, clock)
    register = told.register(instant)
    on = register.calendar.local_date(instant)
    made = figures(register, register.calendar.last_ended_quarter(on), instant)
    return needs(Reader(made, register.people[person], beside))


def said(found: Sequence[Need]) -> list[tuple[str, str]]:
    return [(each.what, each.state.text) for each in found]


def words(found: Sequence[Need]) -> list[str]:
    return [each.what for each in found]


def planned(told: History, **forecasts: str) -> History:
    """Have milestones of one project: the name says of whom each is."""
    fact = ProjectProposed(
        project="LAP-P01",
        title="Shared catalogue",
        purpose="One place to search.",
        lead="BRE",
        taking_part=("HAC",),
        stage=Stage.IN_DELIVERY,
        tolerance_days=14,
    )
    told.told("2014-04-02", fact)
    for number, (name, day) in enumerate(forecasts.items(), start=1):
        told.told(
            "2014-04-02",
            MilestoneAdded(
                milestone=f"LAP-P01-M{number:02}",
                title=name,
                owner=name[:3],
                forecast=date.fromisoformat(day),
                depends_on=(),
            ),
        )
    return told


def on_the_agenda(told: History, number: int, kind: ItemKind, *, ready: bool = True) -> History:
    recommendation, owner = ("Agree it.", "BRE") if ready else (None, None)
    return told.told(
        "2014-07-01",
        AgendaItemAdded(
            meeting="LAP-B02",
            item=number,
            kind=kind,
            title=f"Item {number}",
            recommendation=recommendation,
            owner=owner,
        ),
    )


def decided(told: History, day: str = "2014-09-02", *, quorate: bool = True, **more: object) -> History:
    on_the_agenda(told, 1, ItemKind.DECISION)
    return told.told(
        day,
        DecisionRecorded(
            decision="LAP-D01",
            meeting="LAP-B02",
            item=1,
            outcome=Outcome.AGREED,
            text="The scheme is agreed.",
            quorate=quorate,
            **more,
        ),
    )


def procedure(told: History) -> History:
    opened = WrittenProcedureOpened(
        procedure="LAP-W01", title="Extend", text="It is extended.", closes_at=at("2014-08-29", "17:00")
    )
    return told.told("2014-08-20", opened)


def typed(line: str) -> DraftAnswer:
    return DraftAnswer(Answer("yes"), "", "", LEAD, at("2014-10-01"), id=1, line=line)


# -- partner lead, contributor ----------------------------------------------------------------------------------------


def test_a_return_needs_the_people_of_its_partner_until_it_is_submitted():
    told = history()
    for person in (LEAD, CONTRIBUTOR):
        [need] = needed(told, person, "2014-10-01")
        assert (need.what, need.state.text, need.href) == ("Return for 2014-15 Q2", "Not begun", RETURN)
        assert need.by == "by Friday 3 October, 17:00, in 2 days"
    told.told("2014-10-01", ReturnSubmitted(partner="BRE", quarter="2014-15 Q2"), clock="11:00")
    [need] = needed(told, LEAD, "2014-10-01")
    assert (need.state.text, need.is_done, need.href) == ("Submitted", True, RETURN)


def test_who_was_appointed_for_a_partner_that_is_still_to_be_admitted_has_no_return_of_it_yet():
    told = history().appointed("LAP-U020", Role.PARTNER_LEAD, partners=("KIN",))
    assert needed(told, "LAP-U020", "2014-10-01") == []


def test_a_return_says_how_far_its_draft_is_and_when_it_is_late():
    beside = Beside(drafts={("BRE", "2014-15 Q2"): (typed("note"),)})
    [need] = needed(history(), LEAD, "2014-10-01", beside=beside)
    assert need.state.text.endswith("answered")
    late = needed(history(), LEAD, "2014-10-09")
    assert next(each for each in late if each.href == RETURN).by.startswith("was due Friday 3 October, 17:00")


def test_the_return_of_the_present_quarter_needs_nobody_before_it_is_near_or_begun():
    told = history().told("2014-10-01", ReturnSubmitted(partner="BRE", quarter="2014-15 Q2"))
    assert needed(told, LEAD, "2014-11-10") == []
    begun = Beside(drafts={("BRE", "2014-15 Q3"): (typed("note"),)})
    assert words(needed(told, LEAD, "2014-11-10", beside=begun)) == ["Return for 2014-15 Q3"]


def test_own_milestones_are_told_when_overdue_or_due_within_a_fortnight():
    told = planned(
        history(), BRE_late="2014-06-30", BRE_soon="2014-07-15", BRE_later="2014-07-16", HAC_own="2014-07-02"
    )
    found = [each for each in needed(told, LEAD, "2014-07-01") if each.what.startswith("Milestone")]
    assert said(found) == [("Milestone “BRE_late”", "Overdue"), ("Milestone “BRE_soon”", "Due in 14 days")]
    assert found[0].href == "/projects/LAP/P01#LAP-P01-M01"
    assert found[0].by == "was due Monday 30 June; Shared catalogue"
    told.told("2014-07-01", MilestoneCompleted(milestone="LAP-P01-M01", actual=date(2014, 7, 1)), clock="11:00")
    assert "Milestone “BRE_late”" not in words(needed(told, LEAD, "2014-07-01"))


def test_an_action_needs_its_partner_and_the_person_who_sees_to_it_until_it_is_done():
    told = decided(history()).told(
        "2014-09-02",
        ActionAssigned(
            action="LAP-A01", decision="LAP-D01", text="Tell all.", owner="BRE", person=MEMBER, due=date(2014, 9, 20)
        ),
    )
    for person in (LEAD, CONTRIBUTOR, MEMBER):
        assert ("Action: Tell all.", "Due in 10 days") in said(needed(told, person, "2014-09-10"))
        assert ("Action: Tell all.", "Overdue") in said(needed(told, person, "2014-09-21"))
    assert "Action: Tell all." not in words(needed(told, CHAIR, "2014-09-10"))
    told.told("2014-09-11", ActionCompleted(action="LAP-A01", on=date(2014, 9, 11), evidence="It is told."))
    assert "Action: Tell all." not in words(needed(told, LEAD, "2014-09-12"))


def test_a_decision_that_waits_for_a_partners_committee_needs_that_partner_until_it_has_ratified():
    told = decided(history(), ratified_by=RatificationRule(partners=("BRE", "HAC"), needed=2))
    [need] = [each for each in needed(told, LEAD, "2014-09-03") if each.what.startswith("Ratify")]
    assert need.href == "/board/LAP/decisions/D01"
    assert need.by == "0 of 2 partners needed have ratified it"
    ratified = DecisionRatifiedByPartner(decision="LAP-D01", partner="BRE", on=date(2014, 9, 4))
    told.told("2014-09-04", ratified)
    assert "Ratify: The scheme is agreed." not in words(needed(told, LEAD, "2014-09-05"))


def test_a_long_text_is_cut_between_words():
    told = decided(history(), "2014-10-01")
    told.told(
        "2014-10-01",
        ActionAssigned(action="LAP-A01", decision="LAP-D01", text="Word " * 60, owner="BRE", due=date(2014, 10, 2)),
    )
    [what] = [each for each in words(needed(told, LEAD, "2014-10-01")) if each.startswith("Action")]
    assert what.endswith("Word…")
    assert len(what) < 150


# -- the board --------------------------------------------------------------------------------------------------------


def test_members_and_substitutes_read_the_pack_and_see_what_they_decide_from_when_it_is_out():
    told = on_the_agenda(on_the_agenda(history(), 1, ItemKind.DECISION), 2, ItemKind.INFORMATION)
    pack, item = "Read the board pack for 16 October 2014", "Decide 1 item at the meeting of 16 October 2014"
    for person in (MEMBER, SUBSTITUTE, CHAIR):
        assert pack not in words(needed(told, person, "2014-10-08", "08:59"))
        found = {each.what: each for each in needed(told, person, "2014-10-08", "09:01")}
        assert found[pack].href == "/packs/LAP/B02"
        assert found[item].by == "by Thursday 16 October, 14:00; Item 1"
    assert needed(told, MEMBER, "2014-10-16", "14:01") == []
    assert pack not in words(needed(told, LEAD, "2014-10-09"))


def test_while_a_meeting_is_held_nothing_about_it_is_overdue_and_what_was_decided_is_done():
    told = on_the_agenda(on_the_agenda(history(), 1, ItemKind.DECISION), 2, ItemKind.DECISION)
    told.told("2014-10-16", MeetingOpened(meeting="LAP-B02", present=(CHAIR, MEMBER)), clock="14:00")
    found = needed(told, MEMBER, "2014-10-16", "14:30")
    item = "Decide 2 items at the meeting of 16 October 2014"
    assert [(each.what, each.state.text, each.by) for each in found] == [
        (item, "Now", "the meeting is in progress; Item 1 and Item 2")
    ]
    decision = {"meeting": "LAP-B02", "outcome": Outcome.NOTED, "text": "Noted.", "quorate": True}
    told.told("2014-10-16", DecisionRecorded(decision="LAP-D01", item=1, **decision), clock="14:40")
    assert words(needed(told, MEMBER, "2014-10-16", "14:41")) == [item.replace("2 items", "1 item")]


def test_members_are_asked_for_interests_in_items_that_touch_their_own_partner_until_they_have_declared_one():
    told = on_the_agenda(planned(history(), BRE="2014-12-19"), 1, ItemKind.DECISION)
    told.told(
        "2014-07-01",
        AgendaItemAdded(meeting="LAP-B02", item=2, kind=ItemKind.DECISION, title="New dates", about="LAP-P01-M01"),
        AgendaItemAdded(meeting="LAP-B02", item=3, kind=ItemKind.DECISION, title="Hackney joins", about="HAC"),
    )
    declare = "Declare your interest in 1 item, where you have one"
    for person in (MEMBER, SUBSTITUTE):
        [need] = [each for each in needed(told, person, "2014-10-08") if each.what == declare]
        assert (need.href, need.by) == ("/board/LAP/B02#item-2", "by Thursday 16 October, 14:00; New dates")
    [need] = [each for each in needed(told, CHAIR, "2014-10-08") if each.what == declare]
    assert need.href == "/board/LAP/B02#item-3"
    assert declare not in words(needed(told, MEMBER, "2014-09-20"))
    told.told("2014-10-07", InterestDeclared(meeting="LAP-B02", item=2, person=MEMBER, nature="Own.", follows="noted"))
    assert declare not in words(needed(told, MEMBER, "2014-10-08"))
    assert declare in words(needed(told, SUBSTITUTE, "2014-10-08"))


def test_a_written_procedure_needs_each_who_may_answer_until_they_have_or_it_closes():
    told, answer = procedure(history()), ("Answer the written procedure “Extend”", "Due in 8 days")
    for person in (MEMBER, SUBSTITUTE, CHAIR):
        assert answer in said(needed(told, person, "2014-08-21"))
    assert answer not in said(needed(told, LEAD, "2014-08-21"))
    assert answer[0] not in words(needed(told, MEMBER, "2014-08-29", "17:00"))
    answered = WrittenProcedureAnswered(procedure="LAP-W01", person=MEMBER, answer=Vote.FOR)
    told.told("2014-08-20", answered, clock="13:00")
    assert answer not in said(needed(told, MEMBER, "2014-08-21"))
    assert answer in said(needed(told, CHAIR, "2014-08-21"))


# -- the chair --------------------------------------------------------------------------------------------------------


def test_the_chair_is_told_of_items_that_are_not_ready_and_of_returns_that_are_missing():
    told = on_the_agenda(on_the_agenda(history(), 1, ItemKind.DECISION), 2, ItemKind.DECISION, ready=False)
    found = {each.what: each for each in needed(told, CHAIR, "2014-10-01")}
    need = found["1 item without a recommendation or an owner on 16 October 2014"]
    assert (need.href, need.by) == ("/board/LAP/B02#agenda", "by Friday 3 October, 17:00; Item 2")
    missing = found["2 returns of 2 missing for 2014-15 Q2"]
    assert (missing.href, missing.state.text) == ("/home/LAP#missing", "Due in 2 days")


def test_the_chair_is_told_whether_a_meeting_that_is_held_has_a_quorum():
    def told(*present: str) -> Need:
        opened = MeetingOpened(meeting="LAP-B02", present=present, apologies=(), substitutes={})
        found = needed(history().told("2014-10-16", opened, clock="14:00"), CHAIR, "2014-10-16", "14:01")
        return next(each for each in found if each.href == "/board/LAP/B02")

    assert told(CHAIR, MEMBER).what == "The meeting of 16 October 2014 is in progress"
    assert (told(CHAIR, MEMBER).state.text, told(OBSERVER).state.text) == ("Quorum", "No quorum")
    assert told(OBSERVER).by == "no seats filled; a quorum is 1 seat of 1 partner"


def with_a_meeting_before(*present: str) -> History:
    """Have those people come to a meeting on 17 July, for which a quorum is two seats of two partners."""
    rules = BoardAmendment(quorum_count=2, quorum_partners=2, must_attend=("HAC",))
    told = history().told("2014-04-02", PartnershipAmended(board=rules, holds_from=date(2014, 4, 2), reason="So."))
    told.meeting("2014-06-02", "B01", "2014-07-17")
    told.told("2014-07-17", MeetingOpened(meeting="LAP-B01", present=present), clock="14:00")
    return told.told("2014-07-17", MeetingClosed(meeting="LAP-B01"), clock="16:00")


@pytest.mark.parametrize(
    ("present", "state", "by"),
    [
        ((CHAIR, MEMBER), "Likely", "2 of the 2 members came on 17 July 2014"),
        ((MEMBER,), "At risk", "1 of the 2 members came on 17 July 2014"),
    ],
)
def test_the_chair_is_told_ahead_of_a_meeting_whether_those_who_came_last_time_would_be_a_quorum(present, state, by):
    told = with_a_meeting_before(*present)
    [need] = [each for each in needed(told, CHAIR, "2014-10-03") if each.what.startswith("Quorum")]
    assert (need.what, need.state.text) == ("Quorum on 16 October 2014", state)
    assert need.by == f"{by}; a quorum is 2 seats of 2 partners, London Borough HAC among them"
    assert not any(each.startswith("Quorum") for each in words(needed(told, CHAIR, "2014-10-01")))


def test_the_chair_is_told_ahead_of_a_meeting_that_too_few_sit_on_the_board_for_a_quorum():
    told = with_a_meeting_before(CHAIR, MEMBER)
    told.told("2014-09-01", RolesEnded(person=MEMBER, roles=(), on=date(2014, 9, 1)))
    [need] = [each for each in needed(told, CHAIR, "2014-10-03") if each.what.startswith("Quorum")]
    assert (need.state.text, need.by.partition(";")[0]) == ("Cannot be reached", "1 seat on the board")


def test_the_chair_is_told_what_was_only_recommended():
    told = decided(history(), quorate=False)
    assert ("Confirm: The scheme is agreed.", "Awaits a quorum") in said(needed(told, CHAIR, "2014-09-03"))
    assert not any(each.startswith("Confirm") for each in words(needed(decided(history()), CHAIR, "2014-09-03")))


# -- the secretary ----------------------------------------------------------------------------------------------------


def everybody(but: str = "") -> Beside:
    people = {SECRETARY, LEAD, CONTRIBUTOR, CHAIR, MEMBER, SUBSTITUTE, OBSERVER}
    entries = (
        DirectoryEntry(each, f"key {each}", f"Person {each[-1]}", None if each == but else f"{each}@example.org")
        for each in people
    )
    return Beside(directory={each.person_id: each for each in entries})


def test_the_secretary_sees_returns_missing_cut_off_and_issue_of_the_next_papers():
    found = said(needed(history(), SECRETARY, "2014-10-01", beside=everybody()))
    assert found == [
        ("2 returns of 2 missing for 2014-15 Q2", "Due in 2 days"),
        ("Data cut-off for the meeting of 16 October 2014", "Due in 2 days"),
        ("Papers for 16 October 2014 go out", "Due in 7 days"),
    ]
    [missing, *_] = needed(history(), SECRETARY, "2014-10-01", beside=everybody())
    assert missing.href == "/office/LAP/returns"
    assert words(needed(history(), SECRETARY, "2014-10-09", beside=everybody())) == [
        "2 returns of 2 missing for 2014-15 Q2",
        "2 breaches of core commitments",
    ]


def test_the_secretary_sees_what_the_board_is_asked_to_change_until_the_meeting_begins():
    asked = ChangeRequested(
        meeting="LAP-B02",
        item=101,
        title="Close the project",
        about="LAP-P01",
        recommendation="It is done.",
        owner="BRE",
        effect=Effect(move_project=MoveProject(project="LAP-P01", stage=Stage.CLOSED)),
    )
    told = planned(history()).told("2014-08-02", asked)
    [need] = [each for each in needed(told, SECRETARY, "2014-08-03", beside=everybody()) if "Change" in each.what]
    assert (need.what, need.href) == ("Change request: Close the project", "/board/LAP/B02#item-101")
    assert need.by == "asked for by London Borough BRE, item 101 on 16 October 2014"
    told.told("2014-10-16", MeetingOpened(meeting="LAP-B02", present=(CHAIR,)), clock="14:00")
    found = words(needed(told, SECRETARY, "2014-10-16", "14:01", everybody()))
    assert not any("Change" in each for each in found)


def test_the_secretary_sees_decisions_whose_effect_failed():
    effect = Effect(move_project=MoveProject(project="LAP-P01", stage=Stage.CLOSED))
    told = decided(planned(history()), effect=effect)
    told.told("2014-09-02", EffectRefused(decision="LAP-D01", reason="LAP-P01 is paused"))
    [need] = [each for each in needed(told, SECRETARY, "2014-09-03") if each.state.text == "Effect failed"]
    assert (need.what, need.by) == ("The scheme is agreed.", "LAP-P01 is paused")


def test_the_secretary_closes_a_written_procedure_that_has_run_out():
    told = procedure(history())
    close = ("Close the written procedure “Extend”", "Overdue")
    assert close not in said(needed(told, SECRETARY, "2014-08-29", "16:59"))
    assert close in said(needed(told, SECRETARY, "2014-08-29", "17:01"))


def test_the_secretary_sees_by_name_who_holds_a_role_and_has_no_address():
    told, beside = history(), everybody(but=OBSERVER)
    [need] = [each for each in needed(told, SECRETARY, "2014-08-01", beside=beside) if "address" in each.what]
    assert (need.what, need.by) == ("1 person without an e-mail address", "Person 7")
    assert need.href == "/office/LAP/people"
    told.told("2014-08-02", RolesEnded(person=OBSERVER, roles=(), on=date(2014, 8, 2)))
    assert not any("address" in each for each in words(needed(told, SECRETARY, "2014-08-03", beside=beside)))


# -- the observer, and who holds several roles ------------------------------------------------------------------------


def test_an_observer_is_told_of_packs_and_decisions_for_a_fortnight():
    told = decided(history(), "2014-10-01")
    assert said(needed(told, OBSERVER, "2014-10-09")) == [
        ("Board pack for 16 October 2014", "New"),
        ("Decision: The scheme is agreed.", "New"),
    ]
    assert words(needed(told, OBSERVER, "2014-10-16")) == ["Board pack for 16 October 2014"]
    assert needed(told, OBSERVER, "2014-10-23") == []


def test_several_roles_add_up_and_each_thing_is_told_once():
    told = procedure(history())
    told.appointed(CHAIR, Role.CHAIR, Role.BOARD_MEMBER, Role.SECRETARY, partners=("HAC",))
    found = words(needed(told, CHAIR, "2014-10-01", beside=everybody()))
    assert found.count("2 returns of 2 missing for 2014-15 Q2") == 1
    assert "Papers for 16 October 2014 go out" in found


def test_whoever_holds_no_role_any_more_needs_nothing():
    told = history().told("2014-08-02", RolesEnded(person=LEAD, roles=(), on=date(2014, 8, 2)))
    assert needed(told, LEAD, "2014-10-01") == []
