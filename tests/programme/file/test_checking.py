"""Checking a programme file: each fault with its line, its place and what would be right, all of them at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.programme.capacity.commands import ReleaseCapacity
from services.programme.file.faults import FaultyFile
from tests.programme.file.sample import SMALL, changed, check, faults_in, line_of


def test_a_file_without_a_fault_gives_its_entries_in_order() -> None:
    file = check(SMALL)

    assert file.partnership == "NFA"
    assert [entry.path for entry in file.entries[:6]] == [
        "partnership", "partners[0]", "partners[1]", "partners[2]", "people[0]", "people[1]",
    ]  # fmt: skip
    assert len(file.entries) == 33
    assert file.register.milestones["NFA-P01-M02"].baseline == date(2015, 1, 30)


def test_what_stands_above_the_history_is_recorded_at_nine_on_the_day_the_partnership_was_formed() -> None:
    file = check(SMALL)

    above = [entry for entry in file.entries if not entry.path.startswith("history")]
    assert {(entry.at, entry.actor) for entry in above} == {(datetime(2014, 4, 1, 8, 0, tzinfo=UTC), "NFA-U001")}


def test_at_is_a_local_time_with_or_without_seconds() -> None:
    file = check(SMALL)

    assert [entry.at for entry in file.entries if entry.path in ("history[1]", "history[2]")] == [
        datetime(2014, 5, 1, 9, 5, tzinfo=UTC),
        datetime(2014, 5, 2, 8, 0, 30, tzinfo=UTC),
    ]


def test_people_are_counted_in_file_order_and_the_secretary_is_there_without_being_listed() -> None:
    people = check(SMALL).register.people

    assert list(people) == ["NFA-U001", "NFA-U002", "NFA-U003", "NFA-U004", "NFA-U005"]
    assert people["NFA-U004"].partners == ("TWE",)


def test_a_listed_secretary_is_the_secretary_and_is_not_counted() -> None:
    listed = "people:\n  - {key: secretary, name: The office, email: office@fire.example, roles: []}\n"

    people = check(changed(("people:\n", listed))).register.people

    assert list(people) == ["NFA-U001", "NFA-U002", "NFA-U003", "NFA-U004", "NFA-U005"]
    assert "secretary" in people["NFA-U001"].roles_on(date.max)


def test_decimals_are_taken_as_they_are_written() -> None:
    released = next(entry.command for entry in check(SMALL).entries if isinstance(entry.command, ReleaseCapacity))

    assert str(released.days) == "4.50"
    assert released.days == Decimal("4.5")


def test_a_milestone_may_depend_on_one_that_stands_further_down() -> None:
    assert check(SMALL).register.milestones["NFA-P01-M02"].depends_on == ("NFA-P01-M01", "NFA-P02-M01")


def test_what_stands_above_the_history_may_speak_of_a_partner_that_the_history_admits() -> None:
    cumbria = "code: CUM, name: Cumbria, kind: fire, joined_on: 2015-01-05"
    admitted = f"{{at: 2015-01-05T10:00, by: secretary, do: admit_partner, {cumbria}}}"
    text = changed(
        ("targets: {TWE: 20}", "targets: {TWE: 20, CUM: 3}"),
        ("taking_part: [DUR, NOR]", "taking_part: [DUR, NOR, CUM]"),
        (
            "  - {key: watcher,",
            "  - {key: cum-lead, name: Lead for Cumbria, partner: CUM, roles: [partner_lead]}\n  - {key: watcher,",
        ),
    )

    register = check(f"{text}  - {admitted}\n").register

    assert register.people["NFA-U005"].partners == ("CUM",)
    assert register.projects["NFA-P01"].participation.includes("CUM", date(2015, 1, 5))
    assert [fault.path for fault in faults_in(text)] == [
        "people[3].partner", "commitments[1].measure.targets.CUM", "projects[0].taking_part[2]",
    ]  # fmt: skip


def test_a_year_that_looks_like_a_number_is_a_period() -> None:
    adopted_and_attested = """\
  - {at: 2014-02-01T10:00, by: dur-lead, do: adopt_commitment, commitment: C4, partner: DUR, from: 2014-04-01}
  - {at: 2014-02-01T10:00, by: dur-lead, do: attest_commitment, commitment: C4, partner: DUR, period: 2014, answer: no}
