"""``check`` tells everything that is wrong with an entry at once, and calls people as the file does."""

from __future__ import annotations

import re

import pytest

from tests.programme.file.sample import SMALL, changed, faults_in

END = SMALL if SMALL.endswith("\n") else f"{SMALL}\n"
LATER = "at: 2015-03-01T10:00"


def told(*entries: str) -> list[tuple[str, str]]:
    """Return the faults, by field and sentence, of entries at the end of the small file's history."""
    text = END + "".join(f"  - {{{LATER}, {entry}}}\n" for entry in entries)
    return [(re.sub(r"^history\[\d+\]\.?", "", fault.path), fault.problem) for fault in faults_in(text)]


def fields(*entries: str) -> list[str]:
    return [field for field, _ in told(*entries)]


BY = "by: secretary, do: "
MEETING = (
    f"{BY}schedule_meeting, code: B90, date: 2015-03-01, time: '14:00'",
    f"{BY}add_agenda_item, meeting: B90, item: 1, kind: decision, title: t",
)
DECISION = f"{BY}record_decision, meeting: B90, item: 1, code: D90, outcome: agreed, text: t"
PLEDGE = f"{BY}pledge_capacity, partner: ACA, project: P99"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        # who, what about, and a field that does not fit
        ("by: nobody, do: submit_return, partner: ACA, quarter: 2014-15 Q9", "by quarter partner"),
        ("by: nobody, do: submit_return, partner: ACA, quarter: 2014-16 Q1", "by partner quarter"),
        ("by: watcher, do: reforecast_milestone, milestone: P01-M02, forecast: 2015-01-30, reason: ''", "reason"),
        # several things that are not there, alone and beside fields that do not fit
        (f"{PLEDGE}, quarter: 2014-15 Q1, days: 3", "partner project"),
        (f"{PLEDGE}, quarter: Q1, days: x", "quarter days partner project"),
        (f"{BY}assign_action, decision: D99, code: A99, text: t, owner: ACA, due: soon", "due decision owner"),
        # a field that is missing, and one that is misspelt
        (f"{BY}report_quantity, commitment: C99, partner: ACA, on: 2014-05-01", "amount commitment partner"),
        (f"{BY}reforecast_milestone, milestone: P01-M99, forcast: 2015-09-01, reason: r", "forcast milestone"),
        # several fields
        (f"{BY}schedule_meeting, code: B77, date: 2015-02-30, time: '9'", "date time"),
    ],
)
def test_everything_that_is_wrong_with_an_entry_is_told_at_once(entry: str, expected: str) -> None:
    assert fields(entry) == expected.split()


def test_a_rule_is_told_beside_who_may_not() -> None:
    found = told("by: watcher, do: raise_risk, code: R01, title: t, likelihood: 3, impact: 3, owner: DUR")
    assert [field for field, _ in found] == ["", "code"]
    assert found[0][1].startswith("watcher (observer) may not do this (raise risk); ")
    assert found[1][1].startswith("NFA-R01 is taken")


def test_rules_that_do_not_hang_together_are_told_together() -> None:
    vote = "vote: {for: [dur-lead], against: [nor-lead, twe-lead]}"
    effect = "effect: {move_project: {project: P01, stage: idea}}"
    rule = "ratified_by: {partners: [DUR], needed: 2}"
    found = fields(
        *MEETING,
        f"{BY}open_meeting, meeting: B90, present: [dur-lead, nor-lead]",
        f"{DECISION}, {vote}, {effect}, {rule}, supersedes: D99",
    )
    assert found == ["supersedes", "vote.against[1]", "effect.move_project.stage", "ratified_by.needed"]


def test_what_hangs_on_a_faulty_entry_is_not_told_as_a_fault_of_its_own() -> None:
    found = fields(
        "by: secretary, do: propose_project, code: P90, title: t, lead: ACA",
        "by: secretary, do: state_confidence, project: P90, confidence: green, reason: r",
        "by: secretary, do: add_milestone, project: P90, code: M01, title: t, owner: DUR, due: 2015-09-01",
        "by: secretary, do: reforecast_milestone, milestone: P90-M01, forecast: 2015-10-01, reason: r",
    )
    assert found == ["lead"]


