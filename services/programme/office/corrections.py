"""How what was recorded is put right: where, or why not. No rule is restated: the changes say what fits and who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.capacity import CapacityPledged, CapacityReleased
from contracts.events.decisions import ActionAssigned
from contracts.events.partnership import PartnershipFormed, PersonAppointed, RolesEnded
from contracts.events.returns import CommitmentAttested, EvidenceSubmitted, QuantityReported, ReturnSubmitted
from contracts.references import short
from domain.register import Register
from services.programme.capabilities import modules
from services.programme.office import rules
from services.programme.office.taking_back import ENTRY, RELEASED, REPORTED, entry_of
from services.programme.pages.changing import Link, offered
from services.programme.pages.happened import Telling
from services.programme.returns.my_return.places import Places
from services.runtime.web.partnership.view import View

_TELLINGS: Mapping[str, Callable[[Register, Recorded], Telling]] = {
    module.__name__.split(".")[-2]: module.telling_of for module in modules("telling")
}
"""By capability, how its facts are told."""
_STAYS: Mapping[type[Fact], str] = {
    PartnershipFormed: "Everything rests on it. Name, vision and rules change from a day on.",
    ReturnSubmitted: "It stays submitted. Each of its lines can still be changed.",
}
"""What stays of what no capability tells."""
_MOVED_ON = "It has moved on since: what is so now is changed on its own page."
_LATER_FIRST = "There is a later one with the same date. Take that back first."
_TAKEN_BACK = "It was taken back."
_NO_WAY = "Nothing takes this back. Record what is so now; the next pack tells of both."


class Way(NamedTuple):
    """How something is put right: a link, or why there is none."""

    link: Link | None
    why_not: str = ""


def way_of(view: View, event: Recorded, reader: str) -> Way:
    """Return how what was recorded with an event is put right by ``reader``."""
    telling, kind = _telling(view.register, event), type(event.fact)
    if (link := _link(view, event, reader)) is not None:
        return Way(link, _STAYS[kind] if kind is ReturnSubmitted else "")
    if isinstance(event.fact, QuantityReported | EvidenceSubmitted | CapacityReleased):
        return Way(None, _LATER_FIRST if entry_of(view.register, event.version) else _TAKEN_BACK)
    if telling is not None and telling.put_right(event.fact)[0] != "":
        return Way(None, _MOVED_ON)
    stays = _STAYS if telling is None else {**_STAYS, **telling.stays}
    return Way(None, stays.get(kind, _NO_WAY))


def _link(view: View, event: Recorded, reader: str) -> Link | None:
    fact = event.fact
    if isinstance(fact, PersonAppointed | RolesEnded):
        return Link("Change their roles", f"/office/{view.code}/people/{short(view.code, fact.person)}/roles")
    if isinstance(fact, ActionAssigned):
        return Link("Move, reassign or drop it", f"/board/{view.code}/actions/{short(view.code, fact.action)}")
    if isinstance(fact, QuantityReported | EvidenceSubmitted | CapacityReleased):
        return _taking_back(view, event, reader)
    if isinstance(fact, CommitmentAttested | CapacityPledged | ReturnSubmitted):
        return Link("Change it in the return", _return_of(view, event, fact))
    telling = _telling(view.register, event)
    if telling is None:
        return None
    segment, words = telling.put_right(fact)
    wanted: Sequence[Link] = telling.links(view, event, reader) if segment else ()
    return next((Link(words, each.href) for each in wanted if each.segment == segment), None)


def _taking_back(view: View, event: Recorded, reader: str) -> Link | None:
    entry = entry_of(view.register, event.version)
    if entry is None:
        return None
    change = RELEASED if isinstance(event.fact, CapacityReleased) else REPORTED
    return next(iter(offered(view, ENTRY, entry, (change,), reader)), None)


def _return_of(view: View, event: Recorded, fact: CommitmentAttested | CapacityPledged | ReturnSubmitted) -> str:
    """Return the address of the return in which something stands: of its quarter, or the one that it was said in."""
    calendar = view.calendar
    label = fact.period if isinstance(fact, CommitmentAttested) else fact.quarter
    if " " not in label:
        label = calendar.last_ended_quarter(calendar.local_date(event.recorded_at)).label
    return Places(view.code, label, fact.partner).form


def _telling(register: Register, event: Recorded) -> Telling | None:
    capability = type(event.fact).__module__.rpartition(".")[2]
    if capability not in _TELLINGS:
        return rules.TELLING if event.subject == register.code else None
    return _TELLINGS[capability](register, event)
