"""Finding partners that a programme file may bring in later."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from domain.register import Register
from domain.register.partners import PARTNERS
from services.programme.core.lookup import find


def check_partner_or_coming(register: Register, code: str, forward_references: AbstractSet[str], field: str) -> None:
    """Raise Refused where a code is neither a partner's nor that of one whom the same file admits later."""
    if code not in forward_references:
        find(PARTNERS, register, code, field)
