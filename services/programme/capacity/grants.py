"""Who may pledge and release capacity: each partner its own."""

from __future__ import annotations

from services.programme.capacity.commands import PledgeCapacity, ReleaseCapacity, WithdrawRelease
from services.programme.core.grants import LEAD_AND_CONTRIBUTOR, Grant, Grants, partner_in

_OF_ITS_OWN = (Grant(LEAD_AND_CONTRIBUTOR, partner_in("partner")),)
GRANTS: Grants = {PledgeCapacity: _OF_ITS_OWN, ReleaseCapacity: _OF_ITS_OWN, WithdrawRelease: _OF_ITS_OWN}
