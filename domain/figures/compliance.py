"""Obligations, their status as at an instant, and compliance rates. Source: domain.md section 4."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from contracts.events.commitments import QuantityMeasure, TakesPartMeasure
from contracts.references import number_of
from domain.calendar import Period
from domain.figures.measures import Fulfilment, judge
from domain.register import Register
from domain.register.commitments import Commitment
from domain.register.papers import MeetingNotice, return_deadlines
from domain.register.partners import Partner

TREND_QUARTERS = 4


class Status(StrEnum):
    """How an obligation stands."""

    MET = "met"
    MET_LATE = "met_late"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_REPORTED = "not_reported"
    NOT_YET_DUE = "not_yet_due"
    DEROGATED = "derogated"
    NOT_APPLICABLE = "not_applicable"


FAILED = frozenset({Status.PARTLY_MET, Status.NOT_MET, Status.NOT_REPORTED})
UNCOUNTED = frozenset({Status.NOT_YET_DUE, Status.DEROGATED, Status.NOT_APPLICABLE})


class Obligation(NamedTuple):
    """One commitment, one partner, one period, as it stands at an instant; ``progress`` says on what that rests."""

    commitment: str
    partner: str
    period: Period
    due: datetime
    status: Status
    progress: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many obligations of a set stand how; ``rate`` is a whole per cent, or None where none is due."""

    met: int = 0
    met_late: int = 0
    partly_met: int = 0
    not_met: int = 0
    not_reported: int = 0

    @property
    def fulfilled(self) -> int:
        """Met in time or late."""
        return self.met + self.met_late

    @property
    def due(self) -> int:
        """All that count: the divisor of the rate."""
        return self.fulfilled + self.partly_met + self.not_met + self.not_reported

    @property
    def rate(self) -> int | None:
        """(met + met late) ÷ all that count, as a whole per cent rounded half up."""
        return None if self.due == 0 else (200 * self.fulfilled + self.due) // (2 * self.due)


@dataclass(frozen=True, slots=True)
class QuarterCompliance:
    """The obligations whose period ends within one quarter, and their counts."""

    quarter: Period
    obligations: tuple[Obligation, ...]
    partnership: Counts
    by_partner: dict[str, Counts]
    by_commitment: dict[str, Counts]


