"""Which partner somebody means by an owner's name in a plan: by its code, its name, or one that is much like it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from domain.register import Register

_ALIKE = 0.82
_IN_BRACKETS = re.compile(r"\(([A-Z0-9]{1,12})\)\s*$")
_NOT_TELLING = re.compile(
    r"\b(the|of|and|london|borough|royal|city|county|district|metropolitan|council|archives?|libraries|library|lb|mbc|cc|bc)\b"
)
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 300
"""No partner is called so; how alike two texts are takes as long as both are long."""


def matched_owners(register: Register, names: Iterable[str]) -> dict[str, str]:
    """Return the code of a partner for each of ``names`` that one is meant by; people's names are left for a person."""
    codes = {name: _matched(register, name) for name in names}
    return {name: code for name, code in codes.items() if code is not None}


def _matched(register: Register, name: str) -> str | None:
    if len(name) > _LONGEST_NAME:
        return None
    bracketed = _IN_BRACKETS.search(name)
    for written in (bracketed[1] if bracketed else "", name.upper()):
        if written in register.partners:
            return written
    called = {each.code: {_plain(named.name) for named in each.names} for each in register.partners.values()}
    same = [code for code, names in called.items() if _plain(name) in names]
    return same[0] if len(same) == 1 else _likest(name, called)


def _likest(name: str, called: dict[str, set[str]]) -> str | None:
    """Return the one partner whose name is alike once such words are left out as every name has."""
    telling = _telling(name)
    if not telling:
        return None
    alike = {
        code: max(SequenceMatcher(None, telling, _telling(each)).ratio() for each in names)
        for code, names in called.items()
    }
    best = max(alike.values(), default=0)
    likest = [code for code, likeness in alike.items() if likeness == best]
    return likest[0] if best >= _ALIKE and len(likest) == 1 else None


def _plain(name: str) -> str:
    return _NOT_WORDS.sub(" ", name.casefold()).strip()


def _telling(name: str) -> str:
    return " ".join(_NOT_TELLING.sub(" ", _plain(name)).split())
