"""Who may do what with commitments: each partner adopts for itself."""

from __future__ import annotations

from services.programme.commitments.commands import AdoptCommitment
from services.programme.core.grants import LEAD, Grant, Grants, partner_in

GRANTS: Grants = {AdoptCommitment: (Grant(LEAD, partner_in("partner")),)}
