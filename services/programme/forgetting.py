"""What programme keeps of a person beside the log, which goes with them when they are erased."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from services.programme.home import last_visits
from services.programme.returns import drafts
from services.programme.sheets import kept_uploads

FORGETTING: tuple[Callable[[Connection, str, str], None], ...] = (
    drafts.forget_person,
    kept_uploads.forget_person,
    last_visits.forget_person,
)
"""Each forgets a person of a partnership, given by their full id."""
