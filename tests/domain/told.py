"""A history that has something of everything that pages show, with markup in what people entered."""

from __future__ import annotations

from datetime import date

from contracts.events.board import AgendaItemAdded, ItemKind
from contracts.events.decisions import ActionAssigned, DecisionRecorded, Outcome
from contracts.events.projects import (
    ConfidenceStated,
    MilestoneAdded,
    MilestoneDropped,
    MilestoneReforecast,
    ProjectProposed,
    Stage,
)
from contracts.events.returns import CommitmentAttested, ReturnSubmitted
from contracts.events.risks import RiskRaised
from tests.domain.history import History


def told() -> History:
    """Two partners, one that attests and one that does not, a project that slips, two meetings."""
    history = History("BRE", "HAC").agreed("C1", {"kind": "attestation"})
    history.told(
        "2014-04-02",
        ProjectProposed(
            project="LAP-P01",
            title="Shared catalogue <b>",
            purpose="One place to search.",
            lead="BRE",
            taking_part=("HAC",),
            stage=Stage.IN_DELIVERY,
            tolerance_days=14,
        ),
        MilestoneAdded(
            milestone="LAP-P01-M01",
            title="First ten services",
            owner="BRE",
            forecast=date(2014, 12, 19),
            baseline=date(2014, 12, 19),
            depends_on=(),
        ),
        MilestoneAdded(
            milestone="LAP-P01-M02", title="A <b> second server", owner="HAC", forecast=date(2015, 3, 2), depends_on=()
        ),
        MilestoneDropped(milestone="LAP-P01-M02", reason="One <b> is enough."),
    )
    history.meeting("2014-06-02", "B02", "2014-10-16").meeting("2014-06-02", "B03", "2015-01-15")
    history.told(
        "2014-07-01",
        RiskRaised(
            risk="LAP-R01",
            title="Nobody <b> keys the lists",
            cause="Catalogues exist only as typed lists",
            effect="The search opens with gaps",
            likelihood=4,
            impact=4,
            owner="HAC",
            response="Ask for volunteers.",
        ),
        AgendaItemAdded(
            meeting="LAP-B02",
            item=1,
            kind=ItemKind.DECISION,
            title="New dates <b>",
            about="LAP-P01-M01",
            recommendation="Agree them.",
            owner="BRE",
        ),
    )
    history.told("2014-08-01", ConfidenceStated(project="LAP-P01", confidence="green", reason="On course."))
    history.told("2014-09-01", MilestoneReforecast(milestone="LAP-P01-M01", forecast=date(2015, 1, 30), reason="Late."))
    history.told(
        "2014-09-02",
        DecisionRecorded(
            decision="LAP-D01",
            meeting="LAP-B02",
            item=1,
            outcome=Outcome.AGREED,
            text="The dates <b> are agreed.",
            quorate=True,
        ),
        ActionAssigned(
            action="LAP-A01", decision="LAP-D01", text="Tell <b> everyone.", owner="HAC", due=date(2014, 10, 9)
        ),
    )
    attested = CommitmentAttested(commitment="LAP-C1", partner="BRE", period="2014-15 Q2", answer="yes")
    return history.told("2014-10-01", attested, ReturnSubmitted(partner="BRE", quarter="2014-15 Q2"))
