"""Who may do what: the table of domain.md, section 2, as a table."""

from __future__ import annotations

import pytest

from services.programme.core.commands import COMMANDS, HISTORY
from services.programme.core.deciding import Context, NotAllowed, Refused, decide
from tests.programme.partnerships import SYSTEM, Partnership, command, london

PEOPLE = {
    "chair": ("HAR", "chair"),
    "member": ("HAR", "board_member"),
    "substitute": ("HAR", "substitute"),
    "lead of BRE": ("BRE", "partner_lead"),
    "lead of LMA": ("LMA", "partner_lead"),
    "lead of HAR": ("HAR", "partner_lead"),
    "contributor of BRE": ("BRE", "contributor"),
    "contributor of LMA": ("LMA", "contributor"),
    "observer": (None, "observer"),
    "member and lead of BRE": ("BRE", "board_member", "partner_lead"),
    "action's person": ("HAC", "observer"),
}
IDS = {"secretary": "LAP-U001", **{name: f"LAP-U{number:03}" for number, name in enumerate(PEOPLE, start=10)}}

NOBODY_ELSE: set[str] = set()
BRENTS_LEADS = {"lead of BRE", "member and lead of BRE"}
BRENTS = BRENTS_LEADS | {"contributor of BRE"}
LMAS = {"lead of LMA", "contributor of LMA"}
CHAIR = {"chair"}
ATTEST = {"commitment": "C1", "partner": "BRE", "period": "2014-15 Q1", "answer": "yes"}
RISK = {"code": "R02", "title": "Flood", "likelihood": 1, "impact": 1, "owner": "BRE"}
MILESTONE = {"code": "M09", "title": "Nine", "owner": "HAR", "due": "2014-09-30"}
DECISION = {"meeting": "B01", "item": 1, "code": "D02", "outcome": "noted", "text": "Noted."}
INTEREST = {"meeting": "B01", "item": 1, "nature": "A cousin.", "follows": "noted"}
ACTION = {"decision": "D01", "code": "A02", "text": "Write.", "owner": "LMA", "due": "2014-09-30"}
WHY = {"reason": "It was wrong."}
CHANGE = {"meeting": "B02", "title": "A change", "recommendation": "To agree."}
PAUSE = {"move_project": {"project": "P01", "stage": "paused"}}
LEAVE = {"grant_derogation": {"commitment": "C1", "partner": "BRE", "periods": ["2014-15 Q1"]}}
DONE = {"on": "2014-09-12", "evidence": "Letter."}
BRENTS_LEAD_MAY = "the secretary or a partner lead of BRE may"
BRENTS_MAY = "the secretary or a partner lead or contributor of BRE may"
LMAS_MAY = "the secretary or a partner lead or contributor of LMA may"
COMMITMENT = {"code": "C7", "title": "Seven", "in_force_from": "2014-04-01", "period": "quarter"}
MEETING = {"date": "2014-10-16", "time": "14:00"}

