"""A partnership's history told fact by fact, for tests of what follows from it."""

from __future__ import annotations

from datetime import date, datetime, time

from contracts.envelope import Cause, Position, Recorded, seal
from contracts.events import Fact
from contracts.events.board import MeetingScheduled
from contracts.events.commitments import CommitmentAgreed, PeriodKind
from contracts.events.partners import PartnerAdmitted, PartnerKind
from contracts.events.partnership import BoardRules, PartnershipFormed, PersonAppointed, Role
from domain.calendar import Calendar
from domain.register import Register, fold
from tests.bank_holidays import facts, recorded

SECRETARY = "LAP-U001"
FORMED_ON = date(2014, 4, 1)
YEARS = (2013, 2014, 2015, 2016)
CALENDAR = Calendar(bank_holidays=recorded("GB-ENG", *YEARS))


def at(day: str, clock: str = "12:00") -> datetime:
    """Return the instant at which London's clocks show ``clock`` on ``day``."""
    return CALENDAR.instant(date.fromisoformat(day), time.fromisoformat(clock))


class History:
    """Facts in the order in which they are told; each is recorded at noon of its day unless a time is given.

    ``holiday_set`` "none" leaves out the holidays of the years that the tests speak of.
    """

    def __init__(self, *partners: str, holiday_set: str = "GB-ENG", imported_at: datetime | None = None) -> None:
        self.events: list[Recorded] = []
        holidays = () if holiday_set == "none" else facts(holiday_set, *YEARS)
        formed = PartnershipFormed(
            name="London Archives Partnership",
            vision="",
            formed_on=FORMED_ON,
            financial_year_start_month=4,
            timezone="Europe/London",
            holidays=holiday_set,
            board=BoardRules(),
            imported_at=imported_at,
        )
        self.told("2014-04-01", formed, *holidays, clock="09:00")
        for code in partners:
            self.admitted("2014-04-01", code)

    def told(self, day: str, *facts: Fact, clock: str = "12:00", by: str = SECRETARY) -> History:
        """Record these facts on ``day``."""
        instant = at(day, clock)
        for fact in facts:
            previous = self.events[-1].position if self.events else Position()
            cause = Cause(by, "told", "told")
            self.events.append(
                seal(
                    "programme",
                    "LAP",
                    previous,
                    fact,
                    recorded_at=instant,
                    effective_on=CALENDAR.local_date(instant),
                    cause=cause,
                )
            )
        return self

    def appointed(self, person: str, *roles: Role, partners: tuple[str, ...] = ()) -> History:
        """Record on the first day that a person was appointed."""
        return self.told("2014-04-01", PersonAppointed(person=person, partners=partners, roles=roles))

    def admitted(self, day: str, code: str, joined_on: str | None = None) -> History:
        """Record that a borough of this code joined."""
        joined = date.fromisoformat(joined_on or day)
        kind = PartnerKind.LONDON_BOROUGH
        return self.told(day, PartnerAdmitted(partner=code, name=f"London Borough {code}", kind=kind, joined_on=joined))

    def agreed(
        self, code: str, measure: dict, *, period: str = "quarter", core: bool = True, **more: object
    ) -> History:
        """Record a commitment, in force from the day the partnership was formed unless said otherwise."""
        fact = CommitmentAgreed(
            commitment=f"LAP-{code}",
            title=f"Commitment {code}",
            text="",
            core=core,
            in_force_from=more.pop("in_force_from", FORMED_ON),
            period=PeriodKind(period),
            measure=measure,
            **more,
        )
        return self.told("2014-04-01", fact)

    def meeting(self, day: str, code: str, on: str) -> History:
        """Record that a board meeting was scheduled for ``on``."""
        return self.told(day, MeetingScheduled(meeting=f"LAP-{code}", date=date.fromisoformat(on), time=time(14, 0)))

    def register(self, as_at: datetime | None = None) -> Register:
        """Return the register of what had been recorded by ``as_at``, or of everything."""
        return fold("LAP", (event for event in self.events if as_at is None or event.recorded_at <= as_at))
