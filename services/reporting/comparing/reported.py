"""What a pack.json says, as far as two are compared. Editions of every template version can be read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.events.decisions import Outcome
from contracts.events.projects import Confidence, Stage
from domain.figures.compliance import Counts, Status
from domain.figures.load import LoadFlag
from domain.figures.schedule import MilestoneStatus, ScheduleStatus
from services.reporting.pack.data import FORMAT


class NotComparable(Exception):
    """Two packs cannot be compared; the message says why."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ReportedConfidence(_Part):
    """A project's delivery confidence."""

    stated: Confidence | None
    shown: Confidence | None


class ReportedProject(_Part):
    """A project."""

    ref: str
    title: str = ""
    lead: str = ""
    stage: Stage
    confidence: ReportedConfidence
    schedule_status: ScheduleStatus


class ReportedMilestone(_Part):
    """A milestone."""

    ref: str
    title: str = ""
    owner: str = ""
    baseline: date | None
    forecast: date
    actual: date | None
    status: MilestoneStatus
    done_late: bool = False


class ReportedObligation(_Part):
    """An obligation; those that are still running are not counted."""

    commitment: str
    partner: str
    period: str
    status: Status
    counted: bool = True


class ReportedCounts(_Part):
    """How many obligations of a set stand how."""

    met: int
    met_late: int
    partly_met: int
    not_met: int
    not_reported: int

    @property
    def counts(self) -> Counts:
        """The same with its rate."""
        return Counts(self.met, self.met_late, self.partly_met, self.not_met, self.not_reported)


class ReportedBreach(_Part):
    """A breach."""

    commitment: str
    partner: str
    periods: tuple[str, ...]


class ReportedCompliance(_Part):
    """Compliance in the quarter covered."""

    obligations: tuple[ReportedObligation, ...]
    partnership: ReportedCounts
    by_partner: dict[str, ReportedCounts]
    by_commitment: dict[str, ReportedCounts]
    breaches: tuple[ReportedBreach, ...]


class ReportedLoad(_Part):
    """A partner's days in the quarter covered."""

    partner: str
    pledged: Decimal
    released: Decimal
    flags: tuple[LoadFlag, ...]


class ReportedRisk(_Part):
    """A risk."""

    ref: str
    title: str = ""
    owner: str = ""
    score: int
    open: bool


class ReportedDecision(_Part):
    """A decision."""

    ref: str
    text: str = ""
    outcome: Outcome
    carried_out: bool
    failed: str | None = None
    awaits_ratification: bool = False
    superseded_by: str | None = None


class ReportedAction(_Part):
    """An action."""

    ref: str
    text: str = ""
    owner: str = ""
    status: str
    due: date


class ReportedPartner(_Part):
    """A partner."""

    code: str
    name: str
    membership: str = ""
    left_on: date | None = None


class ReportedCommitment(_Part):
    """A commitment by its title."""

    ref: str
    title: str


class ReportedSilence(_Part):
    """A partner of which nothing was recorded."""

    partner: str
    days: int


class ReportedNote(_Part):
    """What a partner wrote to the board with its return."""

    partner: str
    note: str


class ReportedOwned(_Part):
    """Something that a partner which left still leads or owns."""

    ref: str
    partner: str


class Reported(_Part):
    """A pack in figures. What an older template did not have yet is empty."""

    pack: str
    state: str = ""
    partnership: str
    meeting: str
    quarter: str
    cut_off: datetime
    as_at: datetime
    events_taken_in: int
    chain: str
    projects: tuple[ReportedProject, ...]
    milestones: tuple[ReportedMilestone, ...]
    compliance: ReportedCompliance
    load: tuple[ReportedLoad, ...]
    risks: tuple[ReportedRisk, ...] = ()
    decisions: tuple[ReportedDecision, ...]
    actions: tuple[ReportedAction, ...]
    partners: tuple[ReportedPartner, ...] = ()
    commitments: tuple[ReportedCommitment, ...] = ()
    to_hand_over: tuple[ReportedOwned, ...] = ()
    silent: tuple[ReportedSilence, ...]
    notes: tuple[ReportedNote, ...] = ()


class _Format(_Part):
    format: str = Field(pattern=r"^concordat-pack/\d+$")


def read(content: bytes, called: str) -> Reported:
    """Return what a pack.json says. ``called`` is its name in what is told. Raises NotComparable."""
    try:
        form = _Format.model_validate_json(content).format
    except ValidationError:
        raise NotComparable(f"{called} is not the pack.json of a pack") from None
    if form != FORMAT:
        raise NotComparable(f"{called} is written in the format {form}; this version reads {FORMAT}")
    try:
        return Reported.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(str(each) for each in fault["loc"])
        raise NotComparable(f"{called} cannot be read: {place}: {fault['msg']}") from None