# what is done, to what, and who may besides the secretary
TABLE: list[tuple[str, str, dict[str, object], set[str]]] = [
    # what the secretary alone may do
    ("appoint_person", "a person", {"name": "Ann", "roles": ["observer"]}, NOBODY_ELSE),
    (
        "admit_partner",
        "a partner",
        {"code": "ISL", "name": "I", "kind": "other", "joined_on": "2014-04-01"},
        NOBODY_ELSE,
    ),
    ("end_roles", "of a person", {"person": IDS["observer"], "on": "2014-09-01"}, NOBODY_ELSE),
    ("amend_partner", "a partner", {"partner": "BRE", "name": "Brent", "reason": "Renamed."}, NOBODY_ELSE),
    ("record_partner_leaving", "a partner", {"partner": "BRE", "left_on": "2015-04-01"}, NOBODY_ELSE),
    ("withdraw_partner_leaving", "a partner", {"partner": "BRE", **WHY}, NOBODY_ELSE),
    ("agree_commitment", "a commitment", {**COMMITMENT, "measure": {"kind": "attestation"}}, NOBODY_ELSE),
    ("bring_in_project", "a project", {"code": "P09", "title": "Nine", "lead": "BRE"}, NOBODY_ELSE),
    ("schedule_meeting", "a meeting", {"code": "B03", **MEETING}, NOBODY_ELSE),
    ("move_meeting", "a meeting", {"meeting": "B02", **MEETING}, NOBODY_ELSE),
    ("remind_of_returns", "of the first quarter", {"quarter": "2014-15 Q1", "partners": ["BRE"]}, NOBODY_ELSE),
    ("cancel_meeting", "a meeting", {"meeting": "B02", "reason": "No."}, NOBODY_ELSE),
    ("add_agenda_item", "a meeting", {"meeting": "B02", "item": 1, "kind": "decision", "title": "One"}, NOBODY_ELSE),
    ("ratify_decision", "for Brent", {"decision": "D01", "partner": "BRE", "on": "2014-09-01"}, NOBODY_ELSE),
    (
        "open_written_procedure",
        "a procedure",
        {"code": "W02", "title": "Two", "text": "Two.", "closes": "2014-12-31T17:00"},
        NOBODY_ELSE,
    ),
    ("close_written_procedure", "a procedure", {"procedure": "W01"}, NOBODY_ELSE),
    ("amend_partnership", "its name", {"name": "Other", "from": "2014-07-01", "reason": "It is."}, NOBODY_ELSE),
    ("add_holiday", "a local one", {"on": "2015-07-01", "name": "Canada Day"}, NOBODY_ELSE),
    ("remove_holiday", "a bank holiday", {"on": "2014-12-26", "reason": "Open."}, NOBODY_ELSE),
    # what a partner's lead may do for its own partner, and a contributor not
    ("submit_return", "of Brent", {"partner": "BRE", "quarter": "2014-15 Q1"}, BRENTS_LEADS),
    ("adopt_commitment", "by Brent", {"commitment": "C6", "partner": "BRE", "from": "2014-04-01"}, BRENTS_LEADS),
    ("withdraw_adoption", "by Brent", {"commitment": "C6", "partner": "BRE", **WHY}, BRENTS_LEADS),
    ("request_change", "of a project led by LMA", {**CHANGE, "effect": PAUSE}, {"lead of LMA"}),
    ("request_change", "for Brent", {**CHANGE, "effect": LEAVE}, BRENTS_LEADS),
    ("propose_project", "led by Brent", {"code": "P09", "title": "Nine", "lead": "BRE"}, BRENTS_LEADS),
    # what both may do for their own partner
    ("attest_commitment", "by Brent", ATTEST, BRENTS),
    (
        "report_quantity",
        "by Brent",
        {"commitment": "C2", "partner": "BRE", "on": "2014-05-01", "amount": 1},
        BRENTS,
    ),
    (
        "submit_evidence",
        "by Brent",
        {"commitment": "C3", "partner": "BRE", "on": "2014-05-01", "title": "Show"},
        BRENTS,
    ),
    (
        "withdraw_report",
        "by Brent",
        {"what": "evidence", "commitment": "C3", "partner": "BRE", "on": "2014-05-01", "reason": "No."},
        BRENTS,
    ),
    ("pledge_capacity", "by Brent", {"partner": "BRE", "project": "P01", "quarter": "2014-15 Q1", "days": 1}, BRENTS),
    ("release_capacity", "by Brent", {"partner": "BRE", "project": "P01", "on": "2014-05-01", "days": 1}, BRENTS),
    ("raise_risk", "of Brent", RISK, BRENTS),
    ("reassess_risk", "of LMA", {"risk": "R01", "likelihood": 1, "impact": 1, "reason": "Dry."}, LMAS),
    ("close_risk", "of LMA", {"risk": "R01", "reason": "Dry."}, LMAS),
    # milestones: whose they are, and who leads the project
    ("reforecast_milestone", "of LMA", {"milestone": "P01-M01", "forecast": "2015-01-30", "reason": "Late."}, LMAS),
    ("complete_milestone", "of LMA", {"milestone": "P01-M01", "on": "2014-07-31"}, LMAS),
    (
        "reforecast_milestone",
        "of Brent in LMA's project",
        {"milestone": "P01-M02", "forecast": "2015-01-30", "reason": "Late."},
        BRENTS | LMAS,
    ),
    ("complete_milestone", "of Brent in LMA's project", {"milestone": "P01-M02", "on": "2014-07-31"}, BRENTS | LMAS),
    # projects: who leads them
    ("move_project", "led by LMA", {"project": "P01", "stage": "closing"}, LMAS),
    ("state_confidence", "led by LMA", {"project": "P01", "confidence": "red", "reason": "It is."}, LMAS),
    ("write_highlight", "led by LMA", {"project": "P01", "progress": "None.", "next": "None."}, LMAS),
    ("add_milestone", "led by LMA", {"project": "P01", **MILESTONE}, LMAS),
    # the board
    ("open_meeting", "a meeting", {"meeting": "B02", "present": []}, CHAIR),
    ("close_meeting", "a meeting", {"meeting": "B01"}, CHAIR),
    ("record_decision", "at a meeting", DECISION, CHAIR),
    ("assign_action", "after a decision", ACTION, CHAIR),
    ("amend_attendance", "of a meeting", {"meeting": "B01", "present": []}, CHAIR),
    ("withdraw_interest", "a member's", {"meeting": "B01", "item": 1, "person": IDS["member"], **WHY}, {"member"}),
    ("declare_interest", "the chair's", {**INTEREST, "person": IDS["chair"]}, CHAIR),
    ("declare_interest", "a member's", {**INTEREST, "person": IDS["member"]}, {"member"}),
    ("declare_interest", "a substitute's", {**INTEREST, "person": IDS["substitute"]}, {"substitute"}),
    ("declare_interest", "an observer's", {**INTEREST, "person": IDS["observer"]}, NOBODY_ELSE),
    (
        "answer_written_procedure",
        "for oneself",
        {"procedure": "W01", "answer": "for"},
        {"chair", "member", "substitute", "member and lead of BRE"},
    ),
    (
        "answer_written_procedure",
        "a member's",
        {"procedure": "W01", "answer": "for", "person": IDS["member"]},
        {"member"},
    ),
    ("complete_action", "of LMA", {"action": "A01", **DONE}, LMAS),
    # putting right: whoever may record it; owners, agendas and commitments are the secretary's
    ("amend_project", "led by LMA", {"project": "P01", "title": "One", **WHY}, {"lead of LMA"}),
    ("change_lead", "led by LMA", {"project": "P01", "lead": "BRE", "from": "2014-10-01", **WHY}, NOBODY_ELSE),
    ("join_project", "led by LMA", {"project": "P01", "partner": "HAR", "from": "2014-10-01"}, NOBODY_ELSE),
    ("leave_project", "led by LMA", {"project": "P01", "partner": "BRE", "on": "2014-10-01", **WHY}, NOBODY_ELSE),
    ("amend_milestone", "in LMA's project", {"milestone": "P01-M02", "title": "Two", **WHY}, LMAS),
    ("amend_milestone", "to a new owner", {"milestone": "P01-M02", "owner": "HAC", **WHY}, NOBODY_ELSE),
    ("drop_milestone", "in LMA's project", {"milestone": "P01-M02", **WHY}, LMAS),
    ("reopen_milestone", "of Brent in LMA's project", {"milestone": "P01-M02", **WHY}, BRENTS | LMAS),
    ("withdraw_release", "by Brent", {"partner": "BRE", "project": "P01", "on": "2014-04-01", **WHY}, BRENTS),
    ("amend_risk", "of LMA", {"risk": "R01", "title": "Flood", **WHY}, LMAS),
    ("amend_risk", "to a new owner", {"risk": "R01", "owner": "HAC", **WHY}, NOBODY_ELSE),
    ("reopen_risk", "of LMA", {"risk": "R01", **WHY}, LMAS),
    ("amend_commitment", "a commitment", {"commitment": "C1", "title": "One", **WHY}, NOBODY_ELSE),
    ("amend_agenda_item", "a meeting", {"meeting": "B02", "item": 1, "title": "One"}, NOBODY_ELSE),
    ("remove_agenda_item", "a meeting", {"meeting": "B02", "item": 1, **WHY}, NOBODY_ELSE),
    ("move_action", "of LMA", {"action": "A01", "due": "2014-10-31", **WHY}, CHAIR),
    ("reassign_action", "of LMA", {"action": "A01", "owner": "BRE", **WHY}, NOBODY_ELSE),
    ("drop_action", "of LMA", {"action": "A01", **WHY}, CHAIR),
    ("reopen_action", "of LMA with a person", {"action": "A03", **WHY}, CHAIR | LMAS | {"action's person"}),
    ("complete_action", "of LMA with a person", {"action": "A03", **DONE}, LMAS | {"action's person"}),
]