class Compliance:
    """The obligations of one partnership as at an instant, which the register must not lie behind.

    ``own`` is the meeting of the pack that is made, which counts as if it had been known so: it may have been entered
    or moved after its cut-off. Orders: commitments by number, partners by code, periods by date.
    """

    def __init__(self, register: Register, at: datetime, own: MeetingNotice | None = None) -> None:
        self.register = register
        self.at = at
        self.calendar = register.calendar
        self.commitments = sorted(register.commitments.values(), key=lambda each: number_of(each.reference))
        self.partners = sorted(register.partners.values(), key=lambda each: each.code)
        self._deadlines = return_deadlines(register, at, own)
        # Breaches and the trend look at many of the same obligations.
        self._judged: dict[tuple[str, str, str], Obligation] = {}
        self._due: dict[date, datetime] = {}
        self._in_delivery: dict[Period, Counter[str]] = {}

    def deadline(self, quarter: Period) -> datetime:
        """Return the return deadline of ``quarter``."""
        return self._deadlines.get(quarter) or self.calendar.default_deadline(quarter)

    def due(self, period: Period) -> datetime:
        """Return the due instant of obligations with this period: the deadline of the quarter in which it ends."""
        due = self._due.get(period.last_day)
        if due is None:
            due = self._due[period.last_day] = self.deadline(self.calendar.quarter_of(period.last_day))
        return due

    def obligation(self, commitment: Commitment, partner: Partner, period: Period) -> Obligation:
        """Return the obligation with its status: the first of the five rules that fits."""
        key = (commitment.reference, partner.code, period.label)
        judged = self._judged.get(key)
        if judged is None:
            judged = self._judged[key] = self._judge(commitment, partner, period)
        return judged

    def _judge(self, commitment: Commitment, partner: Partner, period: Period) -> Obligation:
        due = self.due(period)
        now = judge(self.register, commitment, partner.code, period, self.at, self._delivering)
        status = self._status(commitment, partner, period, due, now.fulfilment)
        return Obligation(commitment.reference, partner.code, period, due, status, now.progress)

    def quarter(self, quarter: Period) -> QuarterCompliance:
        """Return the obligations whose period ends within ``quarter``, and their counts."""
        obligations = tuple(
            self.obligation(commitment, partner, period)
            for commitment in self.commitments
            if (period := commitment.period_of(self.calendar, quarter.last_day)).last_day in quarter
            for partner in self.partners
        )
        return QuarterCompliance(
            quarter=quarter,
            obligations=obligations,
            partnership=tally(obligations),
            by_partner=self._by(obligations, [each.code for each in self.partners], lambda each: each.partner),
            by_commitment=self._by(
                obligations, [each.reference for each in self.commitments], lambda each: each.commitment
            ),
        )

    def trend(self, quarter: Period) -> list[QuarterCompliance]:
        """Return the four quarters before ``quarter``, oldest first, counted as at the same instant."""
        return [self.quarter(self.calendar.quarter_before(quarter, count)) for count in range(TREND_QUARTERS, 0, -1)]

    def running(self, quarter: Period) -> list[Obligation]:
        """Return the obligations whose period is running on the local date, other than those counted in ``quarter``."""
        today = self.calendar.local_date(self.at)
        return [
            self.obligation(commitment, partner, period)
            for commitment in self.commitments
            if today in (period := commitment.period_of(self.calendar, today)) and period.last_day not in quarter
            for partner in self.partners
        ]

    def due_latest_first(self, commitment: Commitment, partner: Partner) -> Iterator[Obligation]:
        """Yield the obligations of one partner that have fallen due, the latest period first."""
        today = self.calendar.local_date(self.at)
        for period in commitment.periods_latest_first(self.calendar, today):
            if self.due(period) <= self.at:
                yield self.obligation(commitment, partner, period)

    def _status(
        self, commitment: Commitment, partner: Partner, period: Period, due: datetime, now: Fulfilment
    ) -> Status:
        if not is_bound(commitment, partner, period):
            return Status.NOT_APPLICABLE
        if commitment.is_derogated(partner.code, period):
            return Status.DEROGATED
        if now is Fulfilment.MET:
            return Status.MET if self._was_met_in_time(commitment, partner, period, due) else Status.MET_LATE
        if self.at < due:
            return Status.NOT_YET_DUE
        return Status(now.value)

    def _was_met_in_time(self, commitment: Commitment, partner: Partner, period: Period, due: datetime) -> bool:
        # Taking part is derived from stages and needs no report, so it cannot be reported late.
        if self.at <= due or isinstance(commitment.measure, TakesPartMeasure):
            return True
        then = judge(self.register, commitment, partner.code, period, due, self._delivering)
        return then.fulfilment is Fulfilment.MET

    def _delivering(self, period: Period) -> Counter[str]:
        """Return by partner in how many projects it was, in a period, while they were in delivery."""
        # Asked for each of the partners, and the projects of many years are many.
        found = self._in_delivery.get(period)
        if found is None:
            every = (each.delivered_by(period.first_day, period.last_day) for each in self.register.projects.values())
            found = self._in_delivery[period] = Counter(chain.from_iterable(every))
        return found

    @staticmethod
    def _by(
        obligations: Iterable[Obligation], keys: Iterable[str], key_of: Callable[[Obligation], str]
    ) -> dict[str, Counts]:
        grouped: dict[str, list[Obligation]] = {key: [] for key in keys}
        for obligation in obligations:
            grouped[key_of(obligation)].append(obligation)
        return {key: tally(each) for key, each in grouped.items()}


def tally(obligations: Iterable[Obligation]) -> Counts:
    """Count a set of obligations; those not yet due, derogated or not applicable are in neither number."""
    counted = Counter(str(each.status) for each in obligations if each.status not in UNCOUNTED)
    return Counts(**counted)


def by_partner_and_commitment(obligations: Iterable[Obligation]) -> dict[tuple[str, str], Obligation]:
    """Return obligations by the partner's code and the commitment's reference."""
    return {(each.partner, each.commitment): each for each in obligations}


def is_bound(commitment: Commitment, partner: Partner, period: Period) -> bool:
    """Say whether a commitment binds a partner for a period.

    A core one binds whoever is a full member at both ends of it; besides, whoever had adopted it by its first day.
    """
    if not partner.is_member_throughout(period):
        return False
    if commitment.in_force_from > period.first_day:
        return False
    if commitment.withdrawn_on is not None and commitment.withdrawn_on <= period.last_day:
        return False
    if _asks_nothing(commitment, partner):
        return False
    if commitment.core and partner.is_full_member_at_both_ends(period):
        return True
    adopted_from = commitment.adopted_from.get(partner.code)
    return adopted_from is not None and adopted_from <= period.first_day


def _asks_nothing(commitment: Commitment, partner: Partner) -> bool:
    """A partner whose own target is 0 has no such obligation."""
    measure = commitment.measure
    return isinstance(measure, QuantityMeasure) and measure.target_for(partner.code) == 0
