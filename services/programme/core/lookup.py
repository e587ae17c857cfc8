"""Finding what a command refers to. What is not there is refused with what is there instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from contracts.references import short
from domain.calendar import Period
from domain.register import KINDS, Register
from domain.register.kinds import Kind
from services.programme.core.decider import AlreadyGiven, Refused
from services.programme.core.fields import FIRST_YEAR, LAST_YEAR

Thing = TypeVar("Thing")
Finding = Callable[[Register, str, str], object]
"""Looks for what somebody wrote, in a field. Raises Refused where it is not there."""

_MOST_NAMED = 40


def find(kind: Kind[Thing], register: Register, reference: str, field: str = "") -> Thing:
    """Return the object with this reference. Raises Refused at ``field``, which is named as the kind unless given."""
    things = kind.of(register)
    found = things.get(reference)
    if found is None:
        raise Refused(field or kind.name.split()[-1], f"no {kind.name} {reference}; {there_are(kind, register)}")
    return found


def finding(kind: Kind[Any]) -> Finding:
    """Return what finds objects of one kind."""
    return partial(find, kind)


def free(kind: Kind[Thing], register: Register, reference: str, field: str = "code") -> str:
    """Return ``reference``, which is to be given now: of the right kind, and never given before."""
    given = kind.of(register)
    if reference not in given and kind.is_reference(register.code, reference):
        return reference
    following = short(register.code, kind.next_reference(register.code, given))
    if reference in given:
        raise AlreadyGiven(field, f"{reference} is taken and never given again; the next free one is {following}")
    article = "an" if kind.name[0] in "aeiou" else "a"
    raise Refused(
        field,
        f"{short(register.code, reference)} is no reference for {article} {kind.name}; write one such as {following}",
    )


def is_known(register: Register, reference: str) -> bool:
    """Say whether something has this full reference, or is the partner of this code."""
    return any(reference in kind.of(register) for kind in KINDS) or short(register.code, reference) in register.partners


def quarter(register: Register, label: str, field: str = "quarter") -> Period:
    """Return the quarter with this label."""
    check_within_reach(label, field)
    try:
        return register.calendar.quarter(label)
    except ValueError as error:
        raise Refused(field, str(error)) from None


def check_within_reach(label: str, field: str) -> None:
    """Raise Refused where the year of a period's label is one that no calendar here reaches."""
    if label[:4].isdecimal() and not FIRST_YEAR <= int(label[:4]) < LAST_YEAR:
        raise Refused(field, f"{label!r} is too far away; give one of the years {FIRST_YEAR} to {LAST_YEAR - 1}")


def listed(names: Iterable[str]) -> str:
    """Return names for a sentence, the first few of many."""
    names = list(names)
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def there_are(kind: Kind[Thing], register: Register) -> str:
    """Say which objects of a kind there are."""
    things = kind.of(register)
    if not things:
        return f"there is no {kind.name} yet"
    names = [short(register.code, each) for each in sorted(things)]
    return f"the {kind.name}s are {listed(names)}" if len(names) > 1 else f"there is only {names[0]}"