"""
    text = changed(
        ("formed_on: 2014-04-01", "formed_on: 2014-01-01\n  financial_year_start_month: 1"),
        ("in_force_from: 2014-04-01, period: once, by: 2014-12-31,", "in_force_from: 2014-01-01, period: year,"),
        ("quarter: 2014-15 Q1, days: 6", "quarter: 2014 Q2, days: 6"),
        ("partner: DUR, period: 2014-15 Q1, answer: yes,", "partner: DUR, period: 2014 Q2, answer: yes,"),
        ("partner: DUR, quarter: 2014-15 Q1}", "partner: DUR, quarter: 2014 Q2}"),
        ("partner: NOR, quarter: 2014-15 Q2, nothing", "partner: NOR, quarter: 2014 Q3, nothing"),
        ("history:\n", f"history:\n{adopted_and_attested}"),
    )

    assert faults_in(text) == []


@pytest.mark.parametrize(
    ("before", "after", "path", "words"),
    [
        # the file as a whole
        ("format: concordat/1", "format: concordat/2", "format", "write concordat/1"),
        ("format: concordat/1\n", "", "format", "begin the file with format: concordat/1"),
        ("risks:\n", "riskss:\n", "riskss", "was “risks” meant?"),
        # the partnership
        ("  formed_on: 2014-04-01", "  formed_on: 1 April 2014", "partnership.formed_on", "year-month-day"),
        ("  formed_on: 2014-04-01", "  formed_on: 2014-02-30", "partnership.formed_on", "not a day of the calendar"),
        ("  code: NFA", "  code: nfa", "partnership.code", ""),
        ("quorum_count: 2", "quorum_count: two", "partnership.board.quorum_count", "whole number"),
        ("quorum_count: 2", "qorum_count: 2", "partnership.board.qorum_count", "was “quorum_count” meant?"),
        ("  vision:", "  timezone: Europe/Durham\n  vision:", "partnership.timezone", "'Europe/London'"),
        ("  vision:", "  holidays: GB-XYZ\n  vision:", "partnership.holidays", "'GB-ENG'"),
        # the lists above the history
        ("name: Northumberland, kind", "nmae: Northumberland, kind", "partners[1].nmae", "was “name” meant?"),
        (
            "kind: fire, joined_on: 2014-04-01}\n  - {code: NOR",
            "kind: brigade, joined_on: 2014-04-01}\n  - {code: NOR",
            "partners[0].kind",
            "“brigade” is not one of the choices",
        ),
        ("risks:\n", "  - {code: P02, title: Twice, lead: DUR}\nrisks:\n", "projects[2].code", "NFA-P02 is taken"),
        (
            "partner: NOR, roles",
            "partner: NOX, roles",
            "people[1].partner",
            "no partner NOX; the partners are DUR, NOR, TWE",
        ),
        ("roles: [observer]", "roles: [observr]", "people[3].roles[0]", "observer"),
        ("key: watcher", "key: nor-lead", "people[3].key", "is given on line"),
        (
            "evidence_required: true",
            "evidence_required: yes",
            "commitments[0].measure.evidence_required",
            "neither true nor false",
        ),
        ("kind: quantity", "kind: amount", "commitments[1].measure", "'quantity'"),
        ("targets: {TWE: 20}", "targets: {TWE: many}", "commitments[1].measure.targets.TWE", "amount"),
        ("unit: days", "units: days", "commitments[1].measure.units", "was “unit” meant?"),
        (
            "due: 2014-07-31}",
            "due: 2014-07-31, tolerance: 3}",
            "projects[0].milestones[0].tolerance",
            "there are code, title",
        ),
        ("lead: TWE", "lead: TWX", "projects[0].lead", "no partner TWX"),
        ("person: twe-lead, due", "person: twe-led, due", "projects[0].milestones[0].person", "was “twe-lead” meant?"),
        (
            "depends_on: [P01-M01, P02-M01]",
            "depends_on: [P01-M01, P02-M07]",
            "projects[0].milestones[1].depends_on[1]",
            "no milestone NFA-P02-M07",
        ),
        (
            "due: 2014-12-19, depends_on: [P01-M01, P02-M01]",
            "due: 2014-12-19, depends_on: [P01-M02]",
            "projects[0].milestones[1].depends_on",
            "circle",
        ),
        ("likelihood: 3", "likelihood: 6", "risks[0].likelihood", "5 or less"),
        ("likelihood: 3", "likelihood: 3.0", "risks[0].likelihood", "whole number"),
        # the history
        ("at: 2014-05-01T10:05, by: secretary, ", "by: secretary, ", "history[1].at", "is missing"),
        ("at: 2014-05-01T10:05, by: secretary, ", "at: 2014-05-01T10:05, ", "history[1].by", "is missing"),
        ("at: 2014-05-01T10:05", "at: 2014-05-01 10.05", "history[1].at", "such as 2014-06-02T10:00"),
        ("at: 2014-05-01T10:05", "at: 2014-05-01T10:05+1", "history[1].at", "such as 2014-06-02T10:00"),
        ("at: 2014-05-01T10:05", "at: 2014-05-01T25:05", "history[1].at", "not a moment of the calendar"),
        ("at: 2014-05-01T10:05", "at: 2014-05-01T09:59", "history[1].at", "earlier than 2014-05-01T10:00 on line"),
        (
            "at: 2014-05-01T10:00",
            "at: 2014-03-30T10:00",
            "history[0].at",
            "earlier than the day the partnership was formed",
        ),
        (
            "at: 2014-05-01T10:00",
            "at: 2014-04-01T08:59",
            "history[0].at",
            "earlier than the day the partnership was formed",
        ),
        (
            "at: 2014-05-20T09:00, by: nor-lead",
            "at: 2014-05-20T09:00, by: nor-leed",
            "history[3].by",
            "was “nor-lead” meant?",
        ),
        ("do: release_capacity", "do: relase_capacity", "history[3].do", "was “release_capacity” meant?"),
        ("do: release_capacity", "do: form_partnership", "history[3].do", "nothing is called"),
        ("days: 4.50", "day: 4.50", "history[3].day", "was “days” meant?"),
        ("days: 4.50", "days: 4.505", "history[3].days", "2 decimals"),
        ("days: 4.50", "days: four", "history[3].days", "amount"),
        ("days: 4.50", "days: .nan", "history[3].days", ""),
        ("days: 4.50", "days: 1e999999999", "history[3].days", ""),
        (
            "milestone: P01-M01, forecast",
            "milestone: P02-M07, forecast",
            "history[8].milestone",
            "no milestone NFA-P02-M07; project NFA-P02 has M01",
        ),
        (
            "milestone: P01-M01, forecast: 2014-08-20",
            "milestone: P01-M01, forecast: 2014-13-20",
            "history[8].forecast",
            "not a day of the calendar",
        ),
        (
            "present: [dur-lead, nor-lead",
            "present: [dur-lead, nor-lad",
            "history[10].present[1]",
            "was “nor-lead” meant?",
        ),
        (
            "vote: {for: [dur-lead, twe-lead]}",
            "vote: {for: [dur-lead], agianst: [twe-lead]}",
            "history[12].vote.agianst",
            "was “against” meant?",
        ),
        (
            "{P01-M02: 2015-01-30}",
            "{P01-M09: 2015-01-30}",
            "history[12].effect.set_baseline.milestones.P01-M09",
            "no milestone NFA-P01-M09",
        ),
        (
            "effect: {set_baseline",
            "effect: {set_baselines",
            "history[12].effect.set_baselines",
            "was “set_baseline” meant?",
        ),
        (
            "by: nor-lead, do: submit_return, partner: NOR",
            "by: nor-lead, do: submit_return, partner: DUR",
            "history[17]",
            "",
        ),
    ],
)
def test_a_fault_is_told_once_with_its_line_its_place_and_what_would_be_right(
    before: str, after: str, path: str, words: str
) -> None:
    text = SMALL.replace(before, after, 1)

    (fault,) = faults_in(text)

    assert fault.path == path
    assert words in fault.problem
    assert line_of(before) <= fault.line <= line_of(before) + after.count("\n")


def test_a_time_that_clocks_never_showed_is_a_fault() -> None:
    text = SMALL.replace("\n  - {at: 2014-09-30T16:00", "\n  - {at: 2015-03-29T01:30", 1)

    (fault,) = faults_in(text)

    assert fault.path == "history[17].at"
    assert "was never shown by clocks in Europe/London" in fault.problem
    assert "2015-03-29T02:30" in fault.problem


def test_a_time_that_clocks_showed_twice_is_asked_about() -> None:
    (fault,) = faults_in(SMALL.replace("{at: 2014-09-30T16:00", "{at: 2014-10-26T01:30"))

    assert fault.problem == (
        "“2014-10-26T01:30” was shown twice by clocks in Europe/London, which went back over it. "
        "Write it with its offset: 2014-10-26T01:30+01:00, or 2014-10-26T01:30+00:00 for the second time."
    )


@pytest.mark.parametrize(
    ("written", "hour"), [("01:30+01:00", 0), ("01:30+00:00", 1), ("01:30Z", 1), ("03:30+03:00", 0)]
)
def test_a_moment_may_carry_its_offset(written: str, hour: int) -> None:
    file = check(SMALL.replace("{at: 2014-09-30T16:00", f"{{at: 2014-10-26T{written}"))

    assert file.entries[-1].at == datetime(2014, 10, 26, hour, 30, tzinfo=UTC)


def test_faults_of_every_kind_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = changed(
        ("  vision: One way", "  vission: One way"),
        ("kind: quantity, unit: days, target: 6", "kind: quantity, unit: days, target: six"),
        ("do: release_capacity", "do: relase_capacity"),
        ("milestone: P01-M01, forecast", "milestone: P09-M01, forecast"),
        ("likelihood: 3, impact: 4", "likelihood: 3, impact: 4, impact: 5"),
        ("answer: yes,\n", "answer: &a yes,\n"),
    )

    faults = faults_in(text)

    assert [fault.path for fault in faults] == [
        "partnership.vission",
        "commitments[1].measure.target",
        "risks[0].impact",
        "history[3].do",
        "history[5].answer",
        "history[8].milestone",
    ]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_what_follows_from_a_fault_alone_is_not_told_as_one() -> None:
    text = changed(
        ("do: schedule_meeting, code: B01, date: 2014-07-17", "do: schedule_meeting, code: B01, date: 17 July")
    )

    (fault,) = faults_in(text)

    assert fault.path == "history[0].date"


def test_a_person_who_cannot_be_appointed_is_one_fault_however_much_they_did() -> None:
    (fault,) = faults_in(changed(("email: lead@durham.example", "email: lead at durham")))

    assert fault.path == "people[0].email"
    assert "not an e-mail address" in fault.problem


def test_a_person_whose_key_stands_under_a_misspelt_name_is_told_of_and_not_appointed() -> None:
    told = faults_in(changed(("key: dur-lead", "keyy: dur-lead")))

    assert told[0].path == "people[0].keyy"
    assert "was “key” meant?" in told[0].problem


def test_a_misspelt_key_is_one_fault_and_read_as_it_was_meant() -> None:
    (fault,) = faults_in(
        changed(("do: schedule_meeting, code: B01, date: 2014", "do: schedule_meeting, code: B01, dat: 2014"))
    )

    assert fault.path == "history[0].dat"
    assert "was “date” meant?" in fault.problem


def test_a_refusal_that_is_no_mere_consequence_is_told_although_others_are_wrong_too() -> None:
    text = changed(
        ("do: schedule_meeting, code: B02", "do: schedule_meeting, code: B01"),
        ("milestone: P01-M01, on", "milestone: P02-M07, on"),
    )

    assert [fault.path for fault in faults_in(text)] == ["history[1].code", "history[15].milestone"]


def test_short_and_full_references_mean_the_same() -> None:
    assert faults_in(changed(("milestone: P01-M01, on", "milestone: NFA-P01-M01, on"))) == []


def test_a_missing_field_is_told_at_the_line_where_its_group_begins() -> None:
    (fault,) = faults_in(changed(("    title: Shared breathing apparatus\n", "")))

    assert (fault.path, fault.line) == ("projects[0].title", line_of("  - code: P01"))
    assert "missing" in fault.problem


def test_a_part_that_should_be_a_list_is_a_fault_of_that_part() -> None:
    text = SMALL[: SMALL.index("risks:\n")] + "risks: none\nhistory: {at: 2014-05-01T10:00}\n"

    assert [(fault.path, "is not a list" in fault.problem) for fault in faults_in(text)] == [
        ("risks", True),
        ("history", True),
    ]


def test_a_part_may_be_left_out_or_left_empty() -> None:
    file = check("format: concordat/1\npartnership: {code: A, name: B, formed_on: 2014-04-01}\nrisks:\nhistory: []\n")

    assert [entry.path for entry in file.entries] == ["partnership"]


def test_a_faulty_partnership_does_not_hide_the_faults_below_it() -> None:
    text = changed(("  code: NFA\n", ""), ("likelihood: 3", "likelihood: 9"), ("days: 4.50", "days: x"))

    assert [fault.path for fault in faults_in(text)] == ["partnership.code", "risks[0].likelihood", "history[3].days"]


@pytest.mark.parametrize("text", ["[]", "just words", "42", "- a\n- b\n"])
def test_a_file_that_is_no_group_of_keys_is_no_programme_file(text: str) -> None:
    (fault,) = faults_in(text)

    assert fault.line == 1
    assert "begins with format: concordat/1" in fault.problem


def test_a_file_of_another_format_gets_one_fault_and_not_a_hundred() -> None:
    (fault,) = faults_in("format: other/7\npartnership: 3\n")

    assert (fault.path, fault.line) == ("format", 1)


def test_the_file_as_it_was_named_stands_before_every_fault() -> None:
    with pytest.raises(FaultyFile) as raised:
        check(changed(("likelihood: 3", "likelihood: 9")))

    line = line_of("likelihood")
    assert str(raised.value).startswith(f"small.yaml:{line}: risks[0].likelihood: ")


def in_history(*lines: str) -> bytes:
    """Return the small file with more entries at the end of its history."""
    return SMALL.rstrip().encode() + b"\n" + "".join(f"  - {{{line}}}\n" for line in lines).encode()


LATE = "at: 2030-01-01T09:00, by: secretary, do"


def test_a_person_may_be_appointed_in_the_history_for_several_partners_and_act_from_then_on() -> None:
    appoint = f"{LATE}: appoint_person, key: newcomer, name: Ann, partners: [NOR, TWE], roles: [partner_lead]"
    act = "at: 2030-01-01T09:01, by: newcomer, do: submit_return, partner: TWE, quarter: 2029-30 Q3"
    end = f"{LATE}: end_roles, person: newcomer, partner: NOR, on: 2030-02-01".replace("09:00", "09:02")

    register = check(in_history(appoint, act, end)).register

    newcomer = register.people[max(register.people)]
    assert newcomer.partners_on(date(2030, 1, 31)) == ("NOR", "TWE")
    assert newcomer.partners_on(date(2030, 2, 1)) == ("TWE",)


def test_the_key_of_somebody_listed_changes_what_they_hold() -> None:
    again = f"{LATE}: appoint_person, key: nor-lead, name: Ann, partner: TWE, roles: [observer]"

    register = check(in_history(again)).register

    assert [each.partners for each in register.people.values()].count(("TWE",)) == 2
    assert list(register.people) == ["NFA-U001", "NFA-U002", "NFA-U003", "NFA-U004", "NFA-U005"]


def test_an_appointment_without_a_key_and_one_for_partner_and_partners_are_faults() -> None:
    nameless = f"{LATE}: appoint_person, name: Ann, roles: [observer]"
    double = f"{LATE}: appoint_person, key: x, name: Ann, partner: NOR, partners: [TWE], roles: [observer]"

    told = [fault.problem for fault in faults_in(in_history(nameless, double))]

    assert told == [
        "the key is missing; give the name by which the person is called in this file",
        "Both partner and partners stand here. Give partner for one of them, or partners for several.",
    ]
