"""Obligations, rates, trend and breaches by the rules of the domain's section 4, one after the other."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from tests.simulation.oracle.almanac import ONE_DAY, Almanac, Span
from tests.simulation.oracle.log import Entry, Known
from tests.simulation.oracle.papers import Meeting, deadline, fixed_deadline

COUNTED = ("met", "met_late", "partly_met", "not_met", "not_reported")
FAILED = ("partly_met", "not_met", "not_reported")


class Obligations:
    """The obligations as at an instant; ``meeting`` is the one whose pack is made, if one is.

    ``told`` is what is known when the pack is made: another one about its quarter may have fixed the deadline by then.
    """

    def __init__(
        self, known: Known, almanac: Almanac, meeting: Meeting | None = None, told: tuple[Known, Span] | None = None
    ) -> None:
        self.known = known
        self.almanac = almanac
        self.at = known.by
        self.today = almanac.today(known.by)
        self.commitments = sorted(known.of("commitment-agreed"), key=lambda each: _number(each["commitment"]))
        self.partners = sorted(each["partner"] for each in known.of("partner-admitted"))
        self._meeting = meeting
        self._deadlines: dict[str, datetime] = {}
        if told is not None and (fixed := fixed_deadline(told[0], almanac, told[1])) is not None:
            self._deadlines[told[1].label] = fixed
        self._delivered: dict[str, set[date]] = {}

    # -- deadlines ------------------------------------------------------------------------------------------------

    def deadline(self, quarter: Span) -> datetime:
        """Return when the returns of a quarter are due."""
        if quarter.label not in self._deadlines:
            self._deadlines[quarter.label] = deadline(self.known, self.almanac, quarter, self._meeting)
        return self._deadlines[quarter.label]

    def due(self, period: Span) -> datetime:
        """Return the return deadline of the quarter in which a period ends."""
        return self.deadline(self.almanac.quarter(period.last))

    # -- one obligation -------------------------------------------------------------------------------------------

    def status(self, commitment: Entry, partner: str, period: Span) -> str:
        """Return the first of the five rules that fits."""
        if not self._applies(commitment, partner, period):
            return "not_applicable"
        if self._derogated(commitment, partner, period):
            return "derogated"
        kind = commitment["measure"]["kind"]
        due = self.due(period)
        if self._standing(commitment, partner, period, self.at) == "met":
            in_time = kind == "takes_part" or self._standing(commitment, partner, period, min(due, self.at)) == "met"
            return "met" if in_time else "met_late"
        if self.at < due:
            return "not_yet_due"
        return self._standing(commitment, partner, period, self.at)

    def _applies(self, commitment: Entry, partner: str, period: Span) -> bool:
        if not (self._member(partner, period.first) and self._member(partner, period.last)):
            return False
        in_force = commitment.day("in_force_from")
        assert in_force is not None
        if in_force > period.first:
            return False
        withdrawn = self.known.last("commitment-withdrawn", commitment=commitment["commitment"])
        if withdrawn and withdrawn.data["withdrawn_on"] <= period.last.isoformat():
            return False
        if self._target(commitment["measure"], partner) == 0:
            return False
        adopted = self.known.last("commitment-adopted", commitment=commitment["commitment"], partner=partner)
        at_both_ends = all(is_full(self.known, partner, day) for day in (period.first, period.last))
        binds_all = commitment["core"] and at_both_ends
        return bool(binds_all or (adopted and adopted.data["adopted_from"] <= period.first.isoformat()))

    def _member(self, partner: str, day: date) -> bool:
        return is_member(self.known, partner, day)

    def _derogated(self, commitment: Entry, partner: str, period: Span) -> bool:
        return any(
            period.label in each["periods"]
            for each in self.known.of("derogation-granted")
            if (each["commitment"], each["partner"]) == (commitment["commitment"], partner)
        )

    def _standing(self, commitment: Entry, partner: str, period: Span, by: datetime) -> str:
        """Judge by the measure's row in the table, from the facts recorded at or before ``by``."""
        rows = {
            "attestation": self._attested,
            "quantity": self._amounted,
            "evidence": self._evidenced,
            "return_on_time": self._returned,
            "takes_part": self._taking_part,
        }
        return rows[commitment["measure"]["kind"]](commitment, partner, period, by)

    def _amounted(self, commitment: Entry, partner: str, period: Span, by: datetime) -> str:
        measure = commitment["measure"]
        target = self._target(measure, partner)
        assert target is not None
        amounts = [Decimal(each["amount"]) for each in self._reports("quantity", commitment, partner, period, by)]
        if not amounts:
            return "not_reported"
        if sum(amounts) >= target:
            return "met"
        return "partly_met" if sum(amounts) >= target / 2 else "not_met"

    @staticmethod
    def _target(measure: dict[str, Any], partner: str) -> Decimal | None:
        if measure["kind"] != "quantity":
            return None
        return Decimal(measure.get("targets", {}).get(partner, measure["target"]))

    def _evidenced(self, commitment: Entry, partner: str, period: Span, by: datetime) -> str:
        count = len(self._reports("evidence", commitment, partner, period, by))
        if count >= commitment["measure"]["minimum"]:
            return "met"
        return "partly_met" if count else "not_reported"

    def _returned(self, commitment: Entry, partner: str, period: Span, by: datetime) -> str:
        submitted = [
            each
            for each in self.known.of("return-submitted")
            if (each["partner"], each["quarter"]) == (partner, period.label) and each.at <= by
        ]
        return "met" if submitted else "not_reported"

    def _taking_part(self, commitment: Entry, partner: str, period: Span, by: datetime) -> str:
        return "met" if self._in_delivery(partner).intersection(period.days()) else "not_met"

    def _attested(self, commitment: Entry, partner: str, period: Span, by: datetime) -> str:
        of = (commitment["commitment"], partner, period.label)
        answers = [
            each
            for each in self.known.of("commitment-attested")
            if (each["commitment"], each["partner"], each["period"]) == of and each.at <= by
        ]
        if not answers:
            return "not_reported"
        last = answers[-1]
        if last["answer"] == "yes":
            required = commitment["measure"].get("evidence_required")
            return "partly_met" if required and not last["evidence"] else "met"
        return "partly_met" if last["answer"] == "partly" else "not_met"

    def _reports(self, what: str, commitment: Entry, partner: str, period: Span, by: datetime) -> list[Entry]:
        taken_back = {each["report"] for each in self.known.of("report-withdrawn") if each.at <= by}
        kind = "quantity-reported" if what == "quantity" else "evidence-submitted"
        return [
            each
            for each in self.known.of(kind)
            if (each["commitment"], each["partner"]) == (commitment["commitment"], partner)
            and period.first.isoformat() <= each["on"] <= period.last.isoformat()
            and each.at <= by
            and each.number not in taken_back
        ]

    def _in_delivery(self, partner: str) -> set[date]:
        """Return the days on which some project of the partner's was in delivery, walking day by day."""
        if partner not in self._delivered:
            self._delivered[partner] = set()
            for project in self.known.of("project-proposed"):
                days = self._days_in_delivery(project["project"])
                self._delivered[partner] |= {day for day in days if self._is_in(project, partner, day)}
        return self._delivered[partner]

    def _is_in(self, project: Entry, partner: str, day: date) -> bool:
        """Go through who came and went: what was said last of a day holds."""
        inside = partner == project["lead"] or partner in project.data.get("taking_part", ())
        for each in self.known.of("lead-changed", "project-joined", "project-left"):
            if each["project"] != project["project"] or partner not in (each["partner"], each["lead"]):
                continue
            if each["left_on"] is not None:
                inside = inside and day.isoformat() < each["left_on"]
            elif day.isoformat() >= each["since"]:
                inside = True
        return inside

    def _days_in_delivery(self, project: str) -> frozenset[date]:
        moves = [each for each in self.known.of("project-proposed", "project-moved") if each["project"] == project]
        # Nothing that is looked at ends later than the year after the present one.
        end_of_view = self.almanac.year(self.today).last + ONE_DAY * 400
        return _days_in_delivery(tuple((each.on, each["stage"]) for each in moves), end_of_view)

    # -- sets of obligations --------------------------------------------------------------------------------------

    def ending_in(self, quarter: Span) -> list[dict[str, Any]]:
        """Return the obligations whose period ends within a quarter."""
        return [
            self._listed(commitment, partner, period)
            for commitment in self.commitments
            if quarter.first <= (period := self.period(commitment, quarter.last)).last <= quarter.last
            for partner in self.partners
        ]

    def running(self, covered: Span) -> list[dict[str, Any]]:
        """Return the obligations whose period is running today, other than those that the covered quarter counts."""
        return [
            self._listed(commitment, partner, period) | {"counted": False}
            for commitment in self.commitments
            if (period := self.period(commitment, self.today)).first <= self.today <= period.last
            and not covered.first <= period.last <= covered.last
            for partner in self.partners
        ]

    def breaches(self) -> list[dict[str, Any]]:
        """Return the core commitments that a partner failed in the last two periods that fell due and count."""
        found = []
        for commitment in self.commitments:
            for partner in self.partners if commitment["core"] else ():
                if not self._binds_today(commitment, partner):
                    continue
                last_two = self._last_two_due(commitment, partner)
                if len(last_two) == 2 and all(status in FAILED for _, status in last_two):
                    periods = [label for label, _ in last_two]
                    found.append({"commitment": commitment["commitment"], "partner": partner, "periods": periods})
        return found

    def _binds_today(self, commitment: Entry, partner: str) -> bool:
        return self._applies(commitment, partner, Span(self.today, self.today, "today"))

    def _last_two_due(self, commitment: Entry, partner: str) -> list[tuple[str, str]]:
        fell_due = [period for period in self._periods(commitment) if self.due(period) <= self.at]
        counting: list[tuple[str, str]] = []
        for period in reversed(fell_due):
            status = self.status(commitment, partner, period)
            if status in COUNTED:
                counting.insert(0, (period.label, status))
            if len(counting) == 2:
                break
        return counting

    def period(self, commitment: Entry, day: date) -> Span:
        """Return the commitment's period for a day: for one that falls due once, the only one it has."""
        if commitment["period"] == "once":
            return Span(date.fromisoformat(commitment["in_force_from"]), date.fromisoformat(commitment["by"]), "once")
        return self.almanac.year(day) if commitment["period"] == "year" else self.almanac.quarter(day)

    def _periods(self, commitment: Entry) -> list[Span]:
        day = date.fromisoformat(commitment["in_force_from"])
        periods = [self.period(commitment, day)]
        while commitment["period"] != "once" and periods[-1].last < self.today:
            periods.append(self.period(commitment, periods[-1].last + ONE_DAY))
        return periods

    def _listed(self, commitment: Entry, partner: str, period: Span) -> dict[str, Any]:
        return {
            "commitment": commitment["commitment"],
            "partner": partner,
            "period": period.label,
            "status": self.status(commitment, partner, period),
        }


