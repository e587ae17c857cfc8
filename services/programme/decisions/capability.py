"""Decisions and actions, as one capability."""

from __future__ import annotations

from domain.register.decisions import ACTIONS, DECISIONS
from services.programme.core.capability import Capability
from services.programme.core.lookup import finding
from services.programme.decisions import actions, commands, decide
from services.programme.decisions.grants import GRANTS
from services.programme.decisions.written import WRITTEN

CAPABILITY = Capability(
    commands=commands,
    written=WRITTEN,
    rules=(decide, actions),
    grants=GRANTS,
    mentions={"decision": finding(DECISIONS), "supersedes": finding(DECISIONS), "action": finding(ACTIONS)},
)
