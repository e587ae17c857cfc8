"""Who may do what: the domain's table of roles, asked about one command at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OWN_REPORTS = ("attest_commitment", "report_quantity", "submit_evidence", "withdraw_report")
OWN_CAPACITY = ("pledge_capacity", "release_capacity")
LEAD_ALONE = ("submit_return", "adopt_commitment", "propose_project")
OF_LED_PROJECT = ("state_confidence", "write_highlight", "add_milestone", "move_project")
BOARD = {"chair", "board_member", "substitute"}


@dataclass(frozen=True)
class Asking:
    """Somebody with roles, perhaps for a partner."""

    person: str
    partner: str | None
    roles: frozenset[str]


@dataclass(frozen=True)
class Owners:
    """Whom the objects of a command belong to, where they exist."""

    lead: str | None = None
    owner: str | None = None
    person: str | None = None


def may(asking: Asking, do: str, fields: Mapping[str, Any], of: Owners) -> bool | None:
    """Say whether the table lets them; None where it does not say."""
    if "secretary" in asking.roles:
        return do != "note_breach"
    said = [_of_partner(asking, do, fields, of), _of_board(asking, do, fields, of)]
    return True if True in said else None if None in said else False


def _of_partner(asking: Asking, do: str, fields: Mapping[str, Any], of: Owners) -> bool | None:
    mine = asking.partner
    if mine is None or not asking.roles & {"partner_lead", "contributor"}:
        return False
    if do in LEAD_ALONE:
        return "partner_lead" in asking.roles and mine == fields.get("lead" if do == "propose_project" else "partner")
    if do in OWN_REPORTS + OWN_CAPACITY:
        return mine == fields.get("partner")
    if do == "raise_risk":
        return mine == fields.get("owner")
    if do in ("reassess_risk", "close_risk"):
        return mine == of.owner
    if do in ("reforecast_milestone", "complete_milestone"):
        return mine in (of.owner, of.lead)
    if do in OF_LED_PROJECT:
        return mine == of.lead
    # The table has no row for a partner's actions.
    return None if do == "complete_action" and mine == of.owner else False


def _of_board(asking: Asking, do: str, fields: Mapping[str, Any], of: Owners) -> bool | None:
    if do in ("open_meeting", "close_meeting", "record_decision"):
        return "chair" in asking.roles
    if do == "assign_action":
        # Whether that goes with recording decisions, the table leaves open.
        return None if "chair" in asking.roles else False
    if do == "declare_interest":
        return bool(asking.roles & BOARD) and fields.get("person") == asking.person
    if do == "answer_written_procedure":
        return bool(asking.roles & BOARD) and fields.get("person") in (None, asking.person)
    if do == "complete_action":
        if of.person != asking.person:
            return False
        return True if asking.roles & BOARD else None
    return False
