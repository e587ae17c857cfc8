"""Returns, as one capability."""

from __future__ import annotations

from services.programme.core.capability import Capability
from services.programme.returns import commands, decide
from services.programme.returns.grants import GRANTS
from services.programme.returns.written import WRITTEN

CAPABILITY = Capability(
    commands=commands,
    written=WRITTEN,
    rules=(decide,),
    grants=GRANTS,
)
