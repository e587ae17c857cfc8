"""Deciding on pledged and released days."""

from __future__ import annotations

from datetime import date

from contracts.events.capacity import CapacityPledged, CapacityReleased, ReleaseWithdrawn
from domain.register import Register
from domain.register.partners import PARTNERS
from domain.register.projects import PROJECTS
from services.programme.capacity.commands import PledgeCapacity, ReleaseCapacity, WithdrawRelease
from services.programme.core import lookup
from services.programme.core.dates import check_dates
from services.programme.core.decider import Context, Facts, NewEvent, Refused, decides


@decides(PledgeCapacity)
def pledge(register: Register, command: PledgeCapacity, context: Context) -> Facts:
    partner = lookup.find(PARTNERS, register, command.partner)
    project = lookup.find(PROJECTS, register, command.project)
    quarter = lookup.quarter(register, command.quarter)
    fact = CapacityPledged(partner=partner.code, project=project.reference, quarter=quarter.label, days=command.days)
    return [NewEvent(fact, quarter.last_day)]


@decides(ReleaseCapacity)
def release(register: Register, command: ReleaseCapacity, context: Context) -> Facts:
    partner = lookup.find(PARTNERS, register, command.partner)
    project = lookup.find(PROJECTS, register, command.project)
    check_dates(register, command, context)
    fact = CapacityReleased(partner=partner.code, project=project.reference, on=command.on, days=command.days)
    return [NewEvent(fact, command.on)]


@decides(WithdrawRelease)
def withdraw(register: Register, command: WithdrawRelease, context: Context) -> Facts:
    partner = lookup.find(PARTNERS, register, command.partner)
    project = lookup.find(PROJECTS, register, command.project)
    release = register.capacity.latest_release(partner.code, project.reference, command.on)
    if release is None:
        raise Refused("on", _nothing_to_withdraw(register, partner.code, project.reference, command.on))
    fact = ReleaseWithdrawn(
        partner=partner.code,
        project=project.reference,
        on=command.on,
        release=release.release,
        reason=command.reason,
    )
    return [NewEvent(fact, command.on)]


def _nothing_to_withdraw(register: Register, partner: str, project: str, on: date) -> str:
    releases = register.capacity.releases.get(partner, ())
    dates = sorted({str(each.on) for each in releases if each.project == project})
    instead = f"there are some of {lookup.listed(dates)}" if dates else "there are none to take back"
    return f"no days that {partner} released for {project} are dated {on}; {instead}"
