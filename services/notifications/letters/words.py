"""Dates, counts and roles in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from contracts.events.partnership import Role
from domain.wording.dates import plain_date

_ROLES = {
    Role.CHAIR: "chair",
    Role.BOARD_MEMBER: "board member",
    Role.SUBSTITUTE: "substitute",
    Role.PARTNER_LEAD: "partner lead",
    Role.CONTRIBUTOR: "contributor",
    Role.SECRETARY: "secretary",
    Role.OBSERVER: "observer",
}


def role_words(role: Role | None) -> str:
    """Return a role as people say it."""
    return "recipient" if role is None else _ROLES[role]


def weekday(of: date) -> str:
    """Return a date with its day of the week: Thursday 16 October 2014."""
    return f"{of:%A} {plain_date(of)}"


def local_instant(instant: datetime) -> str:
    """Return a local date and time: Friday 3 October 2014, 17:00 BST."""
    return f"{weekday(instant)}, {instant:%H:%M %Z}"


def counted(number: int, one: str, many: str) -> str:
    """Return ``1 project`` or ``2 projects``."""
    return f"{number} {one if number == 1 else many}"


def listed(words: Sequence[str]) -> str:
    """Return ``Brent, Camden and Ealing``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def shortened(text: str, longest: int) -> str:
    """Return ``text``, or as many whole words of it as fit."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
