"""What programme keeps beside the log for a time: of a person until they are erased, the rest until it expires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from services.programme.home import last_visits
from services.programme.office import set_up_draft
from services.programme.returns import drafts
from services.programme.sheets import kept_uploads

FORGETTING: tuple[Callable[[Connection, str, str], None], ...] = (
    drafts.forget_person,
    kept_uploads.forget_person,
    last_visits.forget_person,
)
"""Each forgets a person of a partnership, given by their full id."""


def forget_expired(connection: Connection, now: datetime) -> None:
    """Forget what nobody came back to for as long as it is kept."""
    drafts.forget(connection, before=now - drafts.KEPT_FOR)
    kept_uploads.forget(connection, before=now - kept_uploads.KEPT_FOR)
    set_up_draft.forget(connection, before=now - set_up_draft.KEPT_FOR)
