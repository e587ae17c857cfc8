"""Carrying out the effect of a decision: the facts that it consists of, or why it cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from contracts.events.effects import Effect
from domain.register import Register
from services.programme.commitments import decide as commitments
from services.programme.core.decider import Context, Facts, NewEvent, Refused
from services.programme.partners import decide as partners
from services.programme.projects import putting_right, stages

_RULES: Mapping[str, Callable[[Register, Any, str], Facts]] = {
    "move_project": stages.move,
    "drop_milestone": putting_right.drop_milestone,
    "set_baseline": stages.set_baseline,
    "adopt_commitment": commitments.agree,
    "withdraw_commitment": commitments.withdraw,
    "grant_derogation": commitments.derogate,
    "admit_partner": partners.admit,
    "record_partner_leaving": partners.leave,
}


def carry_out(register: Register, effect: Effect, decision: str, on: date) -> list[NewEvent]:
    """Return the facts that ``effect`` of ``decision`` consists of; true from ``on`` where they name no other date.

    Raises Refused, with a path that begins with ``effect``, where it cannot be carried out.
    """
    try:
        facts = _RULES[effect.name](register, effect.content, decision)
    except Refused as refused:
        raise refused.under(f"effect.{effect.name}") from None
    return [fact if isinstance(fact, NewEvent) else NewEvent(fact, on) for fact in facts]


def check_effect(register: Register, effect: Effect, context: Context) -> None:
    """Raise Refused where ``effect`` could not be carried out as things stand."""
    carry_out(register, effect, register.code, register.calendar.local_date(context.now))
