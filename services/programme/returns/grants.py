"""Who may report: each partner for itself. Only its lead submits the return."""

from __future__ import annotations

from services.programme.core.grants import LEAD, LEAD_AND_CONTRIBUTOR, Grant, Grants, partner_in
from services.programme.returns.commands import (
    AttestCommitment,
    ReportQuantity,
    SubmitEvidence,
    SubmitReturn,
    WithdrawReport,
)

_OF_ITS_OWN = (Grant(LEAD_AND_CONTRIBUTOR, partner_in("partner")),)
GRANTS: Grants = {
    SubmitReturn: (Grant(LEAD, partner_in("partner")),),
    AttestCommitment: _OF_ITS_OWN,
    ReportQuantity: _OF_ITS_OWN,
    SubmitEvidence: _OF_ITS_OWN,
    WithdrawReport: _OF_ITS_OWN,
}
