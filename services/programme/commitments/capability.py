"""Commitments, as one capability."""

from __future__ import annotations

from services.programme.commitments import commands, decide
from services.programme.commitments.grants import GRANTS
from services.programme.core.capability import Capability

CAPABILITY = Capability(
    commands=commands,
    rules=(decide,),
    grants=GRANTS,
    sections={"commitments": commands.AgreeCommitment},
)