def counts(obligations: list[dict[str, Any]]) -> dict[str, Any]:
    """Count a set of obligations and give its rate, a whole per cent rounded half up."""
    statuses = [each["status"] for each in obligations]
    numbers = {status: statuses.count(status) for status in COUNTED}
    due = sum(numbers.values())
    rate = Fraction(100 * (numbers["met"] + numbers["met_late"]), due) + Fraction(1, 2) if due else None
    return {**numbers, "rate": None if rate is None else rate.numerator // rate.denominator}


def is_member(known: Known, partner: str, day: date) -> bool:
    """Say whether a partner is a member on a day: from the day it joined to the day before it left."""
    joined = known.last("partner-admitted", partner=partner)
    assert joined is not None
    leavings = known.of("partner-left", "partner-leaving-withdrawn")
    last = next((each for each in reversed(leavings) if each["partner"] == partner), None)
    has_left = last is not None and last.kind == "partner-left" and last["left_on"] <= day.isoformat()
    return joined["joined_on"] <= day.isoformat() and not has_left


def is_full(known: Known, partner: str, day: date) -> bool:
    """Say whether a partner is a full member on a day: of changes the latest date holds, of one date the last said."""
    admitted = known.last("partner-admitted", partner=partner)
    assert admitted is not None
    holds, since = admitted["membership"] or "full", ""
    for each in known.of("partner-amended"):
        begins = each["membership_from"]
        if each["partner"] == partner and begins and since <= begins <= day.isoformat():
            holds, since = each["membership"], begins
    return is_member(known, partner, day) and holds == "full"


@cache
def _days_in_delivery(moves: tuple[tuple[date, str], ...], last: date) -> frozenset[date]:
    """Walk day by day: the stage of a day is what was last recorded of it or of a day before."""
    days: set[date] = set()
    day = min(on for on, _ in moves)
    while day <= last:
        if [stage for on, stage in moves if on <= day][-1] == "in_delivery":
            days.add(day)
        day += ONE_DAY
    return frozenset(days)


def _number(reference: str) -> int:
    return int(reference.rsplit("-C", 1)[1])
