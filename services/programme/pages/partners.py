"""The partners that somebody chooses from in a form."""

from __future__ import annotations

from services.programme.pages.fields import Choice
from services.runtime.web.partnership.view import View


def members(view: View) -> list[Choice]:
    """Return the partners of the day, by name."""
    today = view.calendar.local_date(view.at)
    found = sorted(view.register.partners.values(), key=lambda each: each.name)
    return [(each.code, each.name) for each in found if each.is_member_on(today)]
