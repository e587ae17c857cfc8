"""Who signed in, for the log of what bears on security."""

from __future__ import annotations

from collections.abc import Iterable

from services.access.browsers import Browser
from services.access.session_store import SignedInAs
from services.runtime.access.directory import KnownPerson
from services.runtime.access.sessions.session import id_of
from services.runtime.base.security_log import SecurityEvent, note, shown


def note_signed_in(who: SignedInAs, token: str, browser: Browser, people: Iterable[KnownPerson]) -> None:
    """Log that a session began, and as whom it may act."""
    said = {"session": shown(id_of(token)), "network": browser.network}
    note(SecurityEvent.SIGNED_IN, by=who.method, people=[each.person_id for each in people], **said)
