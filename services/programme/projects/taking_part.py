"""Deciding on who leads a project and who takes part in it. The lead of a day is who leads on that day."""

from __future__ import annotations

from datetime import date

from contracts.events.projects import LeadChanged, ProjectJoined, ProjectLeft
from domain.register import Register
from domain.register.partners import PARTNERS
from domain.register.projects import PROJECTS
from services.programme.core import lookup
from services.programme.core.decider import Context, Facts, NewEvent, Refused, decides
from services.programme.projects.commands import ChangeLead, JoinProject, LeaveProject


@decides(ChangeLead)
def change_lead(register: Register, command: ChangeLead, context: Context) -> Facts:
    project = lookup.find(PROJECTS, register, command.project)
    _check_member(register, command.lead, command.since, "lead")
    if project.participation.lead_on(command.since) == command.lead:
        return []
    fact = LeadChanged(project=project.reference, lead=command.lead, since=command.since, reason=command.reason)
    return [NewEvent(fact, command.since)]


@decides(JoinProject)
def join(register: Register, command: JoinProject, context: Context) -> Facts:
    project = lookup.find(PROJECTS, register, command.project)
    _check_member(register, command.partner, command.since, "partner")
    if project.participation.includes(command.partner, command.since):
        return []
    fact = ProjectJoined(project=project.reference, partner=command.partner, since=command.since)
    return [NewEvent(fact, command.since)]


@decides(LeaveProject)
def leave(register: Register, command: LeaveProject, context: Context) -> Facts:
    project = lookup.find(PROJECTS, register, command.project)
    partner = lookup.find(PARTNERS, register, command.partner)
    if not any(command.on < part.until for part in project.participation.parts_of(partner.code)):
        raise Refused("partner", f"{partner.code} does not take part in {project.reference} on {command.on} or later")
    leads = project.participation.leads_from(partner.code, command.on)
    if leads is not None:
        raise Refused(
            "partner",
            f"{partner.code} leads {project.reference} on {leads}, and the lead cannot leave; "
            "let another partner lead from then on, with change_lead",
        )
    fact = ProjectLeft(project=project.reference, partner=partner.code, left_on=command.on, reason=command.reason)
    return [NewEvent(fact, command.on)]


def _check_member(register: Register, code: str, day: date, field: str) -> None:
    partner = lookup.find(PARTNERS, register, code, field)
    if partner.joined_on > day:
        raise Refused(field, f"{code} joins on {partner.joined_on}, so it cannot come in before, on {day}")
    if partner.has_left_by(day):
        raise Refused(field, f"{code} left on {partner.left_on}, so it cannot come in on {day}; name a member")
