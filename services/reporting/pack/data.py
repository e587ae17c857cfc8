"""pack.json: what other software can rely on, as the programme file's description has it.

Orders: projects, milestones, risks, decisions and actions by number, partners by code, quarters oldest first.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.figures.compliance import Counts, Obligation
from domain.figures.load import Load
from domain.figures.ownership import Owned
from domain.register.decisions import Action, Decision
from domain.register.papers import MeetingNotice
from domain.register.partners import Partner
from domain.register.risks import Risk
from services.reporting.pack.edition import Edition
from services.reporting.pack.figures import Figures, MilestoneFigures, ProjectFigures
from services.reporting.pack.previous import PreviousPack

FORMAT = "concordat-pack/1"

Json = dict[str, Any]


def pack_data(figures: Figures, notice: MeetingNotice, edition: Edition, before: PreviousPack | None = None) -> Json:
    """Return the content of pack.json; in a supplement the figures of its pack, ``before``, stand beside its own."""
    calendar = figures.calendar
    return {
        "format": FORMAT,
        "pack": edition.reference(notice.reference),
        "state": edition.state.value,
        "supplement": edition.number,
        "partnership": figures.register.code,
        "meeting": notice.reference,
        "meeting_on": notice.date.isoformat(),
        "quarter": figures.quarter.label,
        "cut_off": calendar.local(notice.timetable.cut_off).isoformat(),
        "as_at": calendar.local(figures.at).isoformat(),
        "issue_on": notice.timetable.issue_on.isoformat(),
        "events_taken_in": figures.register.position.version,
        "chain": figures.register.position.chain,
        "projects": [project_data(each) for each in figures.projects],
        "milestones": [milestone_data(each) for project in figures.projects for each in project.milestones],
        "compliance": compliance_data(figures),
        "load": [_load(each) for each in figures.loads],
        "risks": [_risk(each) for each in figures.risks],
        "decisions": [_decision(each) for each in figures.decisions],
        "actions": [_action(figures, each) for each in figures.actions],
        "partners": [_partner(figures, each) for each in figures.compliance.partners],
        "to_hand_over": [_to_hand_over(figures, each) for each in figures.to_hand_over],
        "silent": [{"partner": partner, "days": days} for partner, days in figures.silent.items()],
        "notes": [{"partner": partner, "note": note} for partner, note in figures.notes.items()],
        **({"in_the_pack": _in_the_pack(before)} if edition.number and before is not None else {}),
    }


def _in_the_pack(before: PreviousPack) -> Json:
    covered = before.covered
    return {
        "obligations": [_obligation(each) for each in covered.obligations],
        "partnership": _counts(covered.partnership),
        "by_partner": {code: _counts(each) for code, each in covered.by_partner.items()},
        "by_commitment": {reference: _counts(each) for reference, each in covered.by_commitment.items()},
    }


def project_data(figures: ProjectFigures) -> Json:
    """Return a project as it stands."""
    return {
        "ref": figures.project.reference,
        "title": figures.project.title,
        "lead": figures.lead,
        "stage": figures.project.stage.value,
        "confidence": {"stated": figures.stated, "shown": figures.shown, "silent_days": figures.silent_days},
        "schedule_status": figures.schedule.value,
    }


def milestone_data(figures: MilestoneFigures) -> Json:
    """Return a milestone as it stands."""
    milestone = figures.milestone
    return {
        "ref": milestone.reference,
        "title": milestone.title,
        "owner": milestone.owner,
        "baseline": _iso(milestone.baseline),
        "forecast": _iso(milestone.forecast),
        "actual": _iso(milestone.actual),
        "slip_days": milestone.slip_days,
        "status": figures.status.value,
        "done_late": figures.is_done_late,
        "reforecasts": milestone.reforecasts,
        "before": list(figures.before),
        "silent_days": figures.silent_days,
    }


def compliance_data(figures: Figures) -> Json:
    """Return the obligations counted and running, their counts, the trend and the breaches."""
    covered = figures.covered
    return {
        "obligations": [_obligation(each) for each in covered.obligations]
        + [{**_obligation(each), "counted": False} for each in figures.running],
        "partnership": _counts(covered.partnership),
        "by_partner": {code: _counts(each) for code, each in covered.by_partner.items()},
        "by_commitment": {reference: _counts(each) for reference, each in covered.by_commitment.items()},
        "trend": [{"quarter": each.quarter.label, **_counts(each.partnership)} for each in figures.trend],
        "breaches": [
            {"commitment": each.commitment, "partner": each.partner, "periods": list(each.periods)}
            for each in figures.breaches
        ],
    }


def _obligation(obligation: Obligation) -> Json:
    return {
        "commitment": obligation.commitment,
        "partner": obligation.partner,
        "period": obligation.period.label,
        "status": obligation.status.value,
        "progress": obligation.progress,
    }


def _counts(counts: Counts) -> Json:
    return {
        "met": counts.met,
        "met_late": counts.met_late,
        "partly_met": counts.partly_met,
        "not_met": counts.not_met,
        "not_reported": counts.not_reported,
        "rate": counts.rate,
    }


def _load(load: Load) -> Json:
    return {
        "partner": load.partner,
        "pledged": f"{load.pledged:.2f}",
        "released": f"{load.released:.2f}",
        "ratio": None if load.ratio is None else f"{load.ratio:.2f}",
        "flags": [each.value for each in load.flags],
    }


def _risk(risk: Risk) -> Json:
    return {
        "ref": risk.reference,
        "owner": risk.owner,
        "likelihood": risk.assessment.likelihood,
        "impact": risk.assessment.impact,
        "score": risk.assessment.score,
        "open": risk.is_open,
    }


def _decision(decision: Decision) -> Json:
    return {
        "ref": decision.reference,
        "outcome": decision.outcome.value,
        "quorate": decision.quorate,
        "casting_vote": decision.casting_vote,
        "carried_out": decision.carried_out_at is not None,
        "failed": decision.refused_because,
        "recommended": decision.is_recommended,
        "awaits_ratification": decision.awaits_ratification,
        "superseded_by": decision.superseded_by,
    }


def _action(figures: Figures, action: Action) -> Json:
    return {
        "ref": action.reference,
        "decision": action.decision,
        "owner": action.owner,
        "status": figures.action_status(action),
        "due": action.due.isoformat(),
        "original_due": action.original_due.isoformat(),
        "moves": action.moves,
        "completed_on": _iso(action.completed_on),
    }


def _partner(figures: Figures, partner: Partner) -> Json:
    return {
        "code": partner.code,
        "name": partner.name,
        "membership": partner.membership_on(figures.on).value,
        "joined_on": partner.joined_on.isoformat(),
        "left_on": _iso(partner.left_on),
    }


def _to_hand_over(figures: Figures, owned: Owned) -> Json:
    left_on = figures.register.partners[owned.partner].left_on
    return {"ref": owned.reference, "partner": owned.partner, "left_on": _iso(left_on)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
