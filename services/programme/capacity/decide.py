"""Deciding on pledged and released days."""

from __future__ import annotations

from contracts.events.capacity import CapacityPledged, CapacityReleased
from contracts.register import Register
from services.programme import lookup
from services.programme.capacity.commands import PledgeCapacity, ReleaseCapacity
from services.programme.rulings import Context, Decided, Facts, decides


@decides(PledgeCapacity)
def pledge(register: Register, command: PledgeCapacity, context: Context) -> Facts:
    partner = lookup.partner(register, command.partner)
    project = lookup.project(register, command.project)
    quarter = lookup.quarter(register, command.quarter)
    fact = CapacityPledged(partner=partner.code, project=project.reference, quarter=quarter.label, days=command.days)
    return [Decided(fact, quarter.last_day)]


@decides(ReleaseCapacity)
def release(register: Register, command: ReleaseCapacity, context: Context) -> Facts:
    partner = lookup.partner(register, command.partner)
    project = lookup.project(register, command.project)
    fact = CapacityReleased(partner=partner.code, project=project.reference, on=command.on, days=command.days)
    return [Decided(fact, command.on)]
