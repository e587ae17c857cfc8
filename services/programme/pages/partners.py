"""The partners that pages list and that somebody chooses from in a form: by name."""

from __future__ import annotations

from collections.abc import Iterable

from domain.register.partners import Partner
from services.programme.pages.fields import Choice
from services.runtime.web.partnership.view import View


def by_name(partners: Iterable[Partner]) -> list[Partner]:
    """Return partners in the order of their names."""
    return sorted(partners, key=lambda each: (each.name.casefold(), each.code))


def members(view: View) -> list[Choice]:
    """Return the partners of the day, by name."""
    today = view.calendar.local_date(view.at)
    return [(each.code, each.name) for each in by_name(view.register.partners.values()) if each.is_member_on(today)]
