"""Meetings, their agendas and written procedures, as one capability."""

from __future__ import annotations

from services.programme.board import agenda, breaches, commands, decide, procedures
from services.programme.board.grants import GRANTS
from services.programme.core.capability import Capability

CAPABILITY = Capability(
    commands=commands,
    rules=(decide, agenda, breaches, procedures),
    grants=GRANTS,
)
