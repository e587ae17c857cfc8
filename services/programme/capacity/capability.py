"""Capacity, as one capability."""

from __future__ import annotations

from services.programme.capacity import commands, decide
from services.programme.capacity.grants import GRANTS
from services.programme.capacity.written import WRITTEN
from services.programme.core.capability import Capability

CAPABILITY = Capability(
    commands=commands,
    written=WRITTEN,
    rules=(decide,),
    grants=GRANTS,
)
