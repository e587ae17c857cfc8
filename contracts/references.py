"""References: ``LAP``, ``LAP-P03``, ``LAP-P03-M02`` and their kin. Source: domain.md section 2."""

from __future__ import annotations

import re

PARTNERSHIP_CODE = re.compile(r"^[A-Z][A-Z0-9]{0,11}$")
_NUMBER = re.compile(r"\d+$")


def full(owner: str, code: str) -> str:
    """Return ``code`` with its owner before it, once: ``P03`` and ``LAP-P03`` both give ``LAP-P03``."""
    return code if code.startswith(f"{owner}-") else f"{owner}-{code}"


def short(partnership: str, reference: str) -> str:
    """Return the reference without its partnership: ``LAP-P03-M02`` gives ``P03-M02``."""
    return reference.removeprefix(f"{partnership}-")


def number_of(reference: str) -> int:
    """Return the number at the end of a reference: 3 for ``LAP-P03``."""
    match = _NUMBER.search(reference)
    if match is None:
        raise ValueError(f"{reference!r} is not a reference: it does not end in a number")
    return int(match[0])


def project_of(milestone: str) -> str:
    """Return the project that a milestone's reference names: ``LAP-P03`` for ``LAP-P03-M02``."""
    return milestone.rsplit("-", 1)[0]


def pack_reference(meeting: str, supplement: int = 0) -> str:
    """Return the reference of a meeting's pack, or of one of its supplements, which count from 1."""
    return f"{meeting}-PACK" + (f"-S{supplement}" if supplement else "")
