"""How what happened to a risk is told."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.risks import RiskAmended, RiskClosed, RiskRaised, RiskReassessed, RiskReopened
from domain.register import Register
from domain.wording.happened.risks import happened
from services.programme.pages.changing import Link, offered
from services.programme.pages.happened import Telling, by_kind
from services.programme.risks.changes import CHANGES, RISK
from services.runtime.web.partnership.view import View

_PUT_RIGHT: dict[type[Fact], tuple[str, str]] = {
    RiskRaised: ("amend", "Correct this"),
    RiskAmended: ("amend", "Correct this"),
    RiskReassessed: ("reassess", "Correct this"),
    RiskClosed: ("reopen", "Undo"),
    RiskReopened: ("close", "Undo"),
}


def _links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    return offered(view, RISK, view.register.risks[event.fact.subject(view.code)], CHANGES, reader)


TELLING = Telling(happened, by_kind(_PUT_RIGHT), _links)


def telling_of(register: Register, event: Recorded) -> Telling:
    """Return how an event is told, and put right."""
    return TELLING
