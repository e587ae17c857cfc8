"""Commitments, as one capability."""

from __future__ import annotations

from domain.register.commitments import COMMITMENTS
from services.programme.commitments import commands, decide
from services.programme.commitments.grants import GRANTS
from services.programme.commitments.written import WRITTEN
from services.programme.core.capability import Capability
from services.programme.core.lookup import finding

CAPABILITY = Capability(
    commands=commands,
    written=WRITTEN,
    rules=(decide,),
    grants=GRANTS,
    mentions={"commitment": finding(COMMITMENTS)},
    sections={"commitments": commands.AgreeCommitment},
)