def everybody_at_work() -> Partnership:
    """A partnership in which everything in the table is there to be done."""
    lap = london()
    for partner, *roles in PEOPLE.values():
        lap.given("appoint_person", name="A Name", partner=partner, roles=roles)
    for code in ("B01", "B02"):
        lap.given("schedule_meeting", code=code, date="2014-07-17", time="14:00")
    for item in (1, 2):
        lap.given("add_agenda_item", meeting="B01", item=item, kind="decision", title="One")
    lap.given("open_meeting", meeting="B01", present=[])
    lap.given("record_decision", **{**DECISION, "item": 2, "code": "D01"})
    lap.given("assign_action", **{**ACTION, "code": "A01"})
    lap.given("assign_action", **{**ACTION, "code": "A03"}, person=IDS["action's person"])
    lap.given("open_written_procedure", code="W01", title="One", text="One.", closes="2014-12-31T17:00")
    return lap


AT_WORK = everybody_at_work()


def is_allowed(do: str, fields: dict[str, object], who: str) -> bool:
    try:
        decide(AT_WORK.register, command(do, fields), Context(IDS[who], AT_WORK.now))
    except NotAllowed:
        return False
    except Refused:
        return True  # the person might, things being otherwise
    return True


@pytest.mark.parametrize(
    ("do", "fields", "may"), [pytest.param(do, fields, may, id=f"{do} {what}") for do, what, fields, may in TABLE]
)
def test_the_table(do: str, fields: dict[str, object], may: set[str]) -> None:
    assert {who for who in IDS if is_allowed(do, fields, who)} == {"secretary"} | may


