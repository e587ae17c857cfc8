"""Returns, as one capability."""

from __future__ import annotations

from services.programme.core.capability import Capability
from services.programme.returns import commands, decide
from services.programme.returns.grants import GRANTS

CAPABILITY = Capability(
    commands=commands,
    rules=(decide,),
    grants=GRANTS,
)
