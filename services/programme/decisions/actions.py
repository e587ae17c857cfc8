"""Deciding on actions: what someone must do after a decision."""

from __future__ import annotations

from contracts.events.decisions import ActionAssigned, ActionCompleted
from contracts.references import Kind
from contracts.register import Register
from services.programme import lookup
from services.programme.decisions.commands import AssignAction, CompleteAction
from services.programme.rulings import Context, Decided, Facts, Refused, decides


@decides(AssignAction)
def assign(register: Register, command: AssignAction, context: Context) -> Facts:
    decision = lookup.decision(register, command.decision)
    reference = lookup.free(register, Kind.ACTION, command.code, register.actions)
    owner = lookup.partner(register, command.owner, "owner")
    if command.person is not None:
        lookup.person(register, command.person)
    return [
        ActionAssigned(
            action=reference,
            decision=decision.reference,
            text=command.text,
            owner=owner.code,
            person=command.person,
            due=command.due,
        )
    ]


@decides(CompleteAction)
def complete(register: Register, command: CompleteAction, context: Context) -> Facts:
    action = lookup.action(register, command.action)
    if action.completed_on is not None:
        raise Refused("action", f"{action.reference} was completed already, on {action.completed_on}")
    return [Decided(ActionCompleted(action=action.reference, on=command.on, evidence=command.evidence), command.on)]
