"""What happened to a risk, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.risks import RiskAmended, RiskClosed, RiskRaised, RiskReassessed, RiskReopened
from domain.wording.happened.sentences import Named, parts_put_right
from domain.wording.sentences import sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about a risk in a sentence or two; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: RiskRaised, named: Named) -> str:
    return f"The risk was raised, with likelihood {fact.likelihood} and impact {fact.impact}."


@happened.register
def _(fact: RiskReassessed, named: Named) -> str:
    return f"Likelihood is {fact.likelihood} and impact {fact.impact} from now on. {sentence(fact.reason)}"


@happened.register
def _(fact: RiskClosed, named: Named) -> str:
    return f"The risk was closed. {sentence(fact.reason)}"


@happened.register
def _(fact: RiskReopened, named: Named) -> str:
    return f"The risk is open again. {sentence(fact.reason)}"


@happened.register
def _(fact: RiskAmended, named: Named) -> str:
    changed = parts_put_right(fact, "title", "cause", "effect", "owner", "response")
    return f"{changed} of the risk put right. {sentence(fact.reason)}"
