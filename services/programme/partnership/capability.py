"""The partnership itself, its people and its holidays, as one capability."""

from __future__ import annotations

from services.programme.core.capability import Capability
from services.programme.partnership import amending, commands, decide, holidays
from services.programme.partnership.written import WRITTEN

CAPABILITY = Capability(
    commands=commands,
    written=WRITTEN,
    rules=(decide, amending, holidays),
)
