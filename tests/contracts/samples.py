"""One fact of every kind, as a plausible partnership would have it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from contracts.events import (
    Fact,
    board,
    capacity,
    commitments,
    decisions,
    effects,
    partners,
    partnership,
    projects,
    reporting,
    returns,
    risks,
)

EVIDENCE = returns.EvidenceItem(title="Minutes of the joint committee", link="https://brent.example/minutes")
EFFECT = effects.Effect(
    set_baseline=effects.SetBaseline(project="LAP-P01", milestones={"LAP-P01-M02": date(2015, 1, 30)})
)

SAMPLES: tuple[Fact, ...] = (
    partnership.PartnershipFormed(
        name="London Archives Partnership",
        vision="To enable a collaborative, creative and cost-effective approach.",
        formed_on=date(2014, 4, 1),
        financial_year_start_month=4,
        timezone="Europe/London",
        holidays="GB-ENG",
        board=partnership.BoardRules(quorum_count=4, quorum_partners=3, must_attend=("LMA",)),
    ),
    partnership.PartnershipAmended(
        name="Greater London Archives",
        holidays="GB-SCT",
        board=partnership.BoardAmendment(clear_days=7),
        holds_from=date(2015, 4, 1),
        reason="The joint committee agreed a new constitution.",
    ),
    partnership.HolidaysRecorded(
        holiday_set="GB-ENG",
        year=2014,
        holidays=(
            partnership.Holiday(on=date(2014, 4, 18), name="Good Friday"),
            partnership.Holiday(on=date(2014, 12, 25), name="Christmas Day"),
        ),
    ),
    partnership.HolidayAdded(on=date(2022, 9, 19), name="State Funeral of Queen Elizabeth II"),
    partnership.HolidayRemoved(on=date(2020, 5, 4), reason="Moved to Friday 8 May"),
    partnership.PersonAppointed(person="LAP-U002", partner="BRE", roles=(partnership.Role.CHAIR,)),
    partners.PartnerAdmitted(
        partner="BRE",
        name="London Borough of Brent",
        kind=partners.PartnerKind.LONDON_BOROUGH,
        gss="E09000005",
        joined_on=date(2014, 4, 1),
    ),
    partnership.RolesEnded(person="LAP-U002", partner="BRE", roles=(partnership.Role.CHAIR,), on=date(2015, 4, 1)),
    partners.PartnerAmended(
        partner="BRE",
        name="Brent Council",
        kind=partners.PartnerKind.LONDON_BOROUGH,
        gss="E09000005",
        membership=partners.Membership.SUPPORTING,
        membership_from=date(2015, 4, 1),
        reason="Renamed, and supporting from the new year.",
    ),
    partners.PartnerLeft(partner="BRE", left_on=date(2015, 7, 1), decision="LAP-D04"),
    partners.PartnerLeavingWithdrawn(partner="BRE", left_on=date(2015, 7, 1), reason="The wrong partner was ticked."),
    commitments.CommitmentAgreed(
        commitment="LAP-C2",
        title="Release agreed staff time",
        text="Each authority releases the days it has agreed.",
        core=True,
        in_force_from=date(2014, 4, 1),
        period=commitments.PeriodKind.QUARTER,
        measure=commitments.QuantityMeasure(
            kind="quantity", unit="days", target=Decimal(6), targets={"LMA": Decimal("20.50")}
        ),
    ),
    commitments.CommitmentAmended(commitment="LAP-C2", title="Release staff time", reason="Shorter."),
    commitments.CommitmentWithdrawn(commitment="LAP-C2", withdrawn_on=date(2015, 4, 1), decision="LAP-D05"),
    commitments.CommitmentAdopted(commitment="LAP-C5", partner="HAC", adopted_from=date(2014, 7, 1)),
    commitments.AdoptionWithdrawn(commitment="LAP-C5", partner="BRE", reason="The wrong one was chosen."),
    commitments.DerogationGranted(
        commitment="LAP-C2", partner="HAC", periods=("2014-15 Q2", "2014-15 Q3"), decision="LAP-D02"
    ),
    projects.ProjectProposed(
        project="LAP-P01",
        title="Shared London archives catalogue",
        purpose="One place to search.",
        lead="LMA",
        taking_part=("BRE", "HAC"),
        stage=projects.Stage.IN_DELIVERY,
        tolerance_days=14,
    ),
    projects.ProjectMoved(project="LAP-P01", stage=projects.Stage.PAUSED, decision="LAP-D03"),
    projects.ConfidenceStated(project="LAP-P01", confidence=projects.Confidence.AMBER, reason="Two services are late."),
    projects.HighlightWritten(
        project="LAP-P01", progress="Standard agreed.", next="First ten.", help_needed="A cataloguer."
    ),
    projects.MilestoneAdded(
        milestone="LAP-P01-M02",
        title="First ten services live",
        owner="BRE",
        person="LAP-U002",
        forecast=date(2014, 12, 19),
        baseline=date(2014, 12, 19),
        depends_on=("LAP-P01-M01",),
    ),
    projects.MilestonesBaselined(project="LAP-P01", baselines={"LAP-P01-M02": date(2015, 1, 30)}, decision="LAP-D03"),
    projects.MilestoneReforecast(milestone="LAP-P01-M02", forecast=date(2015, 1, 30), reason="Data came late."),
    projects.LeadChanged(project="LAP-P01", lead="BRE", since=date(2014, 10, 1), reason="LMA moves house."),
    projects.ProjectJoined(project="LAP-P01", partner="HAR", since=date(2014, 10, 1)),
    projects.ProjectLeft(project="LAP-P01", partner="HAC", left_on=date(2014, 11, 1), reason="No archive any more."),
    projects.ProjectAmended(project="LAP-P01", title="Shared London catalogue", reason="It was misspelt."),
    projects.MilestoneAmended(
        milestone="LAP-P01-M02", owner="HAC", depends_on=("LAP-P01-M01",), reason="Hackney takes it on."
    ),
    projects.MilestoneDropped(milestone="LAP-P01-M02", reason="Not needed.", decision="LAP-D03"),
    projects.MilestoneReopened(milestone="LAP-P01-M02", reason="It was ticked by mistake."),
    projects.MilestoneCompleted(milestone="LAP-P01-M02", actual=date(2015, 1, 28)),
    capacity.CapacityPledged(partner="BRE", project="LAP-P01", quarter="2014-15 Q2", days=Decimal("6.00")),
    capacity.CapacityReleased(partner="BRE", project="LAP-P01", on=date(2014, 8, 1), days=Decimal("4.50")),
    capacity.ReleaseWithdrawn(
        partner="BRE", project="LAP-P01", on=date(2014, 8, 1), release=17, reason="Counted twice."
    ),
    returns.CommitmentAttested(
        commitment="LAP-C1", partner="BRE", period="2014-15 Q2", answer=returns.Answer.YES, evidence=EVIDENCE
    ),
    returns.QuantityReported(
        commitment="LAP-C2", partner="BRE", on=date(2014, 8, 1), amount=Decimal("2.25"), note="Two people."
    ),
    returns.EvidenceSubmitted(commitment="LAP-C3", partner="BRE", on=date(2014, 8, 1), evidence=EVIDENCE),
    returns.ReportWithdrawn(
        what=returns.ReportKind.QUANTITY,
        commitment="LAP-C2",
        partner="BRE",
        on=date(2014, 8, 1),
        report=20,
        reason="Entered twice.",
    ),
    returns.ReturnSubmitted(partner="BRE", quarter="2014-15 Q2", nothing_changed=True),
    returns.PartnersReminded(
        quarter="2014-15 Q2", deadline=datetime(2014, 10, 2, 16, 0, tzinfo=UTC), partners=("BRE", "CMD")
    ),
    board.MeetingScheduled(meeting="LAP-B02", date=date(2014, 10, 16), time=time(14, 0), place="City Hall"),
    board.MeetingMoved(meeting="LAP-B02", date=date(2014, 10, 23), time=time(10, 30)),
    board.MeetingCancelled(meeting="LAP-B02", reason="No quorum expected."),
    board.AgendaItemAdded(
        meeting="LAP-B02",
        item=101,
        kind=board.ItemKind.DECISION,
        title="Breach of LAP-C1 by Haringey",
        about="LAP-C1",
        recommendation="To agree what follows.",
        owner="HAR",
        breach=board.BreachNoted(commitment="LAP-C1", partner="HAR", periods=("2014-15 Q1", "2014-15 Q2")),
    ),
    board.ChangeRequested(
        meeting="LAP-B02",
        item=102,
        title="Another month for the catalogue",
        about="LAP-P01",
        recommendation="To agree the new dates, as the supplier was late.",
        owner="LMA",
        effect=EFFECT,
    ),
    board.AgendaItemAmended(
        meeting="LAP-B02", item=2, kind=board.ItemKind.DISCUSSION, title="The catalogue", about="LAP-P01", owner="LMA"
    ),
    board.AgendaItemRemoved(meeting="LAP-B02", item=2, reason="It comes to the next meeting."),
    board.MeetingOpened(
        meeting="LAP-B02", present=("LAP-U002",), apologies=("LAP-U003",), substitutes={"LAP-U003": "LAP-U004"}
    ),
    board.InterestDeclared(
        meeting="LAP-B02",
        item=2,
        person="LAP-U002",
        nature="Employed by the supplier.",
        follows=board.InterestFollows.WITHDRAWS,
    ),
    board.InterestWithdrawn(meeting="LAP-B02", item=2, person="LAP-U002", reason="It was meant for item 3."),
    board.AttendanceAmended(meeting="LAP-B02", present=("LAP-U002", "LAP-U003")),
    board.MeetingClosed(meeting="LAP-B02"),
    board.WrittenProcedureOpened(
        procedure="LAP-W01",
        title="Joint bid",
        text="To submit the bid.",
        closes_at=datetime(2014, 11, 20, 17, tzinfo=UTC),
        about="LAP-D01",
        effect=EFFECT,
    ),
    board.WrittenProcedureAnswered(procedure="LAP-W01", person="LAP-U002", answer=board.Vote.FOR),
    board.WrittenProcedureClosed(procedure="LAP-W01", quorate=True, passed=True),
    decisions.DecisionRecorded(
        decision="LAP-D01",
        meeting="LAP-B02",
        item=2,
        outcome=decisions.Outcome.AGREED_AS_AMENDED,
        text="The baseline moves to 30 January 2015.",
        reasons="The data came late.",
        alternatives="To drop two services.",
        votes=decisions.Votes.model_validate({"for": ["LAP-U002"], "against": [], "abstained": ["LAP-U003"]}),
        quorate=True,
        effect=EFFECT,
        ratified_by=decisions.RatificationRule(partners=("BRE", "HAC"), needed=2),
        supersedes="LAP-D00",
    ),
    decisions.RecommendationRatified(decision="LAP-D01", by="LAP-W01"),
    decisions.DecisionRatifiedByPartner(decision="LAP-D01", partner="BRE", on=date(2014, 11, 3)),
    decisions.EffectCarriedOut(decision="LAP-D01"),
    decisions.EffectRefused(decision="LAP-D01", reason="LAP-P01 has been stopped since."),
    decisions.ActionAssigned(
        action="LAP-A01",
        decision="LAP-D01",
        text="Write to all.",
        owner="LMA",
        person="LAP-U005",
        due=date(2014, 11, 1),
    ),
    decisions.ActionCompleted(action="LAP-A01", on=date(2014, 10, 30), evidence="Letter of 30 October."),
    decisions.ActionMoved(action="LAP-A01", due=date(2014, 12, 1), reason="The printer is late."),
    decisions.ActionReassigned(action="LAP-A01", owner="BRE", person="LAP-U002", reason="Brent takes it on."),
    decisions.ActionDropped(action="LAP-A01", reason="Nobody needs it any more."),
    decisions.ActionReopened(action="LAP-A01", reason="One letter came back."),
    risks.RiskRaised(
        risk="LAP-R01",
        title="Two catalogues diverge",
        cause="No common standard.",
        effect="Readers find half.",
        likelihood=3,
        impact=4,
        owner="LMA",
        response="Agree the standard first.",
    ),
    risks.RiskReassessed(risk="LAP-R01", likelihood=2, impact=4, reason="Standard agreed."),
    risks.RiskClosed(risk="LAP-R01", reason="Catalogues merged."),
    risks.RiskAmended(risk="LAP-R01", effect="Readers find a third.", owner="BRE", reason="Measured."),
    risks.RiskReopened(risk="LAP-R01", reason="They part again."),
    reporting.PackIssued(
        pack="LAP-B02-PACK",
        meeting="LAP-B02",
        quarter="2014-15 Q2",
        meeting_on=date(2014, 10, 16),
        meeting_time=time(14, 0),
        cut_off=datetime(2014, 10, 3, 16, tzinfo=UTC),
        issue_on=date(2014, 10, 8),
        title="Board pack for 16 October 2014",
        path="/reporting/LAP/packs/LAP-B02",
        files=(reporting.PackFile(name="pack.pdf", size=1024, sha256="0" * 64),),
        recipients=("LAP-U001", "LAP-U002"),
    ),
    reporting.BreachArisen(meeting="LAP-B02", commitment="LAP-C1", partner="HAR", periods=("2014-15 Q1", "2014-15 Q2")),
    reporting.BreachEnded(meeting="LAP-B03", commitment="LAP-C1", partner="HAR"),
    reporting.ReturnDue(
        quarter="2014-15 Q2", deadline=datetime(2014, 10, 3, 16, tzinfo=UTC), days_before=14, missing=("BRE", "HAC")
    ),
    reporting.ReturnOverdue(quarter="2014-15 Q2", deadline=datetime(2014, 10, 3, 16, tzinfo=UTC), missing=("HAC",)),
)
