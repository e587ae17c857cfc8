"""The commitments, who has adopted the optional ones, and derogations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from contracts.envelope import Recorded
from contracts.events.commitments import (
    AdoptionWithdrawn,
    CommitmentAdopted,
    CommitmentAgreed,
    CommitmentAmended,
    CommitmentWithdrawn,
    DerogationGranted,
    Measure,
    PeriodKind,
)
from domain.calendar import ONCE, Calendar, Period
from domain.register import amendments
from domain.register.applying import applies, named_partner
from domain.register.kinds import Kind

if TYPE_CHECKING:
    from domain.register import Register


@dataclass(frozen=True, slots=True)
class Derogation:
    """A board's leave for a partner not to meet a commitment for stated periods."""

    partner: str
    periods: tuple[str, ...]
    decision: str
    recorded_at: datetime


@dataclass(slots=True)
class Commitment:
    """Something that each partner agrees to do; ``adopted_from`` is by partner, for optional ones."""

    reference: str
    title: str
    text: str
    core: bool
    in_force_from: date
    period: PeriodKind
    by: date | None
    measure: Measure
    decision: str | None = None
    withdrawn_on: date | None = None
    adopted_from: dict[str, date] = field(default_factory=dict)
    derogations: list[Derogation] = field(default_factory=list)

    def periods_latest_first(self, calendar: Calendar, last: date) -> Iterator[Period]:
        """Yield the commitment's periods that begin by ``last``, back to the one that it came into force in.

        A period that had begun before the commitment was in force is among them: it is *not applicable* to everyone.
        """
        period = self.period_of(calendar, last)
        if self.period is PeriodKind.ONCE:
            yield from [period] if period.first_day <= last else []
            return
        while period.last_day >= self.in_force_from:
            yield period
            period = self.period_of(calendar, period.first_day - timedelta(days=1))

    def period_labelled(self, calendar: Calendar, label: str) -> Period:
        """Return the period with this label. Raises ValueError, in a sentence, where the commitment has none such."""
        if self.period is PeriodKind.ONCE:
            if label != ONCE:
                raise ValueError(f"{self.reference} falls due once; its period is written {ONCE!r}, not {label!r}")
            return self.once
        return calendar.year(label) if self.period is PeriodKind.YEAR else calendar.quarter(label)

    def period_of(self, calendar: Calendar, day: date) -> Period:
        """Return the period in which ``day`` lies."""
        if self.period is PeriodKind.ONCE:
            return self.once
        return calendar.year_of(day) if self.period is PeriodKind.YEAR else calendar.quarter_of(day)

    @property
    def once(self) -> Period:
        """The one period of a commitment that falls due once."""
        return Period(self.in_force_from, self.by or self.in_force_from, ONCE)

    def is_derogated(self, partner: str, period: Period) -> bool:
        """Say whether a derogation of ``partner`` covers ``period``."""
        return any(period.label in each.periods for each in self.derogations if each.partner == partner)


COMMITMENTS: Kind[Commitment] = Kind("commitment", "C", lambda register: register.commitments, digits=1)


@applies(CommitmentAgreed)
def agreed(register: Register, fact: CommitmentAgreed, event: Recorded) -> None:
    register.commitments[fact.commitment] = Commitment(
        reference=fact.commitment,
        title=fact.title,
        text=fact.text,
        core=fact.core,
        in_force_from=fact.in_force_from,
        period=fact.period,
        by=fact.by,
        measure=fact.measure,
        decision=fact.decision,
    )


@applies(CommitmentAmended)
def amended(register: Register, fact: CommitmentAmended, event: Recorded) -> None:
    commitment = register.commitments[fact.commitment]
    title, text = fact.title or commitment.title, commitment.text if fact.text is None else fact.text
    changes = {"title": (commitment.title, title), "text": (commitment.text, text)}
    amendments.note(register, event, fact.commitment, fact.reason, changes)
    commitment.title, commitment.text = title, text


@applies(CommitmentWithdrawn)
def withdrawn(register: Register, fact: CommitmentWithdrawn, event: Recorded) -> None:
    register.commitments[fact.commitment].withdrawn_on = fact.withdrawn_on


@applies(CommitmentAdopted, about=named_partner)
def adopted(register: Register, fact: CommitmentAdopted, event: Recorded) -> None:
    register.commitments[fact.commitment].adopted_from[fact.partner] = fact.adopted_from


@applies(AdoptionWithdrawn, about=named_partner)
def adoption_withdrawn(register: Register, fact: AdoptionWithdrawn, event: Recorded) -> None:
    commitment = register.commitments[fact.commitment]
    since = commitment.adopted_from.pop(fact.partner)
    by = register.partners[fact.partner].name
    amendments.note(register, event, fact.commitment, fact.reason, {f"adoption by {by}": (since, None)})


@applies(DerogationGranted)
def derogated(register: Register, fact: DerogationGranted, event: Recorded) -> None:
    register.commitments[fact.commitment].derogations.append(
        Derogation(fact.partner, fact.periods, fact.decision, event.recorded_at)
    )
