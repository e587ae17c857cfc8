"""A session: somebody signed in with one browser, and who that is in each partnership."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import JSON, Column, MetaData, String, Table

from services.runtime.access.directory import KnownPerson
from services.runtime.store.columns import Instant

metadata = MetaData()
SESSIONS = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the token, which the browser alone has
    Column("address", String(400), nullable=False, index=True),
    Column("method", String(16), nullable=False),
    Column("acts_as", JSON, nullable=False),  # by partnership, which of the people is meant who share the address
    Column("browser", String(100), nullable=False),
    Column("network", String(64), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),  # to the minute
    Column("ends_at", Instant, nullable=False),
    Column("limited_to", String(200)),  # the path that it opens with all below, and nothing else; none: everything
)
LINK = "link"
"""The method of a session that began with a link, or its code, from an e-mail."""
OPENID = "openid"
"""The method of a session that began at an organisation's own sign-in."""
RETURN_LINK = "return"
"""The method of a session that a reminder's link began: it opens one return."""
BECOME = "become"
"""The method of a session that the demonstration gave to whoever asked."""
SET_UP = "set-up"
"""The method of a session that began with the operator's link to set partnerships up."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_CSRF = b"concordat: a form of this session"
_SIGN_OUT = "/sign-out"


def new_token() -> str:
    """Return a token of 256 random bits."""
    return secrets.token_urlsafe(32)


def id_of(token: str) -> str:
    """Return the id of the session that a token opens: from it nobody learns the token."""
    return sha256(token.encode()).hexdigest()


def is_token(text: str) -> bool:
    """Say whether ``text`` may be a token at all."""
    return _TOKEN.fullmatch(text) is not None


def is_over(seen_at: datetime, ends_at: datetime, now: datetime, idle: timedelta) -> bool:
    """Say whether a session has ended by itself: after ``idle`` without a request, or for good."""
    return now >= ends_at or now - seen_at >= idle


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in. ``address`` is a key of an address; ``people`` are those who it may act as.

    ``csrf`` stands in every form of the session's pages, and is known to nobody who does not know the token. A session
    that is ``limited_to`` a path is one there and below it; everywhere else its browser is not signed in.
    """

    id: str
    address: str
    method: str
    people: tuple[KnownPerson, ...]
    csrf: str = field(repr=False, compare=False)
    limited_to: str | None = None

    def people_in(self, partnership: str) -> tuple[KnownPerson, ...]:
        """Return who it may be in a partnership: nobody, one, or several who share an address."""
        return tuple(each for each in self.people if each.partnership == partnership)

    @property
    def may_set_up(self) -> bool:
        """Say whether it may bring in partnerships that there are not yet, whoever else it acts as."""
        return self.method == SET_UP

    @property
    def settled(self) -> dict[str, str]:
        """Who it acts as, by partnership, where that is one person."""
        return {each.partnership: each.person_id for each in self.people if len(self.people_in(each.partnership)) == 1}

    def covers(self, path: str) -> bool:
        """Say whether its browser is signed in at a path."""
        only = self.limited_to
        return only is None or path in (only, _SIGN_OUT) or path.startswith(f"{only}/")

    def takes(self, csrf: str) -> bool:
        """Say whether a form, or a request, came from a page of this session."""
        return hmac.compare_digest(csrf.encode(), self.csrf.encode())


def csrf_of(token: str) -> str:
    """Return what the forms of a session carry. It follows from the token, so that it need not be stored."""
    return hmac.digest(token.encode(), _CSRF, "sha256").hex()


def acting(people: tuple[KnownPerson, ...], acts_as: Mapping[str, str]) -> tuple[KnownPerson, ...]:
    """Return the people who a session may act as: of those who share its address, the one that was chosen."""
    chosen = {(partnership, person) for partnership, person in acts_as.items()}
    settled = {each.partnership for each in people if (each.partnership, each.person_id) in chosen}
    return tuple(
        each for each in people if each.partnership not in settled or (each.partnership, each.person_id) in chosen
    )


def named(people: tuple[KnownPerson, ...], acts_as: Mapping[str, str]) -> tuple[KnownPerson, ...]:
    """Return those of the people who are chosen, and nobody in the place of one who is gone."""
    return tuple(each for each in people if acts_as.get(each.partnership) == each.person_id)
