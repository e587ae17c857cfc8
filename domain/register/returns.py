"""What partners reported: attestations, amounts, evidence and returns, each with both clocks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from contracts.envelope import Recorded
from contracts.events.returns import (
    Answer,
    CommitmentAttested,
    EvidenceItem,
    EvidenceSubmitted,
    PartnersReminded,
    QuantityReported,
    ReportKind,
    ReportWithdrawn,
    ReturnSubmitted,
)
from domain.register.applying import applies, named_partner
from domain.register.sharing import shared_amount, shared_day

if TYPE_CHECKING:
    from domain.register import Register


class EvidenceEntry(NamedTuple):
    """Something that can be looked at: what it is, and perhaps where."""

    title: str
    link: str | None


class Attestation(NamedTuple):
    """What a partner attested of one period."""

    answer: Answer
    evidence: EvidenceEntry | None
    recorded_at: datetime


class Report(NamedTuple):
    """An amount or an item of evidence; ``report`` is the version of its event, by which a correction names it."""

    report: int
    on: date
    recorded_at: datetime
    amount: Decimal | None = None
    note: str | None = None
    evidence: EvidenceEntry | None = None
    withdrawn_at: datetime | None = None

    def stands_at(self, instant: datetime) -> bool:
        """Say whether the report had been recorded, and not yet withdrawn, at ``instant``."""
        return self.recorded_at <= instant and (self.withdrawn_at is None or self.withdrawn_at > instant)


class Reports(list[Report]):
    """The reports of one partner on one commitment by effective date, those of one day as they were recorded.

    So the reports of a period are found without a look at all that there ever were.
    """

    def enter(self, report: Report) -> None:
        """Put a report in its place."""
        insort(self, report, key=_on)

    def within(self, first: date, last: date) -> list[Report]:
        """Return the reports with an effective date from ``first`` to ``last``."""
        return self[bisect_left(self, first, key=_on) : bisect_right(self, last, key=_on)]


_on = attrgetter("on")


class Submission(NamedTuple):
    """A return as it was submitted, with its note to the board."""

    recorded_at: datetime
    nothing_changed: bool
    actor: str
    note: str | None = None


class Reminder(NamedTuple):
    """That somebody had a partner reminded of a return."""

    recorded_at: datetime
    actor: str


OfCommitment = tuple[str, str]
"""A commitment's reference and a partner's code."""


@dataclass(slots=True)
class Returns:
    """All reports.

    ``attestations`` is by (commitment, partner) and period label, ``submissions`` and ``reminders`` by (partner,
    quarter label), all in the order in which they were recorded.
    """

    attestations: defaultdict[OfCommitment, dict[str, list[Attestation]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    quantities: defaultdict[OfCommitment, Reports] = field(default_factory=lambda: defaultdict(Reports))
    evidence: defaultdict[OfCommitment, Reports] = field(default_factory=lambda: defaultdict(Reports))
    submissions: defaultdict[tuple[str, str], list[Submission]] = field(default_factory=lambda: defaultdict(list))
    reminders: defaultdict[tuple[str, str], list[Reminder]] = field(default_factory=lambda: defaultdict(list))

    def reports(self, what: ReportKind) -> defaultdict[OfCommitment, Reports]:
        """Return the amounts, or the items of evidence, by (commitment, partner)."""
        return self.quantities if what is ReportKind.QUANTITY else self.evidence

    def note(self, partner: str, quarter: str) -> str | None:
        """Return the last note to the board that came with a partner's return for a quarter."""
        notes = (each.note for each in reversed(self.submissions.get((partner, quarter), ())))
        return next((note for note in notes if note is not None), None)

    def latest_standing(self, what: ReportKind, commitment: str, partner: str, on: date) -> Report | None:
        """Return the latest report with this date that has not been withdrawn."""
        dated = self.reports(what).get((commitment, partner), Reports()).within(on, on)
        return next((each for each in reversed(dated) if each.withdrawn_at is None), None)


@applies(CommitmentAttested, about=named_partner)
def attested(register: Register, fact: CommitmentAttested, event: Recorded) -> None:
    by_period = register.returns.attestations[fact.commitment, fact.partner]
    evidence = None if fact.evidence is None else _entry(fact.evidence)
    by_period.setdefault(fact.period, []).append(Attestation(fact.answer, evidence, event.recorded_at))


@applies(QuantityReported, about=named_partner)
def quantity_reported(register: Register, fact: QuantityReported, event: Recorded) -> None:
    register.returns.quantities[fact.commitment, fact.partner].enter(
        Report(event.version, shared_day(fact.on), event.recorded_at, shared_amount(fact.amount), fact.note)
    )


@applies(EvidenceSubmitted, about=named_partner)
def evidence_submitted(register: Register, fact: EvidenceSubmitted, event: Recorded) -> None:
    register.returns.evidence[fact.commitment, fact.partner].enter(
        Report(event.version, shared_day(fact.on), event.recorded_at, evidence=_entry(fact.evidence))
    )


def _entry(item: EvidenceItem) -> EvidenceEntry:
    return EvidenceEntry(item.title, item.link)


@applies(ReportWithdrawn, about=named_partner)
def report_withdrawn(register: Register, fact: ReportWithdrawn, event: Recorded) -> None:
    reports = register.returns.reports(fact.what)[fact.commitment, fact.partner]
    for place, report in enumerate(reports):
        if report.report == fact.report:
            reports[place] = report._replace(withdrawn_at=event.recorded_at)


@applies(ReturnSubmitted, about=named_partner)
def return_submitted(register: Register, fact: ReturnSubmitted, event: Recorded) -> None:
    register.returns.submissions[fact.partner, fact.quarter].append(
        Submission(event.recorded_at, fact.nothing_changed, event.actor, fact.note)
    )


@applies(PartnersReminded)
def partners_reminded(register: Register, fact: PartnersReminded, event: Recorded) -> None:
    for partner in fact.partners:
        register.returns.reminders[partner, fact.quarter].append(Reminder(event.recorded_at, event.actor))
