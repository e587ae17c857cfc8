"""From the register's objects to what the API shows of them."""

from __future__ import annotations

from domain.register import Register
from domain.register.board import Meeting, WrittenProcedure
from domain.register.decisions import Decision
from domain.register.partners import Partner
from domain.register.projects import Project
from domain.register.risks import Risk
from services.programme.api.shapes import (
    AgendaShape,
    AmendmentShape,
    DecisionShape,
    MembershipShape,
    PartnerShape,
    PartnershipShape,
    ProcedureShape,
    ProjectShape,
    RiskShape,
    WorkplanShape,
)


def partnership(register: Register) -> PartnershipShape:
    """Show the partnership itself."""
    formed = register.partnership
    on = formed.calendar.local_date(register.recorded_at or formed.recorded_at)
    return PartnershipShape(
        code=register.code,
        name=formed.name_on(on),
        vision=formed.vision_on(on),
        formed_on=formed.formed_on,
        financial_year_start_month=formed.calendar.start_month,
        timezone=formed.calendar.timezone,
        holidays=formed.calendar.days_at(on).holiday_set,
        board=formed.rules_on(on),
        amendments=[AmendmentShape.model_validate(each) for each in formed.amendments],
        version=register.position.version,
    )


def partner(register: Register, partner: Partner) -> PartnerShape:
    """Show a partner; what it was admitted as holds from its first day as a member."""
    memberships = [
        MembershipShape(membership=each.membership, since=max(each.since, partner.joined_on))
        for each in partner.memberships
    ]
    return PartnerShape.model_validate(
        {**_attributes(partner, "code name kind gss joined_on left_on"), "memberships": memberships}
    )


def project(register: Register, project: Project) -> ProjectShape:
    """Show a project, with who leads it and takes part on the day of the last recording."""
    return ProjectShape.model_validate(_project(register, project))


def workplan(register: Register, project: Project) -> WorkplanShape:
    """Show a project with its milestones."""
    return WorkplanShape.model_validate(
        {
            **_project(register, project),
            "highlight": project.highlights[-1] if project.highlights else None,
            "milestones": register.milestones_of(project.reference),
        }
    )


def risk(register: Register, risk: Risk) -> RiskShape:
    """Show a risk as it was last assessed."""
    return RiskShape.model_validate(
        {
            **_attributes(risk, "reference title cause effect response owner raised_on closed_on"),
            **_attributes(risk.assessment, "likelihood impact score"),
        }
    )


def agenda(register: Register, meeting: Meeting) -> AgendaShape:
    """Show a meeting with its agenda and its record."""
    return AgendaShape.model_validate(
        {
            **_attributes(meeting, "reference date time place state cancelled_because attendance interests"),
            "items": [meeting.items[number] for number in sorted(meeting.items)],
        }
    )


def decision(register: Register, decision: Decision) -> DecisionShape:
    """Show a decision and how far it has come."""
    plain = (
        "reference meeting item procedure outcome text reasons alternatives votes casting_vote quorate ratifications "
        "awaits_ratification supersedes superseded_by effective_on"
    )
    return DecisionShape.model_validate(
        {
            **_attributes(decision, plain),
            "recommended": decision.is_recommended,
            "effect": decision.effect.model_dump(mode="json", exclude_none=True) if decision.effect else None,
            "ratified_by": decision.rule,
            "carried_out": decision.carried_out_at is not None,
            "failed": decision.refused_because,
        }
    )


def procedure(register: Register, procedure: WrittenProcedure) -> ProcedureShape:
    """Show a written procedure."""
    return ProcedureShape.model_validate(
        {
            **_attributes(procedure, "reference title text about answers quorate passed"),
            "closes_at": register.calendar.local(procedure.closes_at),
            "effect": procedure.effect.model_dump(mode="json", exclude_none=True) if procedure.effect else None,
        }
    )


def _attributes(thing: object, names: str) -> dict[str, object]:
    return {name: getattr(thing, name) for name in names.split()}


def _project(register: Register, project: Project) -> dict[str, object]:
    assert register.recorded_at is not None
    day = register.calendar.local_date(register.recorded_at)
    return {
        **_attributes(project, "reference title purpose stage tolerance_days confidence"),
        "lead": project.participation.lead_on(day),
        "taking_part": project.participation.others_on(day),
    }