def test_what_waits_for_an_effect_that_was_refused_is_not_told_either() -> None:
    found = fields(
        "by: secretary, do: propose_project, code: P90, title: t, lead: DUR",
        *MEETING,
        f"{BY}open_meeting, meeting: B90, present: [dur-lead, nor-lead]",
        f"{DECISION}, effect: {{move_project: {{project: P90, stage: closed}}}}",
        "by: secretary, do: move_project, project: P90, stage: in_delivery",
        "by: secretary, do: assign_action, decision: D90, code: A90, text: t, owner: DUR, due: 2015-04-01",
    )
    assert found == ["effect.move_project.stage"]


def test_dates_that_cannot_be_and_who_may_not_are_told_of_what_waits_for_a_step_too() -> None:
    # given a project that cannot be moved, and a meeting that cannot be opened
    found = fields(
        "by: secretary, do: propose_project, code: P90, title: t, lead: DUR",
        "by: secretary, do: add_milestone, project: P90, code: M01, title: t, owner: DUR, due: 2015-09-01",
        "by: secretary, do: move_project, project: P90, stage: closed",
        *MEETING,
        f"{BY}open_meeting, meeting: B90, present: [dur-lead, nobody]",
        # when entries speak of them that would be refused all the same, and others that only wait
        "by: secretary, do: complete_milestone, milestone: P90-M01, on: 2015-03-02",
        "by: nor-lead, do: write_highlight, project: P90, progress: p, next: n",
        "by: secretary, do: move_project, project: P90, stage: in_delivery",
        f"{BY}move_meeting, meeting: B90, date: 2014-03-01, time: '14:00'",
        DECISION,
    )
    # then the former are told, and the latter are not
    assert found == ["stage", "present[1]", "on", "", "date"]


def test_an_independent_fault_is_told_beside_one_that_others_hang_on() -> None:
    found = fields(
        "by: secretary, do: propose_project, code: P90, title: t, lead: ACA",
        "by: secretary, do: write_highlight, project: P90, progress: p, next: ''",
        "by: secretary, do: pledge_capacity, partner: ACB, project: P90, quarter: 2014-15 Q1, days: 3",
    )
    assert found == ["lead", "next", "partner"]


def test_what_stands_above_the_history_is_judged_like_it() -> None:
    text = changed(("    title: Shared breathing apparatus\n", ""), ("    lead: TWE\n", "    lead: ACA\n"))
    assert [fault.path for fault in faults_in(text)] == ["projects[0].title", "projects[0].lead"]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            "by: nor-lead, do: submit_return, partner: DUR, quarter: 2014-15 Q4",
            "nor-lead (",
        ),
        (
            "by: secretary, do: declare_interest, meeting: B01, item: 1, person: watcher, nature: n, follows: noted",
            "",
        ),
    ],
)
def test_nobody_is_called_by_an_internal_id(entry: str, sentence: str) -> None:
    for path, problem in told(entry):
        assert not re.search(r"\bU\d", f"{path} {problem}")
        assert problem.startswith(sentence)


@pytest.mark.parametrize(
    ("entry", "path", "names"),
    [
        ("present: [dur-lead], apologies: [dur-lead]", "apologies[0]", "dur-lead"),
        ("present: [dur-lead], substitutes: {watcher: nor-lead}", "substitutes.watcher", "watcher"),
        ("present: [dur-lead], substitutes: {nor-lead: watcher}", "substitutes.nor-lead", "watcher"),
        ("present: [dur-lead, nor-lead], substitutes: {dur-lead: nor-lead}", "substitutes.dur-lead", "dur-lead"),
    ],
)
def test_people_are_called_by_their_keys_in_sentences_and_places(entry: str, path: str, names: str) -> None:
    [(field, problem)] = told(*MEETING, f"by: secretary, do: open_meeting, meeting: B90, {entry}")
    assert field == path
    assert problem.startswith(names)


def test_a_milestone_that_names_no_project_is_told_how_to_write_it() -> None:
    [(field, problem)] = told("by: secretary, do: complete_milestone, milestone: M01, on: 2015-02-01")
    assert (field, problem) == (
        "milestone",
        "M01 is no reference for a milestone; write it with its project, such as P01-M01",
    )


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        ("grant_derogation: {commitment: C99, partner: ACA, periods: [2014-15 Q9]}", "periods[0] commitment partner"),
        ("grant_derogation: {commitment: C99, partner: DUR, periods: [2014-15 Q3, soon]}", "periods[1] commitment"),
        ("set_baseline: {project: P99, milestones: {P99-M01: 2014-13-01}}", "milestones.P99-M01 project"),
        (
            "set_baseline: {project: P01, milestones: {P01-M02: soon, P01-M99: 2015-01-01}}",
            "milestones.P01-M02 milestones.P01-M99",
        ),
        ("record_partner_leaving: {partner: ACA, left_on: soon}", "left_on partner"),
        ("admit_partner: 7", ""),
    ],
)
def test_every_fault_of_an_effect_is_told_at_its_own_place_and_none_twice(effect: str, expected: str) -> None:
    name = effect.split(":", 1)[0]
    found = fields(*MEETING, f"{DECISION}, effect: {{{effect}}}")
    assert found == [".".join(filter(None, ("effect", name, each))) for each in expected.split() or [""]]


