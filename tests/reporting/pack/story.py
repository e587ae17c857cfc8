"""A small partnership with two board meetings, told so that every section of a pack has something to say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from contracts.events.board import AgendaItemAdded, ItemKind
from contracts.events.capacity import CapacityPledged, CapacityReleased
from contracts.events.commitments import DerogationGranted
from contracts.events.decisions import (
    ActionAssigned,
    ActionCompleted,
    DecisionRatifiedByPartner,
    DecisionRecorded,
    EffectCarriedOut,
    Outcome,
    RatificationRule,
)
from contracts.events.effects import Effect, GrantDerogation, MoveProject
from contracts.events.partnership import PersonAppointed, Role
from contracts.events.projects import (
    Confidence,
    ConfidenceStated,
    HighlightWritten,
    MilestoneAdded,
    MilestoneCompleted,
    MilestoneReforecast,
    MilestonesBaselined,
    ProjectMoved,
    ProjectProposed,
    Stage,
)
from contracts.events.returns import (
    Answer,
    CommitmentAttested,
    EvidenceItem,
    EvidenceSubmitted,
    QuantityReported,
    ReturnSubmitted,
)
from contracts.events.risks import RiskClosed, RiskRaised, RiskReassessed
from services.reporting.pack import ISSUED, Edition, MeetingNotice, PackContent, make_content, previous_pack
from tests.domain.history import CALENDAR, History, at

FIRST, SECOND = "LAP-B01", "LAP-B02"
DAYS = {FIRST: "2014-07-17", SECOND: "2014-10-16"}


def notice(meeting: str, on: str | None = None) -> MeetingNotice:
    """Return the notice of a meeting of the story."""
    day = date.fromisoformat(on or DAYS[meeting])
    return MeetingNotice(
        meeting, day, at("2014-01-01", "14:00").time(), "Metropolitan Archives", CALENDAR.timetable(day)
    )


def content(history: History, edition: Edition = ISSUED, *, first: bool = False) -> PackContent:
    """Return the content of the second meeting's pack, compared with the first one's; or of the first one's."""
    if first:
        return make_content(history.register(notice(FIRST).timetable.cut_off), notice(FIRST), edition=edition)
    before, now = notice(FIRST), notice(SECOND)
    return make_content(
        history.register(now.timetable.cut_off),
        now,
        before=previous_pack(history.register(before.timetable.cut_off), before),
        edition=edition,
    )


def story(*, title: str = "Shared catalogue", text: str = "Ten services are live.") -> History:
    """Tell the story; ``title`` and ``text`` stand wherever a person enters one."""
    history = History("BRE", "HAC", "HAR", "LMA")
    _people(history)
    history.agreed("C1", {"kind": "attestation", "evidence_required": True})
    history.agreed("C2", {"kind": "quantity", "unit": "days", "target": "6"})
    history.agreed("C3", {"kind": "evidence", "minimum": 2}, period="year")
    history.agreed("C4", {"kind": "return_on_time"})
    history.meeting("2014-04-02", "B01", DAYS[FIRST]).meeting("2014-04-02", "B02", DAYS[SECOND])
    _work(history, title, text)
    _first_quarter(history, title)
    _first_meeting(history, text)
    _second_quarter(history, title, text)
    return history


def _people(history: History) -> None:
    for person, partner, roles in (
        ("LAP-U001", None, (Role.SECRETARY,)),
        ("LAP-U002", "BRE", (Role.CHAIR, Role.PARTNER_LEAD)),
        ("LAP-U003", "HAC", (Role.BOARD_MEMBER,)),
        ("LAP-U004", "HAC", (Role.BOARD_MEMBER,)),
        ("LAP-U005", "HAR", (Role.CONTRIBUTOR,)),
    ):
        history.told("2014-04-01", PersonAppointed(person=person, partner=partner, roles=roles))


def _work(history: History, title: str, text: str) -> None:
    history.told(
        "2014-04-02",
        ProjectProposed(
            project="LAP-P01",
            title=title,
            purpose=text,
            lead="LMA",
            taking_part=("BRE", "HAC"),
            stage=Stage.IN_DELIVERY,
            tolerance_days=14,
        ),
        ProjectProposed(
            project="LAP-P02", title="Shared brand", purpose="", lead="HAR", stage=Stage.PROPOSED, tolerance_days=14
        ),
        _milestone("M01", title, "LMA", "2014-07-31"),
        _milestone("M02", "First ten services live", "BRE", "2014-12-19", "LAP-P01-M01"),
        _milestone("M03", "Handed over", "HAC", "2015-03-27", baselined=False),
        ConfidenceStated(project="LAP-P01", confidence=Confidence.GREEN, reason=text),
        RiskRaised(
            risk="LAP-R01",
            title=title,
            cause=text,
            effect="Late",
            likelihood=3,
            impact=3,
            owner="LMA",
            response="Watch it",
        ),
        RiskRaised(
            risk="LAP-R02",
            title="Money",
            cause="Cuts",
            effect="Less",
            likelihood=2,
            impact=5,
            owner="BRE",
            response="Ask",
        ),
    )


def _milestone(code: str, title: str, owner: str, due: str, *needs: str, baselined: bool = True) -> MilestoneAdded:
    day = date.fromisoformat(due)
    return MilestoneAdded(
        milestone=f"LAP-P01-{code}",
        title=title,
        owner=owner,
        forecast=day,
        baseline=day if baselined else None,
        depends_on=needs,
    )