def test_every_command_stands_in_the_table() -> None:
    assert {do for do, *_ in TABLE} == set(COMMANDS) - {"form_partnership", "note_breach"}
    assert set(HISTORY) <= {do for do, *_ in TABLE}


def test_the_system_may_do_nothing_of_it() -> None:
    for do, _, fields, _ in TABLE:
        with pytest.raises(NotAllowed):
            decide(AT_WORK.register, command(do, fields), Context(SYSTEM, AT_WORK.now))


def test_nobody_acts_who_was_not_appointed() -> None:
    refused = AT_WORK.refusal("close_meeting", who="LAP-U099", meeting="B01")
    assert isinstance(refused, NotAllowed)
    assert refused.problem == "nobody called LAP-U099 acts in LAP"


@pytest.mark.parametrize(
    ("do", "fields", "who", "sentence"),
    [
        (
            "submit_return",
            {"partner": "BRE", "quarter": "2014-15 Q1"},
            "lead of HAR",
            f"LAP-U015 (partner lead of HAR) may not do this (submit return); {BRENTS_LEAD_MAY}",
        ),
        (
            "attest_commitment",
            ATTEST,
            "contributor of LMA",
            f"LAP-U017 (contributor of LMA) may not do this (attest commitment); {BRENTS_MAY}",
        ),
        (
            "cancel_meeting",
            {"meeting": "B02", "reason": "No."},
            "chair",
            "LAP-U010 (chair of HAR) may not do this (cancel meeting); the secretary may",
        ),
        (
            "complete_action",
            {"action": "A01", **DONE},
            "observer",
            f"LAP-U018 (observer) may not do this (complete action); {LMAS_MAY}",
        ),
    ],
)
def test_who_is_turned_away_learns_who_may(do, fields, who, sentence) -> None:
    assert AT_WORK.refusal(do, who=IDS[who], **fields).problem == sentence


def test_whoever_may_at_all_learns_what_does_not_exist() -> None:
    refused = AT_WORK.refusal("complete_milestone", who=IDS["lead of BRE"], milestone="P01-M09", on="2014-09-01")
    assert not isinstance(refused, NotAllowed)
    assert refused.problem == "no milestone LAP-P01-M09; project LAP-P01 has M01, M02"


def test_a_person_without_roles_may_nothing() -> None:
    lap = everybody_at_work()
    lap.given("appoint_person", person=IDS["lead of BRE"], name="Ann", partner="BRE", roles=[])
    refused = lap.refusal("attest_commitment", who=IDS["lead of BRE"], **ATTEST)
    assert refused.problem.startswith("LAP-U013 (no role of BRE) may not do this (attest commitment)")
