"""What needs somebody, by the roles that they hold: several roles of a person add up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from contracts.events.partnership import Role
from services.programme.core.grants import BOARD, CHAIR, LEAD_AND_CONTRIBUTOR
from services.programme.home import board, chair, observer, office, partner
from services.programme.home.reader import Need, Reader

_BY_ROLE: Sequence[tuple[frozenset[Role], Callable[[Reader], Iterable[Need]]]] = (
    (LEAD_AND_CONTRIBUTOR, partner.needs),
    (frozenset(Role), partner.actions),
    (BOARD, board.needs),
    (CHAIR, chair.needs),
    (frozenset({Role.SECRETARY}), office.needs),
    (frozenset({Role.OBSERVER}), observer.needs),
)


def needs(reader: Reader) -> list[Need]:
    """Return what needs a person, what is due first before the rest; each thing once, whichever roles it is for."""
    found = (need for roles, of_role in _BY_ROLE if reader.holds(roles) for need in of_role(reader))
    return sorted(dict.fromkeys(found), key=_in_order)


def waiting(reader: Reader) -> list[Need]:
    """Return what of it still waits to be done."""
    return [need for need in needs(reader) if not need.is_done]


def _in_order(need: Need) -> tuple[bool, date]:
    return need.is_done, need.due or date.max
