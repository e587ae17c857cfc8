"""Carrying out the effect of a decision: the facts that it consists of, or why it cannot be done."""

from __future__ import annotations

from datetime import date

from contracts.events.effects import Effect
from domain.register import Register
from services.programme.core.decider import EFFECT_RULES, Context, NewEvent, Refused


def carry_out(register: Register, effect: Effect, decision: str, on: date) -> list[NewEvent]:
    """Return the facts that ``effect`` of ``decision`` consists of; true from ``on`` where they name no other date.

    Raises Refused, with a path that begins with ``effect``, where it cannot be carried out.
    """
    content = effect.content
    assert content is not None
    try:
        facts = EFFECT_RULES[type(content)](register, content, decision)
    except Refused as refused:
        raise refused.under(f"effect.{effect.name}") from None
    return [fact if isinstance(fact, NewEvent) else NewEvent(fact, on) for fact in facts]


def check_effect(register: Register, effect: Effect, context: Context) -> None:
    """Raise Refused where ``effect`` could not be carried out as things stand."""
    carry_out(register, effect, register.code, register.calendar.local_date(context.now))
