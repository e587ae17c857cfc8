"""Who may do what with commitments: each partner adopts for itself."""

from __future__ import annotations

from services.programme.commitments.commands import AdoptCommitment, WithdrawAdoption
from services.programme.core.grants import LEAD, Grant, Grants, partner_in

_FOR_ITSELF = (Grant(LEAD, partner_in("partner")),)
GRANTS: Grants = {AdoptCommitment: _FOR_ITSELF, WithdrawAdoption: _FOR_ITSELF}
