"""Meetings, their agendas and written procedures, as one capability."""

from __future__ import annotations

from domain.register.board import MEETINGS, PROCEDURES
from services.programme.board import agenda, breaches, commands, decide, procedures, requests
from services.programme.board.grants import GRANTS
from services.programme.board.written import WRITTEN
from services.programme.core.capability import Capability
from services.programme.core.lookup import finding

CAPABILITY = Capability(
    commands=commands,
    written=WRITTEN,
    rules=(decide, agenda, breaches, procedures, requests),
    grants=GRANTS,
    mentions={"meeting": finding(MEETINGS), "procedure": finding(PROCEDURES)},
)
