"""Capacity, as one capability."""

from __future__ import annotations

from services.programme.capacity import commands, decide
from services.programme.capacity.grants import GRANTS
from services.programme.core.capability import Capability

CAPABILITY = Capability(
    commands=commands,
    rules=(decide,),
    grants=GRANTS,
)
