"""Eight people of an example to begin with, whose Home is worth seeing for different reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from contracts.events.partnership import Role
from domain.wording.cells import Tone
from domain.wording.numbers import count
from services.programme.home.needs import needs
from services.programme.home.reader import Need, Reader

MOST = 8
_ONE_OF_EACH = (Role.SECRETARY, Role.CHAIR, Role.BOARD_MEMBER, Role.OBSERVER, Role.CONTRIBUTOR)
_Kind: TypeAlias = tuple[str, bool]


@dataclass(frozen=True)
class _Candidate:
    """Somebody of the example and what needs them; who is the first of those alike is the first by id."""

    reader: Reader

    @cached_property
    def needs(self) -> list[Need]:
        return [each for each in needs(self.reader) if not each.is_done]

    @property
    def kinds(self) -> frozenset[_Kind]:
        return frozenset(map(_kind, self.needs))


def introductions(readers: Iterable[Reader]) -> dict[str, str]:
    """Return up to eight people by id, each with the first thing that needs them in a few words.

    They are whoever is needed for most of those who hold each of the roles that look at the whole, one contributor, and
    leads: each shows a kind of line that no lead before shows, and as little else as can be; what is late comes first.
    """
    candidates = sorted(map(_Candidate, readers), key=lambda each: each.reader.person.id)
    chosen: dict[str, str] = {}
    for role in _ONE_OF_EACH:
        holders = [each for each in _not_in(chosen, candidates) if each.reader.holds({role})]
        if holders:
            most = max(holders, key=lambda each: len(each.needs))
            chosen[most.reader.person.id] = _in_words(most.needs)
    leads = [each for each in _not_in(chosen, candidates) if each.reader.roles == {Role.PARTNER_LEAD}]
    for lead, first in _unlike_each_other(leads):
        if len(chosen) < MOST:
            chosen[lead.reader.person.id] = _in_words([first, *(each for each in lead.needs if each != first)])
    return chosen


def _not_in(chosen: Collection[str], candidates: Iterable[_Candidate]) -> list[_Candidate]:
    return [each for each in candidates if each.reader.person.id not in chosen]


def _unlike_each_other(leads: list[_Candidate]) -> Iterator[tuple[_Candidate, Need]]:
    """Yield leads, each with the line that none before has."""
    shown: frozenset[_Kind] = frozenset()
    while unlike := [each for each in leads if each.kinds - shown]:
        lead = min(unlike, key=lambda each: (len(each.needs), not any(late for _, late in each.kinds - shown)))
        yield lead, next(each for each in lead.needs if _kind(each) not in shown)
        shown |= lead.kinds


def _kind(need: Need) -> _Kind:
    """Return what tells a line from others: in which room it is seen to, and whether it is late."""
    return need.href.lstrip("/").partition("/")[0], _is_late(need)


def _in_words(found: list[Need]) -> str:
    if not found:
        return "Nothing needs them at present"
    first, *more = found
    others = f", and {count(len(more), 'thing')} more" if more else ""
    state = first.state.text
    late = f", {first.by.partition(';')[0]}" if _is_late(first) else ""
    return f"{first.what}: {state[:1].lower()}{state[1:]}{late}{others}"


def _is_late(need: Need) -> bool:
    return need.due is not None and need.state.tone is Tone.BAD