def test_a_fault_in_one_milestone_of_a_project_hides_none_of_another() -> None:
    first = "{code: M01, title: t, owner: ACA, due: 2014-04-31}"
    second = "{code: M02, title: t, owner: ACB, due: 2015-04-30}"
    found = fields(f"{BY}propose_project, code: P90, title: t, lead: DUR, milestones: [{first}, {second}]")
    assert found == ["milestones[0].due", "milestones[0].owner", "milestones[1].owner"]


@pytest.mark.parametrize(
    "change",
    [
        ("quorum_count: 2", "clear_days: five"),
        ("quorum_count: 2", "must_attend: [ACA]"),
        ("  name: Northern Fire Alliance\n", ""),
        ("  formed_on: 2014-04-01\n", "  formed_on: 2014-04-01\n  holidays: ATLANTIS\n"),
        ("  formed_on: 2014-04-01\n", "  formed_on: 2014-04-01\n  timezone: Atlantis\n"),
    ],
)
def test_a_fault_of_the_partnership_itself_hides_none_further_down(change: tuple[str, str]) -> None:
    # given a fault above all else, one among the projects and one in the history
    last = f"  - {{{LATER}, {PLEDGE}, quarter: 2014-15 Q1, days: 3}}\n"
    text = changed(change, ("    lead: TWE\n", "    lead: ACA\n")) + last
    # when it is checked
    paths = [re.sub(r"\[\d+\]", "", fault.path) for fault in faults_in(text)]
    # then all three are told, and nothing is told that comes of them alone
    assert paths[0].startswith("partnership.")
    assert paths[1:] == ["projects.lead", "history.partner", "history.project"]


def test_a_fault_of_a_person_does_not_hide_the_partner_that_is_not_there() -> None:
    listed = "people:\n  - {key: new, name: n, partner: ACA, roles: [king]}\n"
    again = "  - {key: new, name: n, partners: [DUR, ACB], roles: [observer]}\n"
    found = [fault.path for fault in faults_in(changed(("people:\n", listed + again)))]
    assert found == ["people[0].roles[0]", "people[0].partner", "people[1].key", "people[1].partners[1]"]


def test_who_must_attend_is_looked_for_beside_other_faults() -> None:
    amended = f"{BY}amend_partnership, board: {{must_attend: [DUR, ACA], clear_days: -1}}, from: 2015-04-01, reason: r"
    assert fields(amended) == ["board.clear_days", "board.must_attend[1]"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("complete_milestone, milestone: P01-M99, on: 2015-03-02", "milestone on"),
        ("release_capacity, partner: ACA, project: P99, on: 2015-03-02, days: -1", "days partner project on"),
        ("report_quantity, commitment: C99, partner: ACA, on: 2015-03-02, amount: x", "amount commitment partner on"),
        ("submit_evidence, commitment: C99, partner: ACA, on: 2015-03-02, title: ''", "title commitment partner on"),
        ("ratify_decision, decision: D99, partner: ACA, on: 2015-03-02", "decision partner on"),
        ("complete_action, action: A99, on: 2015-03-02, evidence: ''", "evidence action on"),
        ("schedule_meeting, code: B77, date: 2015-02-28, time: '9'", "time date"),
        ("move_meeting, meeting: B99, date: 2015-02-28, time: '14:00'", "meeting date"),
        ("submit_return, partner: ACA, quarter: 2015-16 Q1", "partner quarter"),
        (
            "attest_commitment, commitment: C99, partner: ACA, period: 2015-16, answer: maybe",
            "answer commitment partner period",
        ),
    ],
)
def test_a_date_that_cannot_be_is_told_beside_whatever_else_is_wrong(entry: str, expected: str) -> None:
    assert fields(f"{BY}{entry}") == expected.split()
