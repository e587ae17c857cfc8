"""Who may do what with risks: the partner that owns one. A new owner is the secretary's to name."""

from __future__ import annotations

from datetime import date

from domain.register import Register
from domain.register.risks import RISKS
from services.programme.core import lookup
from services.programme.core.grants import LEAD_AND_CONTRIBUTOR, Grant, Grants, partner_in
from services.programme.risks.commands import AmendRisk, CloseRisk, RaiseRisk, ReassessRisk, ReopenRisk


def _owner(register: Register, command: ReassessRisk | CloseRisk | AmendRisk | ReopenRisk, on: date) -> frozenset[str]:
    return frozenset({lookup.find(RISKS, register, command.risk).owner})


def _owner_unless_handed_over(register: Register, command: AmendRisk, on: date) -> frozenset[str]:
    return _owner(register, command, on) if command.owner is None else frozenset()


_OF_ITS_OWNER = (Grant(LEAD_AND_CONTRIBUTOR, _owner),)
GRANTS: Grants = {
    RaiseRisk: (Grant(LEAD_AND_CONTRIBUTOR, partner_in("owner")),),
    ReassessRisk: _OF_ITS_OWNER,
    CloseRisk: _OF_ITS_OWNER,
    AmendRisk: (Grant(LEAD_AND_CONTRIBUTOR, _owner_unless_handed_over),),
    ReopenRisk: _OF_ITS_OWNER,
}
