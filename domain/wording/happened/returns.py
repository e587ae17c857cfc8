"""What partners reported, each fact in one sentence."""

from __future__ import annotations

from functools import singledispatch

from contracts.events import Fact
from contracts.events.returns import (
    CommitmentAttested,
    EvidenceSubmitted,
    PartnersReminded,
    QuantityReported,
    ReportKind,
    ReportWithdrawn,
    ReturnSubmitted,
)
from domain.wording.dates import plain_date
from domain.wording.happened.sentences import Named
from domain.wording.numbers import quantity
from domain.wording.sentences import listed, sentence


@singledispatch
def happened(fact: Fact, named: Named) -> str:
    """Return a fact about a report in a sentence or two; empty for a fact about something else."""
    return ""


@happened.register
def _(fact: CommitmentAttested, named: Named) -> str:
    of = "" if fact.period == "once" else f" for {fact.period}"
    return f"{named(fact.partner)} answered “{fact.answer.value}” on “{named(fact.commitment)}”{of}."


@happened.register
def _(fact: QuantityReported, named: Named) -> str:
    return (
        f"{named(fact.partner)} reported {quantity(fact.amount)} on “{named(fact.commitment)}”"
        f" for {plain_date(fact.on)}."
    )


@happened.register
def _(fact: EvidenceSubmitted, named: Named) -> str:
    return f"{named(fact.partner)} submitted “{fact.evidence.title}” as evidence on “{named(fact.commitment)}”."


@happened.register
def _(fact: ReportWithdrawn, named: Named) -> str:
    what = "An amount" if fact.what is ReportKind.QUANTITY else "Evidence"
    taken = f"{what} of {named(fact.partner)} on “{named(fact.commitment)}” for {plain_date(fact.on)}"
    return f"{taken} was taken back. {sentence(fact.reason)}"


@happened.register
def _(fact: ReturnSubmitted, named: Named) -> str:
    changed = ": nothing had changed" if fact.nothing_changed else ""
    return f"{named(fact.partner)} submitted its return for {fact.quarter}{changed}."


@happened.register
def _(fact: PartnersReminded, named: Named) -> str:
    partners = listed([named(each) for each in fact.partners])
    return f"{partners} {'was' if len(fact.partners) == 1 else 'were'} reminded of the return for {fact.quarter}."
