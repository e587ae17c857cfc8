"""A partnership of realistic size with as many years of history as are wanted, made by the very rules of programme.

33 partners, eight commitments, a board that meets four times a year, and 12 projects at work, one of which ends in each
quarter and makes room for another. A quarter leaves about 550 events, most of them when returns are due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from contracts.envelope import CHAIN_START, Recorded, link, unseal
from domain.calendar import Period
from domain.register import Register, apply
from services.programme.core.commands import COMMANDS
from services.programme.core.deciding import Context, decide
from services.programme.core.event_factory import cause_of, not_before_the_last, sealed
from services.programme.core.forward_references import brought_in

PARTNERS = tuple(f"B{number:02d}" for number in range(1, 34))
PROJECTS = tuple(f"P{number:02d}" for number in range(1, 13))
BOARD = PARTNERS[:9]
LAST_YEAR_BEGINS = 2014
"""Every history ends with the financial year 2014-15, however long ago it began."""

_SENTENCES = (
    "The catalogue of the first ten services is live and is being used by readers.",
    "Two services wait for their suppliers; the others go on as planned.",
    "Volunteers have listed a further four thousand photographs.",
    "The group met twice and agreed the standard that all are to follow.",
    "Funding for the second phase has been applied for.",
)


@dataclass
class Partnership:
    """A partnership that grows command by command; ``events`` is its log."""

    code: str
    first_year: int
    register: Register = field(init=False)
    events: list[Recorded] = field(default_factory=list)
    now: datetime = field(init=False)
    _chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.register = Register(self.code)
        self._chance = Random(self.first_year)
        self._quarters = self._meetings = self._decisions = self._actions = 0
        self._projects = list(PROJECTS)
        self._ending = self._proposed = ""

    def live(self) -> None:
        """Live from its forming to the end of the last year."""
        self._form()
        for year in range(self.first_year, LAST_YEAR_BEGINS + 1):
            for quarter in _quarters_of(self.register, year):
                self._live_through(quarter)

    @property
    def last_meeting(self) -> str:
        """Reference of the last meeting, which is scheduled and not yet held."""
        return f"{self.code}-B{self._meetings:02d}"

    def returns(self, quarter: Period) -> Iterator[dict[str, Any]]:
        """Yield all that the partners report for a quarter, as commands in the words of a programme file."""
        for partner in PARTNERS:
            yield from self._return_of(partner, quarter)

    # -- beginning ----------------------------------------------------------------------------------------------------

    def _form(self) -> None:
        formed_on = date(self.first_year, 4, 1)
        self.now = datetime.combine(formed_on, time(9), UTC)
        self._do(
            do="form_partnership",
            code=self.code,
            name="London Archives Partnership",
            formed_on=formed_on,
            board={"quorum_count": 4, "quorum_partners": 3},
        )
        for partner in PARTNERS:
            self._do(
                do="admit_partner",
                code=partner,
                name=f"London Borough of {partner.title()}",
                kind="london_borough",
                joined_on=formed_on,
            )
        for number, partner in enumerate(PARTNERS):
            roles = (
                ["partner_lead"] + (["board_member"] if partner in BOARD else []) + (["chair"] if not number else [])
            )
            self._do(do="appoint_person", name=f"Lead of {partner}", partner=partner, roles=roles)
        self._agree(formed_on)
        for number, project in enumerate(PROJECTS):
            self._do(do="bring_in_project", stage="in_delivery", **self._project(project, number))
        for number in range(1, 13):
            self._do(
                do="raise_risk",
                code=f"R{number:02d}",
                title=f"Risk number {number}",
                cause=_SENTENCES[0],
                effect=_SENTENCES[1],
                likelihood=1 + number % 5,
                impact=1 + number % 4,
                owner=PARTNERS[number],
                response=_SENTENCES[2],
            )

    def _agree(self, formed_on: date) -> None:
        for code, period, measure in (
            ("C1", "quarter", {"kind": "attestation"}),
            ("C2", "quarter", {"kind": "attestation", "evidence_required": True}),
            ("C3", "quarter", {"kind": "attestation"}),
            ("C4", "quarter", {"kind": "quantity", "unit": "days", "target": 6}),
            ("C5", "quarter", {"kind": "quantity", "unit": "visits", "target": 3}),
            ("C6", "year", {"kind": "evidence", "minimum": 2}),
            ("C7", "quarter", {"kind": "return_on_time"}),
            ("C8", "quarter", {"kind": "takes_part"}),
        ):
            self._do(
                do="agree_commitment",
                code=code,
                title=f"What everybody does, number {code[1]}",
                text=_SENTENCES[3],
                core=True,
                in_force_from=formed_on,
                period=period,
                measure=measure,
            )

    # -- a quarter ----------------------------------------------------------------------------------------------------

    def _live_through(self, quarter: Period) -> None:
        self._move_to(quarter.first_day)
        self._work(quarter)
        self._schedule(quarter.last_day + timedelta(days=45))
        self._move_to(quarter.last_day + timedelta(days=1))
        for wish in self.returns(quarter):
            self._do(**wish)
        if quarter.last_day < date(LAST_YEAR_BEGINS + 1, 3, 1):
            self._move_to(quarter.last_day + timedelta(days=45), hour=14)
            self._meet()

    def _work(self, quarter: Period) -> None:
        self._renew()
        for number, project in enumerate(self._projects):
            self._do(do="write_highlight", project=project, progress=self._said(), next=self._said())
            confidence = ("green", "green", "amber", "red")[self._chance.randrange(4)]
            self._do(do="state_confidence", project=project, confidence=confidence, reason=self._said())
            workplan = self.register.milestones_of(f"{self.code}-{project}")
            to_do = [each for each in workplan if each.actual is None]
            if len(to_do) > 4:
                self._do(do="complete_milestone", milestone=to_do[0].reference, on=quarter.first_day)
            forecast = quarter.last_day + timedelta(days=20 + number + self._chance.randrange(90))
            if forecast != to_do[-1].forecast:
                self._do(
                    do="reforecast_milestone",
                    milestone=to_do[-1].reference,
                    forecast=forecast,
                    reason=self._said(),
                )
            self._do(do="add_milestone", project=project, **self._milestone(project, len(workplan) + 1))
        for number in range(1, 7):
            self._do(
                do="reassess_risk",
                risk=f"R{number:02d}",
                likelihood=1 + self._chance.randrange(5),
                impact=1 + self._chance.randrange(5),
                reason=self._said(),
            )

    def _renew(self) -> None:
        """Begin the project that the board approved last, have the oldest one come to its end and propose the next."""
        if self._ending:
            self._do(do="move_project", project=self._proposed, stage="in_delivery")
            self._projects = [*self._projects[1:], self._proposed]
        self._ending = self._projects[0]
        self._do(do="move_project", project=self._ending, stage="closing")
        self._quarters += 1
        self._proposed = f"P{len(PROJECTS) + self._quarters:02d}"
        self._do(do="propose_project", **self._project(self._proposed, self._quarters % len(PROJECTS)))

    def _project(self, code: str, number: int) -> dict[str, Any]:
        return {
            "code": code,
            "title": f"Joint project {code}",
            "purpose": _SENTENCES[number % 5],
            "lead": PARTNERS[number],
            "taking_part": PARTNERS[number + 1 : number + 6],
            "milestones": [self._milestone(code, step) for step in range(1, 7)],
        }

    def _return_of(self, partner: str, quarter: Period) -> Iterator[dict[str, Any]]:
        fate = self._chance.random()
        if fate < 0.05:
            return  # silent
        for commitment in ("C1", "C2", "C3"):
            yield {
                "do": "attest_commitment",
                "commitment": commitment,
                "partner": partner,
                "period": quarter.label,
                "answer": "yes" if fate > 0.15 else "partly",
                "evidence": {"title": "Minutes of the committee", "link": f"https://{partner.lower()}.example/minutes"},
            }
        for month in range(3):
            on = quarter.first_day + timedelta(days=30 * month + 9)
            yield {
                "do": "report_quantity",
                "commitment": "C4",
                "partner": partner,
                "on": on,
                "amount": f"{1 + fate * 3:.2f}",
            }
            yield {"do": "report_quantity", "commitment": "C5", "partner": partner, "on": on, "amount": "1"}
            project = self._chance.choice(self._projects)
            yield {"do": "release_capacity", "partner": partner, "project": project, "on": on, "days": "1.50"}
        yield {"do": "pledge_capacity", "partner": partner, "project": project, "quarter": quarter.label, "days": "5"}
        yield {
            "do": "submit_evidence",
            "commitment": "C6",
            "partner": partner,
            "on": quarter.first_day,
            "title": "Exhibition",
        }
        yield {"do": "submit_return", "partner": partner, "quarter": quarter.label}

    def _schedule(self, on: date) -> None:
        self._meetings += 1
        code = f"B{self._meetings:02d}"
        day = self.register.calendar.next_working_day(on)
        self._do(do="schedule_meeting", code=code, date=day, time="14:00", place="Guildhall")
        for number in range(1, 7):
            self._do(
                do="add_agenda_item",
                meeting=code,
                item=number,
                kind="decision" if number < 5 else "information",
                title=f"Item number {number}",
                about=self._projects[(self._meetings + number) % 12],
                recommendation=self._said(),
                owner=PARTNERS[number],
            )

    def _meet(self) -> None:
        meeting = self.last_meeting
        effects = {
            3: {"move_project": {"project": self._ending, "stage": "closed"}},
            4: {"move_project": {"project": self._proposed, "stage": "approved"}},
        }
        members = [f"{self.code}-U{number + 2:03d}" for number in range(len(BOARD))]
        self._do(do="open_meeting", meeting=meeting, present=members[:7], apologies=members[7:])
        if self._actions:
            self._do(do="complete_action", action=f"A{self._actions:02d}", on=self.now.date(), evidence="Done since.")
        for number in range(1, 5):
            self._decisions += 1
            decision = f"D{self._decisions:02d}"
            self._do(
                do="record_decision",
                meeting=meeting,
                item=number,
                code=decision,
                outcome="agreed",
                text=self._said(),
                effect=effects.get(number),
            )
            self._actions += 1
            action = f"A{self._actions:02d}"
            due = (self.now + timedelta(days=40)).date()
            self._do(
                do="assign_action",
                decision=decision,
                code=action,
                text=self._said(),
                owner=PARTNERS[number],
                due=due,
            )
            if number < 4:
                self._do(do="complete_action", action=action, on=self.now.date(), evidence="Done at once.")
        self._do(do="close_meeting", meeting=meeting)

    def _milestone(self, project: str, step: int) -> dict[str, Any]:
        return {
            "code": f"{project}-M{step:02d}",
            "title": f"Step {step} of the workplan",
            "owner": PARTNERS[(step + self._quarters) % 33],
            "due": self.now.date() + timedelta(days=60 + 45 * (step % 6)),
        }

    # -- how --------------------------------------------------------------------------------------------------------

    def _said(self) -> str:
        return " ".join(self._chance.choice(_SENTENCES) for _ in range(1 + self._chance.randrange(3)))

    def _move_to(self, day: date, hour: int = 9) -> None:
        self.now = max(self.now, self.register.calendar.instant(day, time(hour)))

    def _do(self, **wish: Any) -> None:
        command = COMMANDS[wish.pop("do")].model_validate(wish)
        self.now += timedelta(seconds=7)
        now = not_before_the_last(self.register, self.now)
        secretary = f"{self.code}-U001"
        decided = decide(self.register, command, Context(secretary, now, brought_in(self.code, [command])))
        for event in sealed(self.register, decided, now, cause_of(self.register, secretary, None)):
            apply(self.register, event)
            self.events.append(event)


def partnership(years: int = 3) -> Partnership:
    """Return a partnership that has lived for so many years."""
    made = Partnership("LAP", LAST_YEAR_BEGINS + 1 - years)
    made.live()
    return made


def siblings(log: Sequence[Recorded], count: int) -> Iterator[Sequence[Recorded]]:
    """Yield ``count`` logs that differ from the one given in the partnership's code alone; the first is that log."""
    yield log
    for number in range(1, count):
        yield _renamed(log, f"Q{number:02d}".encode())


def _renamed(log: Sequence[Recorded], code: bytes) -> list[Recorded]:
    renamed: list[Recorded] = []
    chain = CHAIN_START
    for event in log:
        body = event.body.replace(b"LAP", code)
        chain = link(chain, body)
        renamed.append(unseal(body, chain))
    return renamed


def _quarters_of(register: Register, year: int) -> list[Period]:
    return list(register.calendar.quarters_between(date(year, 4, 1), date(year + 1, 3, 31)))