def _first_quarter(history: History, title: str) -> None:
    for partner, days in (("BRE", "6"), ("HAC", "3"), ("LMA", "20")):
        history.told(
            "2014-06-20",
            QuantityReported(commitment="LAP-C2", partner=partner, on=date(2014, 6, 20), amount=Decimal(days)),
            CapacityPledged(partner=partner, project="LAP-P01", quarter="2014-15 Q1", days=Decimal(6)),
            CapacityReleased(partner=partner, project="LAP-P01", on=date(2014, 6, 20), days=Decimal(days)),
        )
    history.told(
        "2014-07-01", attested("BRE", "2014-15 Q1", title), ReturnSubmitted(partner="BRE", quarter="2014-15 Q1")
    )


def attested(partner: str, period: str, title: str) -> CommitmentAttested:
    evidence = EvidenceItem(title=title, link="https://archives.example/evidence?of=1&more=2")
    return CommitmentAttested(commitment="LAP-C1", partner=partner, period=period, answer=Answer.YES, evidence=evidence)


def _first_meeting(history: History, text: str) -> None:
    leave = Effect(grant_derogation=GrantDerogation(commitment="LAP-C2", partner="HAC", periods=("2014-15 Q2",)))
    history.told(
        "2014-07-17",
        DecisionRecorded(
            decision="LAP-D01", meeting=FIRST, item=1, outcome=Outcome.AGREED, text=text, quorate=True, effect=leave
        ),
        DerogationGranted(commitment="LAP-C2", partner="HAC", periods=("2014-15 Q2",), decision="LAP-D01"),
        EffectCarriedOut(decision="LAP-D01"),
        DecisionRecorded(
            decision="LAP-D02",
            meeting=FIRST,
            item=2,
            outcome=Outcome.AGREED,
            text="Approve the brand",
            quorate=True,
            effect=Effect(move_project=MoveProject(project="LAP-P02", stage=Stage.APPROVED)),
            ratified_by=RatificationRule(partners=("BRE", "HAR"), needed=2),
        ),
        DecisionRatifiedByPartner(decision="LAP-D02", partner="BRE", on=date(2014, 7, 17)),
        DecisionRecorded(
            decision="LAP-D03",
            meeting=FIRST,
            item=3,
            outcome=Outcome.AGREED,
            text="Buy the scanner",
            quorate=False,
        ),
        ActionAssigned(
            action="LAP-A01",
            decision="LAP-D01",
            text="Write to Haringey",
            owner="BRE",
            person="LAP-U002",
            due=date(2014, 9, 1),
        ),
        ActionAssigned(action="LAP-A02", decision="LAP-D01", text="Find a room", owner="HAC", due=date(2014, 9, 30)),
    )


def _second_quarter(history: History, title: str, text: str) -> None:
    history.told(
        "2014-08-04",
        MilestoneCompleted(milestone="LAP-P01-M01", actual=date(2014, 8, 29)),
        MilestoneReforecast(milestone="LAP-P01-M02", forecast=date(2015, 1, 16), reason="Two councils are late"),
        MilestoneReforecast(milestone="LAP-P01-M02", forecast=date(2015, 1, 30), reason=text),
        MilestonesBaselined(project="LAP-P01", baselines={"LAP-P01-M03": date(2015, 3, 27)}, decision="LAP-D01"),
        ConfidenceStated(project="LAP-P01", confidence=Confidence.AMBER, reason=text),
        HighlightWritten(project="LAP-P01", progress=text, next="Go on", help_needed="A scanner"),
        ProjectMoved(project="LAP-P02", stage=Stage.APPROVED, decision="LAP-D02"),
        RiskReassessed(risk="LAP-R01", likelihood=4, impact=5, reason=text),
        RiskClosed(risk="LAP-R02", reason="The grant came"),
        QuantityReported(commitment="LAP-C2", partner="HAC", on=date(2014, 6, 25), amount=Decimal(3)),
        CapacityReleased(partner="HAC", project="LAP-P01", on=date(2014, 6, 25), days=Decimal(3)),
        EvidenceSubmitted(
            commitment="LAP-C3", partner="BRE", on=date(2014, 8, 1), evidence=EvidenceItem(title=title, link="ftp://x")
        ),
        ActionCompleted(action="LAP-A02", on=date(2014, 8, 4), evidence="Room 3"),
        CapacityPledged(partner="LMA", project="LAP-P01", quarter="2014-15 Q2", days=Decimal(6)),
        CapacityReleased(partner="LMA", project="LAP-P01", on=date(2014, 8, 1), days=Decimal(20)),
        CapacityPledged(partner="BRE", project="LAP-P01", quarter="2014-15 Q2", days=Decimal(6)),
        attested("BRE", "2014-15 Q2", title),
        ReturnSubmitted(partner="BRE", quarter="2014-15 Q2"),
        AgendaItemAdded(
            meeting=SECOND,
            item=1,
            kind=ItemKind.DECISION,
            title=title,
            about="LAP-P01",
            recommendation=text,
            owner="LMA",
        ),
        AgendaItemAdded(meeting=SECOND, item=2, kind=ItemKind.DECISION, title="Scanner", about="LAP-D03"),
        AgendaItemAdded(meeting=SECOND, item=3, kind=ItemKind.INFORMATION, title="News"),
    )
