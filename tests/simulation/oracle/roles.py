"""Who may do what: the domain's table of roles, asked about one command at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OWN_REPORTS = ("attest_commitment", "report_quantity", "submit_evidence", "withdraw_report")
OWN_CAPACITY = ("pledge_capacity", "release_capacity", "withdraw_release")
LEAD_ALONE = ("submit_return", "adopt_commitment", "propose_project", "amend_project")
OF_LED_PROJECT = ("state_confidence", "write_highlight", "add_milestone", "move_project", "drop_milestone")
BOARD = {"chair", "board_member", "substitute"}


@dataclass(frozen=True)
class Asking:
    """Somebody with roles on a day, each with the partner for which; ``is_cut_off`` once all their partners left."""

    person: str
    held: frozenset[tuple[str, str | None]]
    is_cut_off: bool = False

    @property
    def roles(self) -> frozenset[str]:
        """The roles, for whomever."""
        return frozenset(role for role, _ in self.held)

    def acts_for(self, *roles: str) -> set[str]:
        """Return the partners for which they hold one of these roles."""
        return {partner for role, partner in self.held if role in roles and partner is not None}


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
    if asking.is_cut_off:
        return False
    said = [_of_partner(asking, do, fields, of), _of_board(asking, do, fields, of)]
    return True if True in said else None if None in said else False


def _of_partner(asking: Asking, do: str, fields: Mapping[str, Any], of: Owners) -> bool | None:
    mine = asking.acts_for("partner_lead") if do in LEAD_ALONE else asking.acts_for("partner_lead", "contributor")
    if do in ("complete_action", "reopen_action") and of.owner in mine:
        # The table has no row for a partner's actions.
        return None
    return any(each in mine for each in _partners_that_may(do, fields, of))


def _partners_that_may(do: str, fields: Mapping[str, Any], of: Owners) -> tuple[str | None, ...]:
    rows: dict[tuple[str, ...], tuple[str | None, ...]] = {
        ("submit_return", "adopt_commitment", *OWN_REPORTS, *OWN_CAPACITY): (fields.get("partner"),),
        ("propose_project",): (fields.get("lead"),),
        ("raise_risk",): (fields.get("owner"),),
        ("reassess_risk", "close_risk", "reopen_risk"): (of.owner,),
        ("amend_risk",): () if fields.get("owner") else (of.owner,),
        ("amend_milestone",): () if fields.get("owner") else (of.lead,),
        ("reforecast_milestone", "complete_milestone", "reopen_milestone"): (of.owner, of.lead),
        (*OF_LED_PROJECT, "amend_project"): (of.lead,),
    }
    return next((partners for commands, partners in rows.items() if do in commands), ())


def _of_board(asking: Asking, do: str, fields: Mapping[str, Any], of: Owners) -> bool | None:
    is_chair, is_on_board = "chair" in asking.roles, bool(asking.roles & BOARD)
    rows: dict[tuple[str, ...], bool | None] = {
        ("open_meeting", "close_meeting", "record_decision"): is_chair,
        # Whether assigning actions goes with recording decisions, the table leaves open.
        ("assign_action", "move_action", "drop_action"): None if is_chair else False,
        ("reopen_action",): None if is_chair or of.person == asking.person else False,
        ("declare_interest",): is_on_board and fields.get("person") == asking.person,
        ("answer_written_procedure",): is_on_board and fields.get("person") in (None, asking.person),
        # Of a person who is not on the board, the table does not say whether its actions are its own to complete.
        ("complete_action",): (is_on_board or None) if of.person == asking.person else False,
    }
    return next((allowed for commands, allowed in rows.items() if do in commands), False)
