"""Whose silence an event breaks. Source: domain.md section 10, *Silence*.

A project's or a milestone's is broken by whatever names it; a milestone's news is its project's. A partner's is broken
by what its own people record, and by what the secretary records in its place. A fact that speaks for a partner says so
where it is applied: it is about the partner that it names, else the owner of the milestone, risk or action, else the
project's lead. All others speak for nobody: what the board does, meetings and agendas, who acts for whom, membership,
amending and handing over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from contracts.envelope import Recorded
from contracts.events import Fact, decisions, returns
from contracts.events.partnership import Role
from contracts.references import project_of
from domain.register.applying import ABOUT

if TYPE_CHECKING:
    from domain.register import Register

_NAMING = ("project", "milestone", "milestones", "baselines", "about")
"""The fields of facts and effects in which projects and milestones are named."""


def hear(register: Register, event: Recorded) -> None:
    """Note in the register whose silence ``event``, which it has taken in, breaks."""
    for subject in (*_speaks_for(register, event), *_news_of(register, event)):
        register.last_recorded[subject] = event.recorded_at


def _speaks_for(register: Register, event: Recorded) -> Iterable[str]:
    """Return the partners that the record speaks for: of those of its actor the nearest, where there is none all."""
    about = ABOUT.get(type(event.fact))
    actor = register.people.get(event.actor)
    if about is None or actor is None or _is_an_effect(event.fact):
        return ()
    day = register.calendar.local_date(event.recorded_at)
    nearest = about(register, event.fact, day)
    if Role.SECRETARY in actor.roles_on(day):
        return nearest[:1]
    own = actor.partners_on(day)
    return next(((partner,) for partner in nearest if partner in own), own)


def _is_an_effect(fact: Fact) -> bool:
    """What a decision brings about is the board's doing, whoever recorded it."""
    return not isinstance(fact, decisions.DecisionRatifiedByPartner) and _of(fact, "decision") is not None


def _news_of(register: Register, event: Recorded) -> Iterator[str]:
    """Yield the projects and milestones that ``event`` is news of."""
    fact = event.fact
    for named in _named(register, fact):
        if named in register.milestones:
            yield named
            yield project_of(named)
        elif named in register.projects:
            yield named
    if isinstance(fact, returns.ReturnSubmitted) and fact.nothing_changed:
        yield from _spoken_for(register, fact.partner, register.calendar.local_date(event.recorded_at))


def _named(register: Register, fact: Fact) -> Iterator[str]:
    """Yield what a fact names, in fields of its own, in its effect, or by the agenda item that it decides."""
    yield from _in_fields(fact)
    effect = _of(fact, "effect")
    if not isinstance(effect, str | None):
        yield from _in_fields(effect.content)
    if isinstance(fact, decisions.DecisionRecorded) and fact.meeting is not None and fact.item is not None:
        item = register.meetings[fact.meeting].items.get(fact.item)
        if item is not None and item.about is not None:
            yield item.about


def _in_fields(named_in: BaseModel) -> Iterator[str]:
    for name in _naming_fields(type(named_in)):
        value = getattr(named_in, name)
        if isinstance(value, str):
            yield value
        else:
            yield from value or ()


def _of(fact: Fact, field: str) -> Any:
    """Return a field of a fact, None where its kind has none: pydantic takes longer to say so than all else here."""
    return getattr(fact, field) if _has(type(fact), field) else None


@cache
def _has(kind: type[BaseModel], field: str) -> bool:
    return field in kind.model_fields


@cache
def _naming_fields(kind: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name in _NAMING if _has(kind, name))


def _spoken_for(register: Register, partner: str, day: date) -> Iterator[str]:
    """An attested "nothing changed" is not silence: it speaks for the partner's open milestones and projects too."""
    yield from (each.reference for each in register.milestones.values() if each.owner == partner and each.is_open)
    yield from (
        each.reference
        for each in register.projects.values()
        if each.is_open and each.participation.lead_on(day) == partner
    )
