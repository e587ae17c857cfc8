"""References: ``LAP``, ``LAP-P03``, ``LAP-P03-M02`` and their kin.

A reference counts up within its partnership, is given once and is never used again. Source: domain.md section 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

PARTNERSHIP_CODE = re.compile(r"^[A-Z][A-Z0-9]{0,11}$")


class Kind(StrEnum):
    """The letter that stands before the number, by the kind of object."""

    PROJECT = "P"
    MILESTONE = "M"
    COMMITMENT = "C"
    MEETING = "B"
    DECISION = "D"
    ACTION = "A"
    RISK = "R"
    PROCEDURE = "W"
    PERSON = "U"


WIDTH = {Kind.COMMITMENT: 1, Kind.DECISION: 3, Kind.ACTION: 3, Kind.PERSON: 3}
"""How many digits a number has at least when the system gives it; two unless it stands here."""


def full(owner: str, code: str) -> str:
    """Return ``code`` with its owner before it, once: ``P03`` and ``LAP-P03`` both give ``LAP-P03``."""
    return code if code.startswith(f"{owner}-") else f"{owner}-{code}"


def short(partnership: str, reference: str) -> str:
    """Return the reference without its partnership: ``LAP-P03-M02`` gives ``P03-M02``."""
    return reference.removeprefix(f"{partnership}-")


def is_reference(owner: str, kind: Kind, reference: str) -> bool:
    """Say whether ``reference`` is one of this kind and owner: ``LAP``, project, ``LAP-P03``."""
    return re.fullmatch(rf"{re.escape(owner)}-{kind}\d{{1,5}}", reference) is not None


def number_of(reference: str) -> int:
    """Return the number at the end of a reference: 3 for ``LAP-P03``."""
    match = re.search(r"(\d+)$", reference)
    if match is None:
        raise ValueError(f"{reference!r} is not a reference: it does not end in a number")
    return int(match[1])


def next_reference(owner: str, kind: Kind, given: Iterable[str]) -> str:
    """Return the reference after the highest that was given."""
    number = max((number_of(reference) for reference in given), default=0) + 1
    return f"{owner}-{kind}{number:0{WIDTH.get(kind, 2)}d}"


def project_of(milestone: str) -> str:
    """Return the project that a milestone's reference names: ``LAP-P03`` for ``LAP-P03-M02``."""
    return milestone.rsplit("-", 1)[0]


def pack_reference(meeting: str, supplement: int = 0) -> str:
    """Return the reference of a meeting's pack, or of one of its supplements, which count from 1."""
    return f"{meeting}-PACK" + (f"-S{supplement}" if supplement else "")
